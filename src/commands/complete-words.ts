import { allOptions } from './arguments.js';
import type { Command, CommandEntry, Option } from './command.js';

/** The possible words at the cursor. */
export interface Completion {
  readonly candidates: readonly Candidate[];
  /** Whether file names are possible, too. */
  readonly files: boolean;
}

interface Candidate {
  /** The whole word. */
  readonly value: string;
  readonly description: string;
}

const nothing: Completion = { candidates: [], files: false };
const fileValues: ReadonlySet<string> = new Set(['FILE', 'DIR']);

/** Completes the last of the words after `kubechains`; it may be empty or incomplete. */
export async function completeWords(words: readonly string[], commands: readonly CommandEntry[]): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const [name] = before;
  if (name === undefined) return startingWith(current, namesOf(commands));
  if (name === 'help') return startingWith(current, before.length === 1 ? namesOf(commands) : []);
  const command = await commands.find((entry) => entry.name === name)?.load();
  return command === undefined ? nothing : completeArguments(command, before.slice(1), current);
}

function namesOf(commands: readonly CommandEntry[]): readonly Candidate[] {
  const general = [
    { value: '--help', description: 'show help' },
    { value: '--version', description: 'show the version' },
  ];
  return [...commands.map(({ name, summary }) => ({ value: name, description: summary })), ...general];
}

function completeArguments(command: Command, before: readonly string[], current: string): Completion {
  const options = allOptions(command);
  const { awaiting, positionals, onlyPositionals } = readWords(before, options);
  if (awaiting !== undefined) return valuesOf(awaiting, '', current);
  if (!onlyPositionals && current.startsWith('-') && current !== '-') return optionsFor(options, before, current);
  if (positionals === 0 && command.firstWords !== undefined)
    return startingWith(
      current,
      command.firstWords.map((value) => ({ value, description: '' })),
    );
  return { candidates: [], files: true };
}

interface WordsRead {
  /** The option that expects a value next. */
  readonly awaiting: Option | undefined;
  readonly positionals: number;
  /** Whether `--` has ended the options. */
  readonly onlyPositionals: boolean;
}

function readWords(words: readonly string[], options: readonly Option[]): WordsRead {
  let awaiting: Option | undefined;
  let positionals = 0;
  let onlyPositionals = false;
  for (const word of words) {
    if (awaiting !== undefined) awaiting = undefined;
    else if (!onlyPositionals && word === '--') onlyPositionals = true;
    else if (!onlyPositionals && word.startsWith('-') && word !== '-')
      awaiting = options.find((option) => takesNext(word, option));
    else positionals++;
  }
  return { awaiting, positionals, onlyPositionals };
}

function takesNext(word: string, { name, short, value }: Option): boolean {
  return value !== undefined && (word === `--${name}` || (short !== undefined && word === `-${short}`));
}

/** Completes the value in `--mode=…`; otherwise the names of options that can still be given. */
function optionsFor(options: readonly Option[], before: readonly string[], current: string): Completion {
  const assigned = /^--([^=]+)=(.*)$/s.exec(current);
  if (assigned !== null) {
    const option = options.find(({ name, value }) => name === assigned[1] && value !== undefined);
    return option === undefined ? nothing : valuesOf(option, `--${option.name}=`, current);
  }
  const open = options.filter(
    ({ name, multiple }) =>
      multiple === true || !before.some((word) => word === `--${name}` || word.startsWith(`--${name}=`)),
  );
  return startingWith(
    current,
    open.map(({ name, description }) => ({ value: `--${name}`, description })),
  );
}

function valuesOf(option: Option, prefix: string, current: string): Completion {
  const { candidates } = startingWith(
    current,
    (option.choices ?? []).map((choice) => ({ value: `${prefix}${choice}`, description: '' })),
  );
  return { candidates, files: option.choices === undefined && fileValues.has(option.value ?? '') };
}

function startingWith(current: string, candidates: readonly Candidate[]): Completion {
  return { candidates: candidates.filter(({ value }) => value.startsWith(current)), files: false };
}
