/** The commands of the command line. Each command is one file that exports a Command, and one line in `registry.ts`. */

/** Exit statuses: 0 success, 1 findings or differences, 2 wrong usage or unreadable input, 3 a bug in kubechains. */
export type ExitStatus = 0 | 1 | 2 | 3;

/** One option; `--help`, parsing and shell completion use it. */
export interface Option {
  /** Without dashes: `kube-version`. */
  readonly name: string;
  /** One letter, without the dash: `n` for `-n`. */
  readonly short?: string;
  /** The placeholder of its value in help: `FILE`. Absent: a switch without a value. */
  readonly value?: string;
  /** The only allowed values. */
  readonly choices?: readonly string[];
  /** Whether the value may be several choices separated by commas. */
  readonly isList?: boolean;
  /** Whether the option may be repeated. */
  readonly multiple?: boolean;
  readonly description: string;
}

/** The parsed command line of one command. */
export interface Arguments {
  /** All words that are not options, in order: mostly inputs. */
  readonly positionals: readonly string[];
  /** The value of an option; undefined if it was not given. */
  value(name: string): string | undefined;
  /** All values of an option that may be repeated. */
  values(name: string): readonly string[];
  /** Whether a switch was given. */
  has(name: string): boolean;
}

/** The surroundings of a command: output streams, environment and terminal. */
export interface Io {
  /** Results: standard output. */
  out(text: string): void;
  /** Everything else: standard error. */
  err(text: string): void;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly inIsTerminal: boolean;
  /** The width of standard output if it is a terminal; otherwise undefined. */
  readonly outColumns?: number | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** Somebody removed the directory that the shell is in: relative names lead nowhere. */
  readonly isDirectoryRemoved?: boolean;
}

export interface Example {
  readonly description: string;
  readonly command: string;
}

export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** The part after the name: `[--mode iptables|ipvs] INPUT…`. */
  readonly usage: string;
  /** A paragraph or two, for `--help`. */
  readonly description: string;
  readonly options: readonly Option[];
  /** Possible first words after the name, other than files; shells complete them. */
  readonly firstWords?: readonly string[];
  readonly examples: readonly Example[];
  run(args: Arguments, io: Io): Promise<ExitStatus>;
}

/** A command in the overview. Its module is loaded only when it runs, which keeps start-up fast. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

export { UsageError } from '../diagnostics/usage-error.js';

/** Whether colour may be written to a stream (https://no-color.org, https://force-color.org). */
export function mayUseColour(io: Io, isTerminal: boolean): boolean {
  const { NO_COLOR = '', FORCE_COLOR = '', TERM } = io.environment;
  if (NO_COLOR !== '') return false;
  return (FORCE_COLOR !== '' && FORCE_COLOR !== '0') || (isTerminal && TERM !== 'dumb');
}

const leastWidth = 40;

/**
 * The columns available on standard output: the terminal's width, else COLUMNS; undefined if neither is known, as in a
 * pipe. Narrow terminals (some report 0) count as 40 columns.
 */
export function outputWidth(io: Io): number | undefined {
  const named = /^[1-9]\d{0,3}$/.test(io.environment.COLUMNS ?? '') ? Number(io.environment.COLUMNS) : undefined;
  const columns = io.outIsTerminal ? io.outColumns || named : named;
  return columns === undefined ? undefined : Math.max(columns, leastWidth);
}
