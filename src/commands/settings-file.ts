import { printable } from '../diagnostics/terminal.js';
import { resolve } from 'node:path';
import { quote } from '../diagnostics/quote.js';
import { readInputs } from '../files/inputs.js';
import { allRuleIds } from '../review/review.js';
import { readSettings, type Settings } from '../lint/settings.js';
import type { SourceText } from '../manifests/types.js';
import { families } from '../net/address.js';
import { modes } from '../pipeline/modes.js';
import { UsageError, type Io } from './command.js';

/** All outputs that can be generated. */
const outputs = {
  modes: Object.keys(modes),
  formats: [...new Set(Object.values(modes).flatMap((mode) => mode.formats))],
  families,
};

/** The content of a settings file. Throws UsageError for mistakes in it, with their places. */
export function checkedSettings(source: SourceText): Settings {
  const { settings, problems } = readSettings(source, allRuleIds, outputs);
  if (problems.length === 0) return settings;
  const lines = problems.map(
    ({ message, range: { start } }) => `${printable(source.name)}:${start.line}:${start.column}: ${printable(message)}`,
  );
  throw new UsageError(lines.join('\nkubechains: '));
}

/** The text of one file. Throws UsageError if it is not a file or not text. */
export async function readOneFile(file: string, io: Io): Promise<SourceText> {
  const { texts, unreadable, findings } = await readInputs([resolve(io.workingDirectory, file)]);
  const problem = unreadable[0]?.message ?? findings[0]?.message;
  if (problem !== undefined) throw new UsageError(`${printable(file)}: ${problem}`);
  const text = texts[0];
  if (texts.length !== 1 || text === undefined) throw new UsageError(`${quote(file)} is not a file`);
  return { name: file, text: text.text };
}
