import { readInputs, type InputOptions, type Inputs } from '../files/inputs.js';
import { directoryFiles } from '../files/listing.js';
import { isDumpText } from '../node/sort-texts.js';

/**
 * Folders are searched for manifests; those that hold none are taken for a node's dumps, whatever their names: facts of
 * its host may lie beside them.
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
