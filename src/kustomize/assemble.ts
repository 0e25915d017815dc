import type { Finding, Range, Severity } from '../diagnostics/finding.js';
import { findingOf } from '../manifests/document.js';
import { isKustomization } from '../manifests/kustomization-name.js';
import type { BuildLimit, BuiltProblem, BuiltSet, ManifestSet, SourceText } from '../manifests/types.js';
import { build } from './build.js';
import { builtObject } from './built-object.js';
import { rootsAmong } from './roots.js';
import type { KustomizeFiles } from './types.js';
import { Workspace } from './workspace.js';

/**
 * A set with its kustomizations built: what they build takes the place of the files that they are built from. A set
 * without kustomizations is given back as it is. Files besides the inputs are read where a kustomization names them.
 */
export function withKustomizations(set: ManifestSet, files: KustomizeFiles): ManifestSet {
  const kustomizations = set.sources.filter(isKustomization);
  if (kustomizations.length === 0) return set;
  const workspace = new Workspace(set, files);
  const builds = rootsAmong(kustomizations, workspace).map((source) => buildSet(workspace, source));
  const broken = kustomizations.flatMap((source) =>
    workspace.documents(source).problems.map((problem) => findingOf(source, problem)),
  );
  const { added, used, resources } = workspace;
  const patches = new Set([...used].map(({ name }) => name).filter((name) => !resources.has(name)));
  // A patch need not say what kind of object it is for.
  const findings = set.findings.filter(({ rule, file }) => rule !== 'schema/invalid' || !patches.has(file));
  const names = new Set([...kustomizations, ...used].map(({ name }) => name));
  const rest = set.objects.filter(({ source }) => !used.has(source));
  return {
    objects: [...new Set([...rest, ...builds.flatMap(({ objects }) => objects)])],
    findings: [...findings, ...broken, ...added.flatMap(({ findings }) => findings), ...toldOnce(builds)],
    skipped: set.skipped.filter(({ file }) => !names.has(file)),
    sources: [...set.sources, ...added.flatMap(({ sources }) => sources)],
    builds,
  };
}

/** How many missing files a message names besides the first. */
const mostNamed = 3;

/** What builds could not do, as findings; a base that several use is told of once. */
function toldOnce(builds: readonly BuiltSet[]): Finding[] {
  const findings = builds.flatMap(({ problems, limits }) => [
    ...onePerFile(problems).map(({ file, range, message, severity, rule }) =>
      finding(rule ?? 'kustomize/build', severity ?? 'error', file, range, `${message}.`),
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

/** Problems with one for all files that a kustomization names and that are not there. */
function onePerFile(problems: readonly BuiltProblem[]): BuiltProblem[] {
  const missing = problems.filter(({ missingFile }) => missingFile !== undefined);
  return problems.flatMap((problem) => {
    const [first, ...others] = missing.filter(
      ({ file, severity }) => file === problem.file && severity === problem.severity,
    );
    if (problem.missingFile === undefined || others.length === 0) return [problem];
    if (problem !== first) return [];
    const names = others.slice(0, mostNamed).map(({ missingFile }) => JSON.stringify(missingFile));
    const more = others.length > mostNamed ? ` and ${others.length - mostNamed} more` : '';
    return [{ ...problem, message: `${problem.message}; nor are there ${names.join(', ')}${more}` }];
  });
}

/** What is left out because of a mistake needs no second finding. */
function isSamePlace(a: BuiltProblem, b: BuildLimit): boolean {
  return (
    a.file === b.file && a.range.start.line === b.range.start.line && a.range.start.column === b.range.start.column
  );
}

function finding(rule: string, severity: Severity, file: string, range: Range, message: string): Finding {
  return { rule, severity, message, file, range };
}

function buildSet(workspace: Workspace, source: SourceText): BuiltSet {
  const before = workspace.startBuild(source);
  const { resources, context } = build(workspace, workspace.folderOf(source), source);
  return {
    kustomization: source,
    objects: resources.map(builtObject),
    files: new Set([...before].map(({ name }) => name)),
    problems: context.problems,
    limits: context.limits,
  };
}
