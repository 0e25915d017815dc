import { fitLines } from '../diagnostics/layout.js';
import { guardLines, printable } from '../diagnostics/terminal.js';
import { join } from 'node:path';
import { serviceNamer } from '../diff/rule-services.js';
import { unifiedDiff } from '../diff/unified.js';
import type { Comparison } from '../golden/compare.js';
import { comparable, outputName } from '../golden/output.js';
import { mayUseColour, outputWidth, type Arguments, type ExitStatus, type Io } from './command.js';
import { count } from '../diagnostics/words.js';

/** A scenario's folder and the comparison of its files. */
export interface Compared {
  readonly directory: string;
  readonly comparisons: readonly Comparison[];
}

export interface Outcome {
  readonly scenarios: readonly Compared[];
  /** How many scenarios could not be compared; the reasons have already been reported. */
  readonly failures: number;
}

/** `golden check`: prints the differences and a summary. */
export function reportOutcome(
  { scenarios, failures }: Outcome,
  args: Arguments,
  io: Io,
  directory: string,
): ExitStatus {
  const counts = new Map<string, number>();
  for (const { directory: scenario, comparisons } of scenarios) {
    for (const comparison of comparisons) {
      counts.set(comparison.verdict, (counts.get(comparison.verdict) ?? 0) + 1);
      const text = guardLines(formatComparison(scenario, comparison, args.has('quiet'), io));
      io.out(comparison.verdict === 'different' ? text : fitLines(text, outputWidth(io)));
    }
  }
  io.err(summary(counts, scenarios.length, directory));
  if (failures > 0) io.err(`${count(failures, 'scenario')} could not be checked.\n`);
  if (failures > 0) return 2;
  return counts.size > (counts.has('same') ? 1 : 0) ? 1 : 0;
}

function summary(counts: ReadonlyMap<string, number>, scenarios: number, directory: string): string {
  const wrong = [...counts].filter(([verdict]) => verdict !== 'same').map(([verdict, count]) => `${count} ${verdict}`);
  const files = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const result =
    wrong.length === 0
      ? 'all as expected'
      : `${wrong.join(', ')}; if intended: kubechains golden update ${printable(directory)}`;
  return `${count(scenarios, 'scenario')}, ${count(files, 'file')}: ${result}\n`;
}

/**
 * The output of `golden check` for one file: nothing if it is as expected, a diff if it differs, otherwise one line.
 */
function formatComparison(scenario: string, comparison: Comparison, brief: boolean, io: Io): string {
  const path = printable(join(scenario, outputName(comparison.output)));
  switch (comparison.verdict) {
    case 'same':
      return '';
    case 'missing':
      return `${path}: missing: it is generated, but there is no such file\n`;
    case 'orphaned':
      return `${path}: orphaned: nothing generates it any more\n`;
    case 'different':
      return brief ? `${path}: different\n` : diffOf(path, comparison, io);
  }
}

function diffOf(
  path: string,
  { output, expected, generated }: Extract<Comparison, { verdict: 'different' }>,
  io: Io,
): string {
  return unifiedDiff(comparable(expected, output), comparable(generated, output), {
    from: `${path}\texpected`,
    to: `${path}\tgenerated`,
    section: serviceNamer([expected, generated]),
    colour: mayUseColour(io, io.outIsTerminal),
    width: outputWidth(io),
  });
}
