/** `--host`: facts about a node, in one or more files. */
import { printable } from '../diagnostics/terminal.js';
import type { Json } from '../manifests/types.js';
import { joinedHostFacts, readHostText } from '../proxy/host-text.js';
import { UsageError, type Arguments } from './command.js';
import { readText } from './read-inputs.js';

/** The value of `--host`; empty if it is not given. Throws UsageError. */
export async function hostOption(args: Arguments): Promise<{ host?: Json }> {
  const all = (await hostFiles(args)).map(({ facts }) => facts);
  return all.length === 0 ? {} : { host: joinedHostFacts(all) };
}

/** The files of `--host` with their content. Throws UsageError. */
export async function hostFiles(args: Arguments): Promise<{ readonly file: string; readonly facts: Json }[]> {
  const all: { file: string; facts: Json }[] = [];
  for (const file of args.values('host')) all.push({ file, facts: checkedHost(file, await readText(file)) });
  return all;
}

/** The host facts in a text. Throws UsageError. */
export function checkedHost(file: string, text: string): Json {
  const read = readHostText(text);
  if (read.mistake !== undefined) throw new UsageError(`${printable(file)}: ${printable(read.mistake)}`);
  return read.facts;
}
