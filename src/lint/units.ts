import type { Finding } from '../diagnostics/finding.js';
import { isOfComponent } from '../manifests/component-files.js';
import { isKustomization } from '../manifests/kustomization-name.js';
import type { BuiltSet, ManifestObject, ManifestSet, SourceText } from '../manifests/types.js';
import { folderOf } from './model/folders.js';
import { ObjectFinder } from './provenance.js';
import { valueAt } from '../manifests/values.js';
import { memoized } from '../diagnostics/memoized.js';

/**
 * Objects that are created and checked together: the result of one kustomization, or all objects that no kustomization
 * uses. Two overlays of one base are two units with objects from the same files: they are alternatives and do not
 * affect each other.
 */
export interface Unit extends ManifestSet {
  /** The kustomization of the unit; undefined for the rest. */
  readonly build: BuiltSet | undefined;
}

/** The units of a set, the rest first. Findings of reading belong to every unit with their file. */
export function unitsOf(set: ManifestSet): readonly Unit[] {
  const { builds = [] } = set;
  if (builds.length === 0) return [{ ...set, build: undefined }];
  const built = new Set<ManifestObject>(builds.flatMap(({ objects }) => objects));
  const files = new Set(builds.flatMap((build) => [...build.files]));
  const rest = set.objects.filter((object) => !built.has(object));
  const { skipped, sources } = set;
  return [
    {
      objects: rest,
      findings: set.findings.filter(({ file }) => !files.has(file)),
      skipped,
      sources,
      patches: set.patches ?? [],
      build: undefined,
    },
    ...builds.map((build) => ({
      objects: build.objects,
      findings: set.findings.filter(({ file }) => build.files.has(file)),
      skipped,
      sources,
      build,
    })),
  ];
}

/** Whether two units are built from a common file. Components do not count: unrelated applications share them. */
export function areAlternatives(a: Unit, b: Unit): boolean {
  if (a.build === undefined || b.build === undefined) return false;
  const [small, large] = a.build.files.size < b.build.files.size ? [a.build, b.build] : [b.build, a.build];
  for (const file of small.files) if (large.files.has(file) && !isOfComponent(file, a.sources)) return true;
  return false;
}

/** Rules about missing things: they may be in the parts that a build leaves out. */
const missing = new Set([
  'service/no-matching-pods',
  'service/no-endpoints',
  'service/target-port-missing',
  'service/target-port-partial',
  'service/target-port-protocol',
  'service/target-port-undeclared',
  'service/no-readiness-probe',
  'endpoints/orphan',
  'endpoints/port-mismatch',
  'ingress/service-missing',
  'ingress/port-missing',
  'api/workload-selector',
  'workload/governing-service',
  'workload/probe-port-missing',
]);

/** Lowers a finding's severity if the build is incomplete, an overlay may complete it, or its file is disabled. */
export function softened(finding: Finding, unit: Unit): Finding {
  const { build } = unit;
  if (finding.severity === 'info') return finding;
  if (build === undefined)
    return switchedOff(unit).has(finding.file)
      ? {
          ...finding,
          severity: 'info',
          message: `${finding.message} (The kustomization beside it comments the file out.)`,
        }
      : finding;
  if (/^(?:yaml|kustomize)\//.test(finding.rule)) return finding;
  if (isBase(build) && isAboutMissing(finding, unit))
    return { ...finding, severity: 'info', message: `${finding.message} (Unless an overlay of this base adds it.)` };
  const settles = build.limits.some(
    ({ effect, namespace }) =>
      effect === 'changes' ||
      (effect === 'adds' &&
        missing.has(finding.rule) &&
        (namespace === undefined || namespace === missingNamespace(finding, unit))),
  );
  return settles ? { ...finding, severity: 'info' } : finding;
}

/** The namespace in which something is missing: the object's own, or the one that the backend of a route names. */
function missingNamespace(finding: Finding, { objects }: Unit): string | undefined {
  const object = new ObjectFinder(objects).find(finding);
  const backend = finding.path?.findLastIndex((part) => typeof part === 'number') ?? -1;
  const named = object && valueAt(object.value, ...(finding.path ?? []).slice(0, backend + 1), 'namespace');
  return typeof named === 'string' ? named : object?.namespace || undefined;
}

/** Whether a kustomization, which no other of the set builds, is in a folder for bases: overlays may be elsewhere. */
function isBase({ kustomization }: BuiltSet): boolean {
  return /(?:^|[/\\])bases?[/\\]/i.test(folderOf(kustomization.name));
}

/** Whether the API server misses a field: labels of a kustomization make a selector, patches add ports and rules. */
function isAboutMissing(finding: Finding, { objects }: Unit): boolean {
  const { rule, path = [] } = finding;
  if (rule === 'api/ports-required' || (rule === 'api/ingress' && path.length === 1)) return true;
  if (rule !== 'schema/invalid') return false;
  const object = new ObjectFinder(objects).find(finding);
  return object !== undefined && path.length > 1 && valueAt(object.value, ...path) === undefined;
}

/** The files that a kustomization of their folder contains only in a comment: `# - web.yaml`. */
const switchedOff = memoized(
  ({ sources }: Unit): ReadonlySet<string> => new Set(sources.filter(isKustomization).flatMap(commentedOut)),
);

function commentedOut({ name, text }: SourceText): string[] {
  const folder = folderOf(name);
  return [...text.matchAll(/^[ \t]*#[ \t]*-[ \t]+(?:\.\/)?([\w./-]+\.(?:ya?ml|json))[ \t]*$/gm)].flatMap(
    ([, file = '']) =>
      new RegExp(`^[ \\t]*-[ \\t]+(?:\\./)?${file.replaceAll('.', '\\.')}`, 'm').test(text) ? [] : [folder + file],
  );
}
