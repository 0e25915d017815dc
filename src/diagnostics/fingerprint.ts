import { createHash } from 'node:crypto';
import { formatPath, type Finding } from './finding.js';
import { plainFileName } from './report.js';

/**
 * What a finding is, whatever line it stands on: a hash of rule, object, path and message. Two findings that are alike
 * in all of these share it. Findings without an object (unreadable documents) have their file instead.
 */
export function fingerprint(finding: Finding): string {
  const { rule, object, path, message, file } = finding;
  const subject =
    object === undefined ? ['', plainFileName(file)] : [object.kind, object.namespace || 'default', object.name];
  return hash([rule, ...subject, formatPath(path ?? []), withoutLines(message)]);
}

/** A fingerprint for each finding that no other of the list has: file and repetition count, too. */
export function uniqueFingerprints(findings: readonly Finding[]): string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const base = hash([fingerprint(finding), plainFileName(finding.file)]);
    const repetition = seen.get(base) ?? 0;
    seen.set(base, repetition + 1);
    return repetition === 0 ? base : hash([base, String(repetition)]);
  });
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** Messages cite other places as `file:line`; those lines move, too. */
function withoutLines(message: string): string {
  return message.replace(/(\.(?:ya?ml|json)|<stdin>)"?:\d+(?::\d+)?/g, '$1').replace(/\bline \d+/g, 'line');
}
