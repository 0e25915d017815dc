import type { Finding } from '../diagnostics/finding.js';
import type { SourceText } from '../manifests/types.js';

/** The findings; those for which there is a note are infos that end with it. */
export function infosWith(
  findings: readonly Finding[],
  noteOf: (finding: Finding) => string | undefined,
): readonly Finding[] {
  return findings.map((finding) => {
    const note = noteOf(finding);
    return note === undefined ? finding : { ...finding, severity: 'info', message: `${finding.message} (${note})` };
  });
}

/** The names of the files that were found in directories, not named. */
export function foundFiles(sources: readonly SourceText[]): ReadonlySet<string> {
  return new Set(sources.flatMap(({ name, found }) => (found === true ? [name] : [])));
}
