import { quote } from '../diagnostics/quote.js';
import { printable } from '../diagnostics/terminal.js';
import type { Finding } from '../diagnostics/finding.js';
import { plural } from '../diagnostics/report.js';
import type { MadeUp } from '../cluster/types.js';
import type { Completed } from '../pipeline/complete.js';
import type { SkippedInput } from '../manifests/types.js';
import type { RepeatedTables } from '../node/types.js';
import { alignColumns } from './help.js';
import type { Io } from './command.js';

const mostLines = 20;

/** Tells on standard error what the manifests did not say and was filled in. */
export function tellMadeUp(madeUp: readonly MadeUp[], io: Io): void {
  if (madeUp.length === 0) return;
  const rows = madeUp
    .slice(0, mostLines)
    .map(
      (one) =>
        [printable(one.object), printable(one.kind === 'node' ? one.detail : `${one.kind} ${one.detail}`)] as const,
    );
  const more = madeUp.length > mostLines ? [`  … and ${madeUp.length - mostLines} more (--format json lists all)`] : [];
  io.err(`${['Filled in (not in your manifests):', alignColumns(rows), ...more].join('\n')}\n`);
}

/** Tells what was filled in, and what a user should know of how the inputs were read. */
export function tellCompleted({ cluster, notes }: Completed, io: Io): void {
  tellMadeUp(cluster.madeUp, io);
  tellNotes(notes, io);
}

export function tellNotes(notes: readonly string[], io: Io): void {
  for (const note of notes) io.err(`Note: ${printable(note)}${/[.?]$/.test(note) ? '' : '.'}\n`);
}

/** Inputs that were passed over, and why. */
export function tellSkipped(skipped: readonly SkippedInput[], io: Io): void {
  for (const { file, line, reason } of skipped.slice(0, mostLines)) {
    io.err(`${printable(file)}${line === undefined || line === 1 ? '' : `:${line}`}: not read: ${printable(reason)}\n`);
  }
  if (skipped.length > mostLines)
    io.err(`… and ${skipped.length - mostLines} more; kubechains lint --verbose names all\n`);
}

/**
 * Findings as `file:line:column: message (rule)`, the first of them only where there are very many. `more`: where to
 * see the others; `''` for those of dumps.
 */
export function tellFindings(findings: readonly Finding[], io: Io, more = '; kubechains lint shows all'): void {
  for (const finding of findings.slice(0, mostLines)) io.err(`${formatFinding(finding)}\n`);
  if (findings.length > mostLines) io.err(`… and ${findings.length - mostLines} more${more}\n`);
}

/** How many refusals there are, and whose they are: a clause. */
export function countRefusals(refusals: readonly Finding[]): string {
  if (refusals.every(({ rule }) => rule.startsWith('yaml/')))
    return `${plural(refusals.length, 'error')} for which the text cannot be read`;
  const isConfiguration = refusals.every(({ object }) => object?.kind === 'KubeProxyConfiguration');
  return (
    `${plural(refusals.length, 'error')} for which ` +
    (isConfiguration ? 'kube-proxy would refuse this configuration' : 'the API server would refuse these objects')
  );
}

/** A finding as one line: `file:line:column: message (rule)`. */
export function formatFinding({ file, range: { start }, message, rule }: Finding): string {
  return `${printable(file)}:${start.line}:${start.column}: ${printable(message)} (${rule})`;
}

/** Tells which tables of dumps come twice, and which of them counts. */
export function tellRepeated(repeated: readonly RepeatedTables[], io: Io): void {
  for (const note of new Set(repeated.map(repeatedNote))) io.err(`Note: ${printable(note)}\n`);
}

function repeatedNote({ family, text, tables, taken }: RepeatedTables): string {
  const counts = taken.length === 0 ? 'the first one counts' : "the one with kube-proxy's chains counts";
  return (
    `${quote(text)} holds the ${family} table ${tables.join(', ')} once more; ${counts}. ` +
    'A node with both iptables-nft and iptables-legacy rules obeys both.'
  );
}
