import { printable } from '../diagnostics/terminal.js';
import { readInputs, type InputOptions } from '../files/inputs.js';
import { diskFiles } from '../files/kustomize-files.js';
import type { ManifestSet } from '../manifests/types.js';
import { readManifests } from '../pipeline/read-manifests.js';
import { UsageError, type Io } from './command.js';

/**
 * Reads manifests from the inputs of a command line; without inputs, from standard input if it is not a terminal.
 * Throws UsageError.
 */
export async function readManifestInputs(
  inputs: readonly string[],
  io: Io,
  options: InputOptions = {},
): Promise<ManifestSet> {
  if (inputs.length === 0 && io.inIsTerminal)
    throw new UsageError('no input: name files or directories, or pipe manifests in');
  const read = await readInputs(inputs.length === 0 ? ['-'] : inputs, options);
  if (read.unreadable.length > 0)
    throw new UsageError(
      read.unreadable.map(({ file, message }) => `${printable(file)}: ${message}`).join('\nkubechains: '),
    );
  const parsed = readManifests(read.texts, diskFiles(read.texts));
  return { ...parsed, findings: [...read.findings, ...parsed.findings], skipped: [...read.skipped, ...parsed.skipped] };
}

/** The text of one file of any kind. Throws UsageError. */
export async function readText(file: string): Promise<string> {
  const { texts, unreadable } = await readInputs([file]);
  if (unreadable[0] !== undefined) throw new UsageError(`${printable(file)}: ${unreadable[0].message}`);
  return texts[0]?.text ?? '';
}
