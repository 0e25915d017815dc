import type { Finding } from '../diagnostics/finding.js';
import { addToGroup } from '../diagnostics/groups.js';
import { quotePath } from '../diagnostics/quote.js';
import type { SourceText } from '../manifests/types.js';
import { foundFiles, infosWith } from './infos.js';

/** `v3.1.0`, `2.6.0`, `v2`, `1.28-rc.1` as a part of a path; not a plain number, as of a cluster or a lesson. */
const version =
  /(?<![A-Za-z0-9.])v?\d+(?:\.\d+)+(?:-(?:alpha|beta|rc)(?:\.?\d+)*)?|(?<![A-Za-z0-9.])v\d+(?![A-Za-z0-9])/gi;

/**
 * Findings in manifests kept for several versions of a program (`v3.0.0/web.yaml`, `v3.1.0/web.yaml`), in files found in
 * directories: what is reported for the newest version is an info for the older ones, which nobody changes.
 */
export function reportedOnceOfVersions(
  findings: readonly Finding[],
  sources: readonly SourceText[],
): readonly Finding[] {
  const groups = new Map<string, Finding[]>();
  const found = foundFiles(sources);
  for (const finding of findings) {
    if (finding.severity === 'info' || !found.has(finding.file)) continue;
    const path = finding.file.replace(version, '*');
    if (path === finding.file) continue;
    const { rule, severity, message, object } = finding;
    const key = JSON.stringify([path, rule, severity, message, object?.kind, object?.namespace, object?.name]);
    addToGroup(groups, key, finding);
  }
  const newest = new Map<Finding, string>();
  for (const group of groups.values()) {
    const last = group.reduce((one, other) => (compareVersions(other.file, one.file) > 0 ? other : one));
    for (const finding of group) if (finding.file !== last.file) newest.set(finding, last.file);
  }
  if (newest.size === 0) return findings;
  return infosWith(findings, (finding) => {
    const file = newest.get(finding);
    return file === undefined ? undefined : `So it is in ${quotePath(file)}.`;
  });
}

/** Numbers in paths as numbers, and a version before its release: `v1.2.0-rc.1`, `v1.2.0`, `v1.10.0`. */
function compareVersions(first: string, second: string): number {
  return comparable(first).localeCompare(comparable(second), 'en', { numeric: true });
}

function comparable(file: string): string {
  return file.replace(/-(?=(?:alpha|beta|rc)[.\d])/gi, '!');
}
