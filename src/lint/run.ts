import { compareFindings, formatPath, type Finding, type Severity } from '../diagnostics/finding.js';
import type { ManifestSet } from '../manifests/types.js';
import { validateObjects } from '../manifests/validate.js';
import { createContext, type ClusterFacts, type LintContext } from './context.js';
import { MisspeltFields } from './misspelt.js';
import { OtherUnits, type Neighbours } from './neighbours.js';
import { withoutLostIndentation } from './lost-indentation.js';
import { noteRefusals, withoutMisread, withoutRepeated, type ObjectFinding } from './one-finding.js';
import { toFinding } from './place.js';
import { ObjectFinder, removedObjects } from './provenance.js';
import { Refusals } from './refusals.js';
import { rules } from './registry.js';
import type { LintRule, RuleCategory } from './rule.js';
import { withoutTemplates } from './templates.js';
import { joined, type UnitFindings } from './unit-findings.js';
import { softened, unitsOf } from './units.js';

export interface LintOptions {
  readonly facts: ClusterFacts;
  /** Severities that differ from the catalogue's, by rule id; `off` drops a rule's findings. */
  readonly severities?: ReadonlyMap<string, Severity | 'off'>;
  /** Only what the API server refuses (`yaml/`, `schema/`, `api/`), for commands that go on with what is left. */
  readonly onlyRefusals?: boolean;
}

export interface LintResult {
  /** In reading order: by file, line, column and rule. */
  readonly findings: readonly Finding[];
}

const refusing: readonly RuleCategory[] = ['yaml', 'schema', 'api'];

/**
 * Runs every rule over the objects that were read. One mistake gives one finding: `schema/invalid` is silent where an
 * `api/` rule names the fault, and what the API server refuses is not looked at further.
 */
export async function lint(set: ManifestSet, options: LintOptions): Promise<LintResult> {
  const units = unitsOf(set);
  const [only] = units;
  if (only !== undefined && units.length === 1) return finished(await lintUnit(only, options), options);
  const contexts = new Map(units.map((unit) => [unit, createContext(unit, options.facts)]));
  const results: UnitFindings[] = [];
  for (const unit of units) {
    const found = await lintUnit(unit, options, new OtherUnits(unit, contexts));
    results.push({ unit, findings: found.map((finding) => softened(finding, unit)) });
  }
  return finished(joined(results), options);
}

function finished(findings: readonly Finding[], { severities }: LintOptions): LintResult {
  return { findings: inOrder(withSeverities(findings, severities)) };
}

async function lintUnit(set: ManifestSet, options: LintOptions, neighbours?: Neighbours): Promise<readonly Finding[]> {
  const refusals = new Refusals();
  const context = createContext(set, options.facts, refusals, neighbours);
  const objects = new ObjectFinder(set.objects);
  const read = [...set.findings, ...(await validateObjects(set.objects, options.facts.version))];
  const removed = removedObjects(read, objects);
  const misspelt = new MisspeltFields(read, objects);
  refusals.addMisspelt(misspelt);
  const faults = check(
    rules.filter((rule) => refusing.includes(categoryOf(rule))),
    context,
    misspelt,
  ).filter(({ object }) => !removed.has(object));
  const refused = withoutMisread(faults, read, objects);
  const kept = withoutRepeated(read, refused, removed, objects, misspelt);
  noteRefusals(refusals, kept, refused, objects);
  const others =
    options.onlyRefusals === true
      ? []
      : check(
          rules.filter((rule) => !refusing.includes(categoryOf(rule))),
          context,
          misspelt,
        ).filter(
          ({ object, finding }) =>
            (!removed.has(object) || finding.rule.startsWith('ingress/')) &&
            !refusals.covers(object, finding.path ?? []),
        );
  const found = [...kept, ...[...refused, ...others].map(({ finding }) => finding)];
  return withoutTemplates(
    withoutLostIndentation(found, objects),
    [...kept, ...refused.map(({ finding }) => finding)],
    set,
    objects,
    options.onlyRefusals === true,
  );
}

function categoryOf(rule: LintRule): RuleCategory {
  return rule.id.slice(0, rule.id.indexOf('/')) as RuleCategory;
}

function check(chosen: readonly LintRule[], context: LintContext, misspelt: MisspeltFields): ObjectFinding[] {
  const findings: ObjectFinding[] = [];
  for (const rule of chosen) {
    for (const problem of rule.check(context)) {
      const { object, path, missing = [path] } = problem;
      if (!missing.some((field) => misspelt.explains(object, field)))
        findings.push({ object, finding: toFinding(rule, problem) });
    }
  }
  return findings;
}

function withSeverities(findings: readonly Finding[], severities: LintOptions['severities']): Finding[] {
  if (severities === undefined || severities.size === 0) return [...findings];
  return findings.flatMap((finding) => {
    const severity = severities.get(finding.rule) ?? finding.severity;
    return severity === 'off' ? [] : [severity === finding.severity ? finding : { ...finding, severity }];
  });
}

/** Sorted, and without a second finding of one rule about one node. */
function inOrder(findings: Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.sort(compareFindings).filter(({ rule, file, range: { start }, path }) => {
    const node = `${rule}\0${file}\0${start.line}:${start.column}\0${path === undefined ? '' : formatPath(path)}`;
    return !seen.has(node) && seen.add(node);
  });
}
