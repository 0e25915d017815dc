import type { Finding, Range, Severity } from '../diagnostics/finding.js';
import { findingOf } from '../manifests/document.js';
import { combinedProblems } from '../manifests/outcome.js';
import { isKustomization } from '../manifests/kustomization-name.js';
import type {
  BuildLimit,
  BuiltProblem,
  BuiltSet,
  ManifestObject,
  ManifestSet,
  SourceText,
} from '../manifests/types.js';
import { build } from './build.js';
import { builtObject } from './built-object.js';
import { fluxAdditions } from './flux.js';
import { rootsAmong } from './roots.js';
import type { KustomizeFiles } from './types.js';
import { Workspace } from './workspace.js';
import { firstOf } from '../diagnostics/words.js';

/**
 * A set with its kustomizations built: built objects replace the files that they are built from. A set without
 * kustomizations is returned unchanged. Files that a kustomization names are read even if they are not inputs.
 */
export function withKustomizations(set: ManifestSet, files: KustomizeFiles): ManifestSet {
  const kustomizations = set.sources.filter(isKustomization);
  if (kustomizations.length === 0) return set;
  const workspace = new Workspace(set, files);
  const folderOf = (source: SourceText): string => workspace.real(workspace.folderOf(source));
  const flux = fluxAdditions(set.objects, kustomizations.map(folderOf));
  const builds = rootsAmong(kustomizations, workspace, flux).flatMap((source) =>
    (flux.get(folderOf(source)) ?? [undefined]).map((addition) => buildSet(workspace, source, addition)),
  );
  const broken = kustomizations.flatMap((source) =>
    combinedProblems(workspace.documents(source).problems).map((problem) => findingOf(source, problem)),
  );
  const { added, used, resources } = workspace;
  const patches = new Set([...used].map(({ name }) => name).filter((name) => !resources.has(name)));
  // A patch need not state the kind of its object.
  const findings = set.findings.filter(({ rule, file }) => rule !== 'schema/invalid' || !patches.has(file));
  const names = new Set([...kustomizations, ...used].map(({ name }) => name));
  const rest = set.objects.filter(({ source }) => !used.has(source));
  return {
    objects: [...new Set([...rest, ...builds.flatMap(({ objects }) => objects)])],
    findings: [
      ...findings,
      ...broken,
      ...added.flatMap(({ findings }) => findings),
      ...reportedOnce(builds, brokenFiles(set)),
    ],
    skipped: set.skipped.filter(({ file }) => !names.has(file)),
    sources: [...set.sources, ...added.flatMap(({ sources }) => sources)],
    builds,
    patches: set.objects.filter(({ source }) => used.has(source) && patches.has(source.name)),
  };
}

/** The files that reading already reported as invalid YAML. */
function brokenFiles({ findings }: ManifestSet): ReadonlySet<string> {
  return new Set(findings.filter(({ rule }) => rule === 'yaml/syntax').map(({ file }) => file));
}

/** How many missing files a message lists besides the first. */
const mostNamed = 3;

/**
 * The problems and limits of builds as findings; a problem in a base that several kustomizations use is reported once,
 * and problems of files in `broken` are not repeated.
 */
function reportedOnce(builds: readonly BuiltSet[], broken: ReadonlySet<string>): Finding[] {
  const findings = builds.flatMap(({ problems, limits }) => [
    ...onePerFile(problems.filter(({ brokenFile = '' }) => !broken.has(brokenFile))).map(
      ({ file, range, message, severity, rule }) =>
        finding(
          rule ?? 'kustomize/build',
          severity ?? 'error',
          file,
          range,
          message.endsWith('?') ? message : `${message}.`,
        ),
    ),
    ...limits
      .filter((limit) => limit.effect !== 'values' && !problems.some((problem) => isSamePlace(problem, limit)))
      .map(({ file, range, effect, reason }) => {
        const open = effect === 'adds' ? 'Findings about what is missing' : 'Findings about what is built';
        return finding('kustomize/not-built', 'info', file, range, `Not built here: ${reason}. ${open} are infos.`);
      }),
  ]);
  const seen = new Set<string>();
  return findings.filter(({ rule, file, range: { start }, message }) => {
    const key = `${rule}\0${file}\0${start.line}:${start.column}\0${message}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Combines the problems about missing files of one kustomization into one. */
function onePerFile(problems: readonly BuiltProblem[]): BuiltProblem[] {
  const missing = problems.filter(({ missingFile }) => missingFile !== undefined);
  return problems.flatMap((problem) => {
    const [first, ...others] = missing.filter(
      ({ file, severity }) => file === problem.file && severity === problem.severity,
    );
    if (problem.missingFile === undefined || others.length === 0) return [problem];
    if (problem !== first) return [];
    const all = new Set([problem, ...others].map(({ missingFile }) => JSON.stringify(missingFile)));
    const [, ...names] = all;
    if (names.length === 0) return [problem];
    return [{ ...problem, message: `${problem.message}; nor are there ${firstOf(names, mostNamed)}` }];
  });
}

/** Whether a limit is at the place of a problem: it is then a consequence and needs no finding of its own. */
function isSamePlace(a: BuiltProblem, b: BuildLimit): boolean {
  return (
    a.file === b.file && a.range.start.line === b.range.start.line && a.range.start.column === b.range.start.column
  );
}

function finding(rule: string, severity: Severity, file: string, range: Range, message: string): Finding {
  return { rule, severity, message, file, range };
}

function buildSet(workspace: Workspace, source: SourceText, flux: ManifestObject | undefined): BuiltSet {
  const before = workspace.startBuild(source);
  const { resources, context } = build(workspace, workspace.folderOf(source), source, flux);
  return {
    kustomization: source,
    objects: resources.map(builtObject),
    files: new Set([...before].map(({ name }) => name)),
    problems: context.problems,
    limits: context.limits,
  };
}
