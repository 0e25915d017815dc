import { withoutByteOrderMark } from '../diagnostics/byte-order-mark.js';
import { formatPath, type Finding } from '../diagnostics/finding.js';
import { fingerprint } from '../diagnostics/fingerprint.js';
import { stringifyJson } from '../diagnostics/invisible.js';
import { plainFileName } from '../diagnostics/report.js';
import { isObject, namespaceOf } from '../manifests/values.js';
import type { Sifted } from './suppress.js';

/** Accepted existing findings: how many there are for each fingerprint. */
export type Baseline = ReadonlyMap<string, number>;

interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  readonly subject: string;
  readonly message: string;
  count: number;
}

/**
 * The text of a baseline file: JSON with one line for each distinct finding, sorted, so that two baselines can be
 * compared line by line. Only `fingerprint` and `count` are read back; the rest is for people.
 */
export function formatBaseline(findings: readonly Finding[]): string {
  const entries = new Map<string, BaselineEntry>();
  for (const finding of findings) {
    const key = fingerprint(finding);
    const known = entries.get(key);
    if (known === undefined)
      entries.set(key, {
        fingerprint: key,
        rule: finding.rule,
        subject: subjectOf(finding),
        message: finding.message,
        count: 1,
      });
    else known.count++;
  }
  const lines = [...entries.values()].sort(compareEntries).map((entry) => `    ${stringifyJson(entry, 0)}`);
  return `{\n  "version": 1,\n  "findings": [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `}]\n}\n`;
}

function subjectOf({ object, path, file }: Finding): string {
  if (object === undefined) return plainFileName(file);
  const place = formatPath(path ?? []);
  return `${object.kind} ${namespaceOf(object)}/${object.name}${place === '' ? '' : ` ${place}`}`;
}

function compareEntries(a: BaselineEntry, b: BaselineEntry): number {
  const [first, second] = [a, b].map(
    ({ rule, subject, fingerprint: key }) => `${subject}\u0000${rule}\u0000${key}`,
  ) as [string, string];
  return first < second ? -1 : 1;
}

/** Reads a baseline file's text; if it is invalid, returns what is wrong as text. */
export function parseBaseline(text: string): Baseline | string {
  let value: unknown;
  try {
    value = JSON.parse(withoutByteOrderMark(text));
  } catch {
    return 'is not JSON; write it anew with --write-baseline';
  }
  if (!isObject(value) || !Array.isArray(value.findings))
    return 'is not a baseline: it has no list "findings"; write it anew with --write-baseline';
  if (value.version !== 1) return 'is of another version of kubechains; write it anew with --write-baseline';
  const counts = new Map<string, number>();
  for (const entry of value.findings as unknown[]) {
    if (!isObject(entry) || typeof entry.fingerprint !== 'string')
      return 'is not a baseline: an entry has no fingerprint; write it anew with --write-baseline';
    const count = entry.count ?? 1;
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 1)
      return 'is not a baseline: a count is not a positive number; write it anew with --write-baseline';
    counts.set(entry.fingerprint, (counts.get(entry.fingerprint) ?? 0) + count);
  }
  return counts;
}

/**
 * Findings that are new since the baseline, and how many of its findings no longer occur. Of equal findings, the last
 * ones count as new.
 */
export function applyBaseline(findings: readonly Finding[], baseline: Baseline): Sifted & { readonly gone: number } {
  const left = new Map(baseline);
  const isNew = (finding: Finding): boolean => {
    const key = fingerprint(finding);
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count === 0;
  };
  const kept: Finding[] = [];
  const known: Finding[] = [];
  for (const finding of findings) (isNew(finding) ? kept : known).push(finding);
  return {
    findings: kept,
    suppressed: known.map((finding) => ({ finding, kind: 'external', reason: 'in the baseline' })),
    gone: [...left.values()].reduce((sum, count) => sum + count, 0),
  };
}
