import { printable } from '../diagnostics/terminal.js';
import { join } from 'node:path';
import { removeFiles } from '../files/listing.js';
import { writeFilesAtomically } from '../files/write.js';
import { outputName, type Output } from '../golden/output.js';
import { modes } from '../pipeline/modes.js';
import type { ExitStatus, Io } from './command.js';
import type { Outcome } from './golden-report.js';
import { attemptWrite } from './write-output.js';
import { count } from '../diagnostics/words.js';

/** `golden update`: writes files that differ or are missing, all or none, then removes files that nothing generates. */
export function updateScenarios({ scenarios, failures }: Outcome, io: Io): ExitStatus {
  if (failures > 0) {
    io.err('Nothing was written.\n');
    return 2;
  }
  const changes = scenarios.flatMap(({ directory, comparisons }) =>
    comparisons.map((comparison) => ({ comparison, path: join(directory, outputName(comparison.output)) })),
  );
  const written = changes.flatMap(({ comparison, path }): [string, [string]][] =>
    'generated' in comparison ? [[path, [comparison.generated]]] : [],
  );
  const orphans = changes.filter(({ comparison }) => comparison.verdict === 'orphaned');
  const removed = orphans.filter(({ comparison: { output } }) => isKnown(output)).map(({ path }) => path);
  const foreign = orphans.filter(({ comparison: { output } }) => !isKnown(output)).map(({ path }) => path);
  attemptWrite('expected files', () => {
    writeFilesAtomically(written);
    removeFiles(removed);
  });
  io.out(
    [
      ...written.map(([path]) => `wrote ${printable(path)}\n`),
      ...removed.map((path) => `removed ${printable(path)}\n`),
    ].join(''),
  );
  for (const path of foreign)
    io.err(`${printable(path)}: left alone: this version of kubechains knows no such mode or format\n`);
  io.err(
    `${count(scenarios.length, 'scenario')}: ${count(written.length, 'file')} written, ${removed.length} removed\n`,
  );
  return foreign.length > 0 ? 1 : 0;
}

function isKnown({ mode, format }: Output): boolean {
  return Object.hasOwn(modes, mode) && modes[mode]?.formats.includes(format) === true;
}
