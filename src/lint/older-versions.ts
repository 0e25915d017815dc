import type { Finding } from '../diagnostics/finding.js';
import { quotePath } from '../diagnostics/quote.js';
import type { ManifestObject, ManifestSet } from '../manifests/types.js';
import { groupBy } from '../diagnostics/groups.js';
import { foundFiles, infosWith } from './infos.js';

/**
 * Removed API versions in files found in directories that are kept for older clusters: the file's path names the
 * version (`crds/v1beta1/`), and the set holds the object in a served version too; or the file belongs to a release
 * (a folder `1.4.0`) beside a later one. Both become infos.
 */
export function withoutOlder(findings: readonly Finding[], { objects, sources }: ManifestSet): readonly Finding[] {
  const removed = findings.filter(({ rule, severity }) => rule === 'schema/removed-api' && severity === 'error');
  if (removed.length === 0) return findings;
  const found = foundFiles(sources);
  const candidates = new Set(removed.filter(({ file }) => found.has(file)));
  const served = servedObjects(objects, removed);
  const latest = latestReleases(sources.map(({ name }) => name));
  return infosWith(findings, (finding) =>
    candidates.has(finding) ? (servedElsewhere(finding, served) ?? laterRelease(finding.file, latest)) : undefined,
  );
}

function servedObjects(
  objects: readonly ManifestObject[],
  removed: readonly Finding[],
): ReadonlyMap<string, readonly ManifestObject[]> {
  const places = new Set(removed.map(({ file, object }) => `${file}\0${keyOf(object)}`));
  const wanted = new Set(removed.map(({ object }) => keyOf(object)));
  const others = objects.filter(
    (object) => wanted.has(keyOf(object)) && !places.has(`${object.source.name}\0${keyOf(object)}`),
  );
  return groupBy(others, keyOf);
}

function keyOf(object: Finding['object']): string {
  return `${object?.kind ?? ''}\0${object?.namespace ?? ''}\0${object?.name ?? ''}`;
}

/** For a file with the name of an API version in its path: where the object is in a version that is served. */
function servedElsewhere(
  { file, object }: Finding,
  served: ReadonlyMap<string, readonly ManifestObject[]>,
): string | undefined {
  if (!/(?:^|[-_./\\])v\d+(?:alpha|beta)\d+(?=[-_./\\])/.test(file)) return undefined;
  const [other] = served.get(keyOf(object)) ?? [];
  return other === undefined
    ? undefined
    : `The file is for older clusters: ${quotePath(other.source.name)} has the object in a version that is served.`;
}

const release = /^(.*?(?:^|[/\\])v?)(\d+)\.(\d+)\.(\d+)(?=[/\\])/;

/** The latest release by the path of the folder with all releases. */
function latestReleases(files: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const latest = new Map<string, readonly number[]>();
  for (const file of files) {
    const [, folder = '', ...numbers] = release.exec(file) ?? [];
    if (numbers.length === 0) continue;
    const version = numbers.map(Number);
    if (isLater(version, latest.get(folder))) latest.set(folder, version);
  }
  return latest;
}

function laterRelease(file: string, latest: ReadonlyMap<string, readonly number[]>): string | undefined {
  const [, folder = '', ...numbers] = release.exec(file) ?? [];
  const last = latest.get(folder);
  return numbers.length > 0 && last !== undefined && isLater(last, numbers.map(Number))
    ? `The file belongs to release ${numbers.join('.')}, and ${last.join('.')} is beside it.`
    : undefined;
}

function isLater(version: readonly number[], than: readonly number[] = [-1]): boolean {
  const index = version.findIndex((number, at) => number !== than[at]);
  return index >= 0 && (version[index] ?? 0) > (than[index] ?? -1);
}
