import { relative, resolve, sep } from 'node:path';
import type { Finding, ObjectReference } from '../diagnostics/finding.js';
import type { SuppressedFinding } from '../diagnostics/report.js';
import type { IgnoreEntry } from './settings.js';
import { isLiteral, matchesGlob, matchesPath } from './settings-glob.js';
import type { Sifted } from './suppress.js';
import { addToGroup } from '../diagnostics/groups.js';

/** The directories to which names in findings and patterns in settings are relative; both absolute. */
export interface SettingsPlace {
  readonly settingsDirectory: string;
  readonly workingDirectory: string;
}

/** Removes the findings that an entry of the settings' `ignore` accepts: everything in the entry must match. */
export function applyIgnore(
  findings: readonly Finding[],
  entries: readonly IgnoreEntry[],
  place: SettingsPlace,
): Sifted & { readonly unused: readonly IgnoreEntry[] } {
  const kept: Finding[] = [];
  const suppressed: SuppressedFinding[] = [];
  const used = new Set<IgnoreEntry>();
  const index = new EntryIndex(entries);
  for (const finding of findings) {
    const entry = index.first(finding, (candidate) => accepts(candidate, finding, place));
    if (entry === undefined) kept.push(finding);
    else {
      used.add(entry);
      suppressed.push({ finding, kind: 'external', reason: entry.reason });
    }
  }
  return { findings: kept, suppressed, unused: entries.filter((entry) => !used.has(entry)) };
}

/** The entries by what they name without a glob, so that a finding is compared only with entries that may fit it. */
class EntryIndex {
  private readonly buckets = new Map<string, { readonly entry: IgnoreEntry; readonly at: number }[]>();

  constructor(entries: readonly IgnoreEntry[]) {
    for (const [at, entry] of entries.entries()) {
      const key = keyOf(entry);
      addToGroup(this.buckets, key, { entry, at });
    }
  }

  /** The first entry that fits a finding. */
  first({ rule, object }: Finding, fits: (entry: IgnoreEntry) => boolean): IgnoreEntry | undefined {
    const keys = ['', `rule ${rule}`, ...(object === undefined ? [] : [`name ${object.name}`])];
    const found = keys.flatMap((key) => this.buckets.get(key)?.find(({ entry }) => fits(entry)) ?? []);
    return found.sort((one, other) => one.at - other.at)[0]?.entry;
  }
}

/** What a finding must have for an entry: an object's name, else a rule; `''` if both are globs. */
function keyOf({ rule, object }: IgnoreEntry): string {
  const name = object === undefined ? undefined : partsOf(object).name;
  if (name !== undefined && isLiteral(name)) return `name ${name}`;
  return rule !== undefined && isLiteral(rule) ? `rule ${rule}` : '';
}

function accepts({ rule, path, object }: IgnoreEntry, finding: Finding, place: SettingsPlace): boolean {
  return (
    (rule === undefined || matchesGlob(finding.rule, rule)) &&
    (object === undefined || (finding.object !== undefined && matchesObject(finding.object, object))) &&
    (path === undefined || matchesPath(fromSettings(finding.file, place), path))
  );
}

/** A file's name relative to the settings file, with slashes. */
function fromSettings(file: string, { settingsDirectory, workingDirectory }: SettingsPlace): string {
  return relative(settingsDirectory, resolve(workingDirectory, file)).split(sep).join('/');
}

/**
 * `Kind namespace/name` or `Kind/namespace/name`, each a glob. Omitted parts match anything: `Kind name` in any
 * namespace, `Kind` with any name. An object without a namespace counts as in `default`.
 */
export function matchesObject({ kind, namespace, name }: ObjectReference, pattern: string): boolean {
  const globs = partsOf(pattern);
  return (
    matchesGlob(kind, globs.kind) &&
    matchesGlob(namespace || 'default', globs.namespace) &&
    matchesGlob(name, globs.name)
  );
}

function partsOf(pattern: string): ObjectReference {
  const [kind = '', ...rest] = pattern.trim().split(/\s+|\//, 3);
  return { kind, namespace: rest.length === 2 ? (rest[0] ?? '*') : '*', name: rest.at(-1) ?? '*' };
}
