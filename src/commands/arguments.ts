import { parseArgs } from 'node:util';
import { printable } from '../diagnostics/terminal.js';
import { nearest, nearestChoice } from '../diagnostics/nearest.js';
import { quote } from '../diagnostics/quote.js';
import { UsageError, type Arguments, type Command, type Option } from './command.js';
import { describeFailure } from './failure.js';

const common: readonly Option[] = [
  { name: 'color', description: 'colour even if standard output is not a terminal (as FORCE_COLOR=1 does)' },
  { name: 'no-color', description: 'no colour (as NO_COLOR=1 does)' },
  { name: 'help', short: 'h', description: 'show this help' },
];

/** The options of a command, including those of every command. */
export function allOptions(command: Command): readonly Option[] {
  return [...command.options, ...common];
}

/**
 * Parses a command line. Throws UsageError for unknown options, missing values, invalid choices, and a second value of an
 * option that takes one.
 */
export function parseArguments(command: Command, words: readonly string[]): Arguments {
  const options = allOptions(command);
  const { values, positionals } = parseWords(command, words, options);
  const given = new Map<string, readonly string[]>();
  for (const option of options) {
    const value = values[option.name];
    if (value === undefined) continue;
    const texts = (Array.isArray(value) ? value : [value]).map(String);
    given.set(
      option.name,
      texts.map((text) => chosen(option, text)),
    );
  }
  return {
    positionals,
    value: (name) => given.get(name)?.at(-1),
    values: (name) => given.get(name) ?? [],
    has: (name) => given.has(name),
  };
}

function parseWords(command: Command, words: readonly string[], options: readonly Option[]): ParsedWords {
  const table: OptionTable = Object.fromEntries(
    options.map((option) => [
      option.name,
      {
        type: option.value === undefined ? ('boolean' as const) : ('string' as const),
        multiple: option.multiple === true,
        ...(option.short === undefined ? {} : { short: option.short }),
      },
    ]),
  );
  const parsed = parseStrictly(command, words, table, options);
  checkRepeated(parsed.tokens, options);
  return parsed;
}

type OptionTable = Record<string, { type: 'boolean' | 'string'; multiple: boolean; short?: string }>;
type ParsedWords = ReturnType<
  typeof parseArgs<{ args: string[]; options: OptionTable; allowPositionals: true; strict: true; tokens: true }>
>;

function parseStrictly(
  command: Command,
  words: readonly string[],
  table: OptionTable,
  options: readonly Option[],
): ParsedWords {
  try {
    return parseArgs({ args: [...words], options: table, allowPositionals: true, strict: true, tokens: true });
  } catch (error) {
    throw new UsageError(`${explainWords(error, options)}; see kubechains ${command.name} --help`);
  }
}

/** A second value would silently have no effect. */
function checkRepeated(tokens: ParsedWords['tokens'], options: readonly Option[]): void {
  const seen = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind !== 'option' || token.value === undefined) continue;
    const before = seen.get(token.name);
    const { multiple, isList } = options.find(({ name }) => name === token.name) ?? {};
    if (before !== undefined && multiple !== true)
      throw new UsageError(
        `--${token.name} is given twice, ${quote(before)} and ${quote(token.value)}: ` +
          `it takes ${isList === true ? 'a list with commas' : 'one value'}`,
      );
    seen.set(token.name, token.value);
  }
}

/** The first sentence of Node's message; the others are about Node. */
function explainWords(error: unknown, options: readonly Option[]): string {
  const message = describeFailure(error).message.split(/\.\s/)[0]?.replace(/\.$/, '') ?? '';
  if (message.endsWith(' argument is ambiguous'))
    return `${message.replace(/ is ambiguous$/, '')} is missing; a value that begins with a dash is written after =`;
  const unknown = /^Unknown option '-+(.*)'$/s.exec(message)?.[1];
  const near =
    unknown === undefined || unknown.length < 2
      ? undefined
      : nearest(
          unknown,
          options.map(({ name }) => name),
        );
  return `${printable(message.slice(0, 200))}${near === undefined ? '' : ` (did you mean --${near}?)`}`;
}

/**
 * The value as the option's choices are written: other upper and lower case, such as Kubernetes' own `UDP`, is accepted.
 * Throws UsageError if it is none of them.
 */
function chosen(option: Option, text: string): string {
  const { choices, name } = option;
  if (choices === undefined) return text;
  const parts = (option.isList === true ? text.split(',') : [text]).map(
    (part) => choices.find((one) => one === part) ?? choices.find((one) => one.toLowerCase() === part.toLowerCase()),
  );
  if (parts.every((part) => part !== undefined)) return parts.join(',');
  const near = nearestChoice(text, choices);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  throw new UsageError(`--${name} takes ${choices.join(', ')}; not ${quote(text)}${hint}`);
}
