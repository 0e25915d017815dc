import { relative, resolve, sep } from 'node:path';
import type { Finding, ObjectReference } from '../diagnostics/finding.js';
import type { SuppressedFinding } from '../diagnostics/report.js';
import type { IgnoreEntry } from './settings.js';
import { matchesGlob, matchesPath } from './settings-glob.js';
import type { Sifted } from './suppress.js';

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
  for (const finding of findings) {
    const entry = entries.find((candidate) => accepts(candidate, finding, place));
    if (entry === undefined) kept.push(finding);
    else {
      used.add(entry);
      suppressed.push({ finding, kind: 'external', reason: entry.reason });
    }
  }
  return { findings: kept, suppressed, unused: entries.filter((entry) => !used.has(entry)) };
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
  const [kindGlob = '', ...rest] = pattern.trim().split(/\s+|\//, 3);
  const nameGlob = rest.at(-1) ?? '*';
  const namespaceGlob = rest.length === 2 ? (rest[0] ?? '*') : '*';
  return (
    matchesGlob(kind, kindGlob) && matchesGlob(namespace || 'default', namespaceGlob) && matchesGlob(name, nameGlob)
  );
}
