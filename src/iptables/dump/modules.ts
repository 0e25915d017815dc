/** Describes modules for the parser: their options, how many words each takes, and how iptables-save prints them. */
import { isQuotable, isWord, quoteAlways, quoteForSave } from '../print/text.js';
import type { ModuleOption } from '../types.js';
import type { ReadValue } from './values.js';

export interface OptionSchema {
  /** As iptables-save prints it: `--limit`. */
  readonly name: string;
  /** How many words follow. */
  readonly words: 0 | 1 | 2;
  readonly read?: ReadValue;
  /** Other spellings that the tools accept, including former and abbreviated ones. */
  readonly aliases: readonly string[];
  /** iptables-save does not print the option if it has this value. */
  readonly omit?: string;
  /** How the value is quoted. Absent: never, so a value with a blank cannot be printed. */
  readonly quote?: 'whereNeeded' | 'always';
}

/** One option as written in a rule. */
export interface GivenOption {
  readonly schema: OptionSchema;
  readonly value: string;
  readonly secondValue: string;
  readonly negated: boolean;
}

/** The options of a module by each of their names. */
export type OptionTable = ReadonlyMap<string, OptionSchema>;

export function flag(name: string, ...aliases: string[]): OptionSchema {
  return { name, words: 0, aliases };
}

export function valued(
  name: string,
  read: ReadValue,
  more: Partial<Pick<OptionSchema, 'aliases' | 'omit' | 'quote'>> = {},
): OptionSchema {
  return { name, words: 1, read, aliases: [], ...more };
}

export function pair(name: string): OptionSchema {
  return { name, words: 2, aliases: [] };
}

export function optionTable(options: readonly OptionSchema[]): OptionTable {
  return new Map(options.flatMap((option) => [option.name, ...option.aliases].map((name) => [name, option] as const)));
}

/**
 * Options in the order and notation of iptables-save; undefined if a value is not understood or an option is repeated.
 * `order`: the order in which iptables-save prints them.
 */
export function normaliseOptions(
  given: readonly GivenOption[],
  order: readonly OptionSchema[],
): ModuleOption[] | undefined {
  const options: ModuleOption[] = [];
  let known = 0;
  for (const schema of order) {
    const same = given.filter((option) => option.schema === schema);
    if (same.length > 1) return undefined;
    known += same.length;
    const [option] = same;
    const normalised = option === undefined ? 'omitted' : normaliseOption(option);
    if (normalised === undefined) return undefined;
    if (normalised !== 'omitted') options.push(normalised);
  }
  return known === given.length ? options : undefined;
}

/** One option in the notation of iptables-save; `omitted` if it is a default that iptables-save does not print. */
function normaliseOption({ schema, value, negated }: GivenOption): ModuleOption | 'omitted' | undefined {
  if (schema.words === 0) return negated ? { name: schema.name, negated } : { name: schema.name };
  const read = schema.read?.(value);
  if (read === undefined || !(schema.quote === undefined ? isWord(read) : isQuotable(read))) return undefined;
  if (read === schema.omit && !negated) return 'omitted';
  return negated ? { name: schema.name, value: read, negated } : { name: schema.name, value: read };
}

/** ` ! --name value` for each option. */
export function printOptions(options: readonly ModuleOption[], table: OptionTable): string {
  let text = '';
  for (const option of options) {
    text += option.negated === true ? ` ! ${option.name}` : ` ${option.name}`;
    if (option.value !== undefined) text += ` ${printValue(option.value, table.get(option.name)?.quote)}`;
  }
  return text;
}

function printValue(value: string, quote: OptionSchema['quote']): string {
  if (quote === 'always') return quoteAlways(value);
  return quote === 'whereNeeded' || !isWord(value) ? quoteForSave(value) : value;
}
