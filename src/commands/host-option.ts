/** `--host`: facts about a node, in one or more files. */
import { printable } from '../diagnostics/terminal.js';
import type { Json } from '../manifests/types.js';
import { mistakeInHostFacts } from '../proxy/host-mistakes.js';
import { joinedFacts } from '../proxy/host-parts.js';
import { UsageError, type Arguments } from './command.js';
import { readText } from './read-inputs.js';

/** The value of `--host`; empty if it is not given. Throws UsageError. */
export async function hostOption(args: Arguments): Promise<{ host?: Json }> {
  const all = (await hostFiles(args)).map(({ facts }) => facts);
  const [first] = all;
  return first === undefined ? {} : { host: all.length === 1 ? first : joinedFacts(all) };
}

/** The files of `--host` with their content. Throws UsageError. */
export async function hostFiles(args: Arguments): Promise<{ readonly file: string; readonly facts: Json }[]> {
  const all: { file: string; facts: Json }[] = [];
  for (const file of args.values('host')) all.push({ file, facts: checkedHost(file, await readText(file)) });
  return all;
}

/**
 * The host facts in a text: one JSON value, or several in sequence, as several calls of `ip -json` write them to one
 * file. Throws UsageError.
 */
export function checkedHost(file: string, text: string): Json {
  const values = jsonValues(file, text);
  for (const value of values) {
    const mistake = mistakeInHostFacts(value);
    if (mistake !== undefined) throw new UsageError(`${printable(file)}: ${mistake}`);
  }
  const [first] = values;
  return first === undefined || values.length > 1 ? joinedFacts(values) : first;
}

function jsonValues(file: string, text: string): Json[] {
  try {
    return [JSON.parse(text) as Json];
  } catch (error) {
    const parts = text.trim().split(/(?<=[\]}])\s*(?=[[{])/);
    const values = parts.length === 1 ? [] : parts.map(valueOf);
    if (values.length > 0 && values.every((value) => value !== undefined)) return values;
    throw new UsageError(`${printable(file)}: is not JSON: ${error instanceof Error ? printable(error.message) : ''}`);
  }
}

function valueOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
