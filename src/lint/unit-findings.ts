import { formatPath, type Finding } from '../diagnostics/finding.js';
import { folderOf } from './model/folders.js';
import type { Unit } from './units.js';
import { countsOf } from '../diagnostics/groups.js';
import { someOf } from '../diagnostics/words.js';

/** The findings of one unit. */
export interface UnitFindings {
  readonly unit: Unit;
  readonly findings: readonly Finding[];
}

/** How many builds a message names. */
const mostNamed = 3;

/**
 * The findings of all units, each reported once even if several builds of one base have it. If other builds with the
 * file do not have it, the message names the builds that do.
 */
export function joined(results: readonly UnitFindings[]): Finding[] {
  const units = new Map<string, Unit[]>();
  const firsts = new Map<string, Finding>();
  for (const { unit, findings } of results)
    for (const finding of findings) {
      const key = keyOf(finding);
      const first = firsts.get(key);
      firsts.set(key, first === undefined || isWorse(finding, first) ? finding : first);
      const known = units.get(key) ?? [];
      if (known.at(-1) !== unit) units.set(key, [...known, unit]);
    }
  const withFile = countUnits(results);
  return [...firsts].map(([key, finding]) => {
    const having = units.get(key) ?? [];
    return having.length < (withFile.get(finding.file) ?? 0) && having.every(({ build }) => build !== undefined)
      ? { ...finding, message: `${finding.message} (${builders(having)})` }
      : finding;
  });
}

/** Identifies one fault at one place; the same item may have another index in another build. */
function keyOf({ rule, file, range: { start }, path }: Finding): string {
  const keys = path === undefined ? '' : formatPath(path.filter((part) => typeof part === 'string'));
  return [rule, file, start.line, start.column, keys].join('\0');
}

function isWorse(a: Finding, b: Finding): boolean {
  const order = ['info', 'warning', 'error'];
  return order.indexOf(a.severity) > order.indexOf(b.severity);
}

function countUnits(results: readonly UnitFindings[]): ReadonlyMap<string, number> {
  return countsOf(results.flatMap(({ unit }) => [...(unit.build?.files ?? [])]));
}

/** `as overlays/dev builds it`. */
function builders(units: readonly Unit[]): string {
  const names = units.map(({ build }) => folderOf(build?.kustomization.name ?? '').replace(/[/\\]$/, '') || '.');
  return `as ${someOf(names, mostNamed)} ${names.length === 1 ? 'builds' : 'build'} it`;
}
