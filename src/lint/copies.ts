import { quotePath } from '../diagnostics/quote.js';
import type { Finding } from '../diagnostics/finding.js';
import type { SourceText } from '../manifests/types.js';
import { infosWith } from './infos.js';

/**
 * Findings in copies: if a file found in a directory is equal to an earlier one, what is already reported there is an
 * info in the copy.
 */
export function reportedOnceOfCopies(findings: readonly Finding[], sources: readonly SourceText[]): readonly Finding[] {
  const originals = originalsOf(new Set(findings.filter(isNoInfo).map(({ file }) => file)), sources);
  if (originals.size === 0) return findings;
  const reported = new Set(findings.filter(isNoInfo).map((finding) => keyOf(finding, finding.file)));
  return infosWith(findings, (finding) => {
    const original = originals.get(finding.file);
    return original !== undefined && isNoInfo(finding) && reported.has(keyOf(finding, original))
      ? `The file is a copy of ${quotePath(original)}.`
      : undefined;
  });
}

function isNoInfo({ severity }: Finding): boolean {
  return severity !== 'info';
}

/** By name of a copy among the files, the name of the first file with that text. */
function originalsOf(files: ReadonlySet<string>, sources: readonly SourceText[]): ReadonlyMap<string, string> {
  const originals = new Map<string, string>();
  if (files.size < 2) return originals;
  const firsts = new Map<string, string>();
  for (const { name, text, found } of sources) {
    if (found !== true || !files.has(name)) continue;
    const first = firsts.get(text);
    if (first === undefined) firsts.set(text, name);
    else if (first !== name) originals.set(name, first);
  }
  return originals;
}

/** Identifies a finding by its place in a text and its severity. */
function keyOf({ rule, severity, range: { start } }: Finding, file: string): string {
  return `${file}\0${rule}\0${severity}\0${start.line}:${start.column}`;
}
