import { quote } from '../diagnostics/quote.js';
import { printable } from '../diagnostics/terminal.js';
import type { Finding } from '../diagnostics/finding.js';
import type { MadeUp } from '../cluster/types.js';
import { groupBy } from '../diagnostics/groups.js';
import type { Completed } from '../pipeline/complete.js';
import type { SkippedInput } from '../manifests/types.js';
import type { RepeatedTables } from '../node/types.js';
import { alignColumns } from './help.js';
import type { Io } from './command.js';
import { count } from '../diagnostics/words.js';

const mostLines = 20;

/** Reports on standard error what was filled in because the manifests do not contain it. */
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

/** Reports what was filled in, and notes on how the inputs were read. */
export function tellCompleted({ cluster, notes }: Completed, io: Io): void {
  tellMadeUp(cluster.madeUp, io);
  tellNotes(notes, io);
}

export function tellNotes(notes: readonly string[], io: Io): void {
  for (const note of notes) io.err(`Note: ${printable(note)}${/[.?]$/.test(note) ? '' : '.'}\n`);
}

/** Reports skipped inputs with the reason. */
export function tellSkipped(skipped: readonly SkippedInput[], io: Io): void {
  for (const { file, line, reason } of skipped.slice(0, mostLines)) {
    io.err(`${printable(file)}${line === undefined || line === 1 ? '' : `:${line}`}: not read: ${printable(reason)}\n`);
  }
  if (skipped.length > mostLines)
    io.err(`… and ${skipped.length - mostLines} more; kubechains lint --verbose names all\n`);
}

/**
 * Reports findings as `file:line:column: message (rule)`; of very many, only the first ones. Of findings about a dump
 * that differ only in quoted texts, one is shown. `more`: how to see the others; `''` for dumps.
 */
export function tellFindings(findings: readonly Finding[], io: Io, more = '; kubechains lint shows all'): void {
  const groups = groupBy<unknown, Finding>(findings, kindOf);
  let reported = 0;
  for (const [finding, ...alike] of [...groups.values()].slice(0, mostLines)) {
    if (finding === undefined) continue;
    io.err(`${formatFinding(finding)}\n`);
    reported += 1 + alike.length;
    const last = alike.at(-1);
    if (last !== undefined) io.err(`  … and ${alike.length} more like it, in lines up to ${last.range.start.line}\n`);
  }
  if (findings.length > reported) io.err(`… and ${findings.length - reported} more${more}\n`);
}

/**
 * The same key for findings that differ only in quoted texts. Findings about manifests concern one object each, so they
 * all differ.
 */
function kindOf(finding: Finding): unknown {
  const { rule, file, message } = finding;
  if (!rule.startsWith('dump/')) return finding;
  return `${rule} ${file} ${message.replace(/"(?:[^"\\]|\\.)*"|\d+/g, '')}`;
}

/** The number of errors, and which program would reject the input for them, as a clause. */
export function countRefusals(refusals: readonly Finding[]): string {
  if (refusals.every(({ rule }) => rule.startsWith('yaml/'))) return `${count(refusals.length, 'error')} in the text`;
  const isConfiguration = refusals.every(({ object }) => object?.kind === 'KubeProxyConfiguration');
  return `${count(refusals.length, 'error')} ${isConfiguration ? 'kube-proxy' : 'the API server'} would reject`;
}

/** A finding as one line: `file:line:column: message (rule)`. */
export function formatFinding({ file, range: { start }, message, rule }: Finding): string {
  return `${printable(file)}:${start.line}:${start.column}: ${printable(message)} (${rule})`;
}

/** Reports which tables of dumps occur twice, and which of them is used. */
export function tellRepeated(repeated: readonly RepeatedTables[], io: Io): void {
  for (const note of new Set(repeated.map(repeatedNote))) io.err(`Note: ${printable(note)}\n`);
}

function repeatedNote({ family, text, tables, taken }: RepeatedTables): string {
  const counts = taken.length === 0 ? 'the first one counts' : "the one with kube-proxy's chains counts";
  return (
    `${quote(text)} holds the ${family} table ${tables.join(', ')} once more; ${counts}. ` +
    'A node with both iptables-nft and iptables-legacy rules applies both.'
  );
}
