import { append } from '../diagnostics/extremes.js';
import { applyFixes } from '../diagnostics/apply-fixes.js';
import type { Finding } from '../diagnostics/finding.js';
import { findingsByFile } from '../diagnostics/report.js';
import { diskFiles } from '../files/kustomize-files.js';
import type { Review } from '../review/review.js';
import type { ManifestSet, SourceText } from '../manifests/types.js';
import { readManifests } from '../pipeline/read-manifests.js';

/** The result of applying fixes: the set afterwards, its review, and the fixed findings. */
export interface Fixed {
  readonly set: ManifestSet;
  readonly review: Review;
  readonly fixed: readonly Finding[];
  /** The texts that changed. */
  readonly changed: readonly SourceText[];
}

/** A fix can make another one possible; this limits the repetitions. */
const mostRounds = 10;

/** Applies the fixes of reported findings repeatedly until none is left. Writes nothing. */
export async function fixAll(
  set: ManifestSet,
  review: Review,
  again: (set: ManifestSet) => Promise<Review>,
): Promise<Fixed> {
  let state: Fixed = { set, review, fixed: [], changed: [] };
  for (let round = 0; round < mostRounds; round++) {
    const next = fixOnce(state);
    if (next.fixed.length === 0) break;
    const reread = rereadSet(state.set, next.sources);
    state = { set: reread, review: await again(reread), fixed: [...state.fixed, ...next.fixed], changed: [] };
  }
  const before = new Map(set.sources.map(({ name, text }) => [name, text]));
  return { ...state, changed: state.set.sources.filter(({ name, text }) => before.get(name) !== text) };
}

function fixOnce({ set, review }: Fixed): { sources: SourceText[]; fixed: Finding[] } {
  const byFile = findingsByFile(review.findings);
  const fixed: Finding[] = [];
  const sources = set.sources.map((source) => {
    const fixable = (byFile.get(source.name) ?? []).filter((finding) => finding.fix !== undefined);
    if (fixable.length === 0) return source;
    const { text, applied } = applyFixes(
      source.text,
      fixable.flatMap(({ fix }) => fix ?? []),
    );
    const done = new Set(applied);
    append(
      fixed,
      fixable.filter(({ fix }) => fix !== undefined && done.has(fix)),
    );
    return { ...source, text };
  });
  return { sources, fixed };
}

/** Reads the texts again; findings and skipped files from reading the disk are kept. */
function rereadSet(before: ManifestSet, sources: readonly SourceText[]): ManifestSet {
  const own = new Set(sources.map(({ name }) => name));
  const parsed = readManifests(sources, diskFiles(sources));
  return {
    ...parsed,
    findings: [...before.findings.filter(({ file }) => !own.has(file)), ...parsed.findings],
    skipped: [...before.skipped.filter(({ file }) => !own.has(file)), ...parsed.skipped],
  };
}
