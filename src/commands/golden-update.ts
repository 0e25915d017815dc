import { dirname, join } from 'node:path';
import { plural } from '../diagnostics/report.js';
import { removeFiles } from '../files/listing.js';
import { explainError } from '../files/unreadable.js';
import { writeFilesAtomically } from '../files/write.js';
import { outputName, type Output } from '../golden/output.js';
import { modes } from '../pipeline/modes.js';
import { UsageError, type ExitStatus, type Io } from './command.js';
import type { Outcome } from './golden-report.js';

/** `golden update`: writes what differs or is missing, all or nothing, then removes what nothing generates. */
export function updateScenarios({ scenarios, failures }: Outcome, io: Io): ExitStatus {
  if (failures > 0) {
    io.err('Nothing was written.\n');
    return 2;
  }
  const changes = scenarios.flatMap(({ directory, comparisons }) => comparisons.map((comparison) => ({ comparison, path: join(directory, outputName(comparison.output)) })));
  const written = changes.flatMap(({ comparison, path }): [string, [string]][] => 'generated' in comparison ? [[path, [comparison.generated]]] : []);
  const orphans = changes.filter(({ comparison }) => comparison.verdict === 'orphaned');
  const removed = orphans.filter(({ comparison: { output } }) => isKnown(output)).map(({ path }) => path);
  const foreign = orphans.filter(({ comparison: { output } }) => !isKnown(output)).map(({ path }) => path);
  apply(written, removed);
  io.out([...written.map(([path]) => `wrote ${path}\n`), ...removed.map((path) => `removed ${path}\n`)].join(''));
  for (const path of foreign) io.err(`${path}: left alone: this version of kubechains knows no such mode or format\n`);
  io.err(`${plural(scenarios.length, 'scenario')}: ${plural(written.length, 'file')} written, ${removed.length} removed\n`);
  return foreign.length > 0 ? 1 : 0;
}

function isKnown({ mode, format }: Output): boolean {
  return Object.hasOwn(modes, mode) && modes[mode]?.formats.includes(format) === true;
}

function apply(written: readonly [string, [string]][], removed: readonly string[]): void {
  try {
    writeFilesAtomically(written);
    removeFiles(removed);
  } catch (error) {
    const path = written[0]?.[0] ?? removed[0] ?? '';
    throw new UsageError(`${dirname(path)}: cannot be written: ${explainError(error).replace('cannot be read', 'not possible')}`);
  }
}
