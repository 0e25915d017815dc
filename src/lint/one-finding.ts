import type { Finding } from '../diagnostics/finding.js';
import type { ManifestObject } from '../manifests/types.js';
import type { MisspeltFields } from './misspelt.js';
import { isAboutVersion, type ObjectFinder } from './provenance.js';
import { Refusals } from './refusals.js';

/** A rule's finding about an object, before it is reported. */
export interface ObjectFinding {
  readonly object: ManifestObject;
  readonly finding: Finding;
}

/**
 * Findings of reading and validation, without those that another rule reports better: `schema/invalid` if an `api/` or
 * `yaml/` rule reports that place or the field is misspelt, and all other findings about an object with a removed
 * version.
 */
export function withoutRepeated(
  read: readonly Finding[],
  better: readonly ObjectFinding[],
  removed: ReadonlySet<ManifestObject>,
  objects: ObjectFinder,
  misspelt: MisspeltFields,
): Finding[] {
  const named = new Set(
    [...better.map(({ finding }) => finding), ...read.filter((finding) => finding.rule.startsWith('yaml/'))].map(
      nodeOf,
    ),
  );
  return read.filter((finding) => {
    if (!finding.rule.startsWith('schema/') || isAboutVersion(finding)) return true;
    const object = removed.size === 0 && misspelt.isEmpty ? undefined : objects.find(finding);
    if (object !== undefined && removed.has(object)) return finding.rule === 'schema/unknown-field';
    if (finding.rule !== 'schema/invalid' || finding.path === undefined) return true;
    return !named.has(nodeOf(finding)) && (object === undefined || !misspelt.explains(object, finding.path));
  });
}

/**
 * Findings of `api/` rules, without those about scalars with an unexpected meaning (`targetPort: 22:22`, an octal
 * nodePort), which `yaml/ambiguous-scalar` reports.
 */
export function withoutMisread(
  refused: readonly ObjectFinding[],
  read: readonly Finding[],
  objects: ObjectFinder,
): readonly ObjectFinding[] {
  const misread = new Refusals();
  let isEmpty = true;
  for (const finding of read) {
    const object =
      finding.rule === 'yaml/ambiguous-scalar' && finding.path !== undefined ? objects.find(finding) : undefined;
    if (object === undefined || finding.path === undefined) continue;
    misread.add(object, finding.path);
    isEmpty = false;
  }
  return isEmpty
    ? refused
    : refused.filter(
        ({ object, finding }) => finding.rule.startsWith('yaml/') || !misread.covers(object, finding.path ?? []),
      );
}

function nodeOf({ file, object, path }: Finding): string {
  return JSON.stringify([file, object?.kind, object?.namespace, object?.name, path]);
}

/** Records every error of `yaml/`, `schema/` and `api/` as an invalid value. */
export function noteRefusals(
  refusals: Refusals,
  read: readonly Finding[],
  refused: readonly ObjectFinding[],
  objects: ObjectFinder,
): void {
  for (const finding of read) {
    const object = finding.severity === 'error' && finding.path !== undefined ? objects.find(finding) : undefined;
    if (object !== undefined && finding.path !== undefined) refusals.add(object, finding.path);
  }
  for (const { object, finding } of refused) {
    if (finding.severity === 'error' && finding.path !== undefined) refusals.add(object, finding.path);
  }
}
