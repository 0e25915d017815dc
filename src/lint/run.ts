import { compareFindings, formatPath, type Finding, type Severity } from '../diagnostics/finding.js';
import type { ManifestObject, ManifestSet } from '../manifests/types.js';
import { validateObjects } from '../manifests/validate.js';
import { asTheyLie } from './below-directories.js';
import { reportedOnceOfCopies } from './copies.js';
import { chartRelease } from './model/charts.js';
import { createContext, type ClusterFacts, type LintContext } from './context.js';
import { withoutShown } from './examples.js';
import { MisspeltFields } from './misspelt.js';
import { OtherUnits, UnitIndex } from './neighbours.js';
import { withoutLostIndentation } from './lost-indentation.js';
import { withoutOlder } from './older-versions.js';
import { partialObjects } from './partial-objects.js';
import { noteRefusals, withoutMisread, withoutRepeated, type ObjectFinding } from './one-finding.js';
import { toFinding } from './place.js';
import { ObjectFinder, removedObjects } from './provenance.js';
import { Refusals } from './refusals.js';
import { rules } from './registry.js';
import type { LintRule, RuleCategory } from './rule.js';
import { withoutTemplates } from './templates.js';
import { joined, type UnitFindings } from './unit-findings.js';
import { reportedOnceOfVersions } from './versions.js';
import { withWiderRange } from './wider-range.js';
import { softened, unitsOf, type Unit } from './units.js';

export interface LintOptions {
  readonly facts: ClusterFacts;
  /** Severities that differ from the catalogue's, by rule id; `off` disables a rule. */
  readonly severities?: ReadonlyMap<string, Severity | 'off'>;
  /** Only errors of the API server (`yaml/`, `schema/`, `api/`), for commands that continue with the other objects. */
  readonly onlyRefusals?: boolean;
}

export interface LintResult {
  /** In reading order: by file, line, column and rule. */
  readonly findings: readonly Finding[];
}

const refusing: readonly RuleCategory[] = ['yaml', 'schema', 'api'];

/**
 * Runs every rule over the objects. One mistake gives one finding: `schema/invalid` is silent if an `api/` rule reports
 * the problem, and values that the API server rejects are not checked further.
 */
export async function lint(set: ManifestSet, options: LintOptions): Promise<LintResult> {
  const units = await Promise.all(unitsOf(set).map((unit) => readUnit(unit, options)));
  const [only] = units;
  if (only !== undefined && units.length === 1) return finished(lintUnit(only, options), set, options);
  const releases = set.objects.flatMap((object) => chartRelease(object) ?? []);
  const contexts = new Map(units.map(({ unit }) => [unit, createContext(unit, options.facts)]));
  const index = new UnitIndex(contexts, releases);
  const results = units.map((read): UnitFindings => {
    const found = lintUnit(read, options, new OtherUnits(read.unit, index));
    return { unit: read.unit, findings: found.map((finding) => softened(finding, read.unit)) };
  });
  return finished(joined(results), set, options);
}

/** A unit without partial objects, the findings of reading and validation, and the notes about partial objects. */
interface ReadUnit {
  readonly unit: Unit;
  readonly read: readonly Finding[];
  readonly notes: readonly Finding[];
}

async function readUnit(unit: Unit, { facts, onlyRefusals }: LintOptions): Promise<ReadUnit> {
  const validated = [...unit.findings, ...(await validateObjects(unit.objects, facts.version))];
  const finder = new ObjectFinder(unit.objects);
  const read = onlyRefusals === true ? validated : asTheyLie(validated, unit.sources, finder);
  const partial = onlyRefusals === true ? new Map<ManifestObject, Finding>() : partialObjects(unit, read);
  if (partial.size === 0) return { unit, read, notes: [] };
  const isLeftOut = (finding: Finding): boolean => {
    const object = finder.find(finding);
    return object !== undefined && partial.has(object);
  };
  return {
    unit: { ...unit, objects: unit.objects.filter((object) => !partial.has(object)) },
    read: read.filter((finding) => !isLeftOut(finding)),
    notes: [...partial.values()],
  };
}

function finished(
  findings: readonly Finding[],
  set: ManifestSet,
  { severities, facts, onlyRefusals }: LintOptions,
): LintResult {
  const { sources } = set;
  const shown = withoutShown(withoutOlder(findings, set), sources);
  const newest = onlyRefusals === true ? shown : reportedOnceOfVersions(withWiderRange(shown, sources, facts), sources);
  const doubted = reportedOnceOfCopies(newest, sources);
  return { findings: inOrder(withSeverities(doubted, severities)) };
}

function lintUnit(
  { unit: set, read, notes }: ReadUnit,
  options: LintOptions,
  neighbours?: OtherUnits,
): readonly Finding[] {
  const refusals = new Refusals();
  const context = createContext(set, options.facts, refusals, neighbours);
  const objects = new ObjectFinder(set.objects);
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
  const found = [...notes, ...kept, ...[...refused, ...others].map(({ finding }) => finding)];
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

/** Sorted, with at most one finding of each rule for a node. */
function inOrder(findings: Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.sort(compareFindings).filter(({ rule, file, range: { start }, path }) => {
    const node = `${rule}\0${file}\0${start.line}:${start.column}\0${path === undefined ? '' : formatPath(path)}`;
    return !seen.has(node) && seen.add(node);
  });
}
