import { readInputs, type InputOptions, type Inputs } from '../files/inputs.js';
import { directoryFiles } from '../files/listing.js';
import { isDumpText } from '../node/sort-texts.js';

/**
 * Searches folders for manifests. Folders without manifests are read as a node's dumps, whatever their file names; they
 * may also contain host facts.
 */
export async function readWithDumps(inputs: readonly string[], options: InputOptions = {}): Promise<Inputs> {
  const read = await readInputs(inputs, options);
  const holdsManifests = read.texts.some(({ text }) => /\bapiVersion["']?\s*:/.test(text));
  const files = holdsManifests || read.unreadable.length > 0 ? [] : inputs.flatMap(directoryFiles);
  if (files.length === 0) return read;
  const named = inputs.filter((input) => directoryFiles(input).length === 0);
  const dumps = await readInputs([...named, ...files]);
  return dumps.texts.some(({ text }) => isDumpText(text)) ? dumps : read;
}
