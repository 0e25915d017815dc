import { readInputs, type InputOptions, type Inputs } from '../files/inputs.js';
import { directoryFiles } from '../files/listing.js';
import { isDumpText } from '../node/sort-texts.js';

/** Folders are searched for manifests; one that holds none is taken for a node's dumps, whatever their names. */
export async function readWithDumps(inputs: readonly string[], options: InputOptions = {}): Promise<Inputs> {
  const read = await readInputs(inputs, options);
  const files = read.texts.length === 0 && read.unreadable.length === 0 ? inputs.flatMap(directoryFiles) : [];
  if (files.length === 0) return read;
  const dumps = await readInputs(files);
  return dumps.texts.some(({ text }) => isDumpText(text)) ? dumps : read;
}
