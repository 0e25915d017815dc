/** What a verb of the command line is. One verb is one file that exports one Command, and one line in `registry.ts`. */

/** Exit statuses: 0 fine, 1 findings or differences, 2 bad usage or unreadable input, 3 a defect of ours. */
export type ExitStatus = 0 | 1 | 2 | 3;

/** One option; `--help`, parsing and shell completion are made from it. */
export interface Option {
  /** Without dashes: `kube-version`. */
  readonly name: string;
  /** One letter, for `-n`. */
  readonly short?: string;
  /** What stands for its value in help: `FILE`. Absent: a switch without value. */
  readonly value?: string;
  /** The only values it takes. */
  readonly choices?: readonly string[];
  /** Takes several of them, with commas between. */
  readonly isList?: boolean;
  /** May be given more than once. */
  readonly multiple?: boolean;
  readonly description: string;
}

/** The command line of one verb, taken apart. */
export interface Arguments {
  /** Everything that is no option, in order: inputs, mostly. */
  readonly positionals: readonly string[];
  /** The value of an option; undefined where it was not given. */
  value(name: string): string | undefined;
  /** All values of an option that may be given more than once. */
  values(name: string): readonly string[];
  /** Whether a switch was given. */
  has(name: string): boolean;
}

/** The world outside: where output goes and what surrounds the process. */
export interface Io {
  /** Results: standard output. */
  out(text: string): void;
  /** Everything else: standard error. */
  err(text: string): void;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly inIsTerminal: boolean;
  /** Columns of the terminal that standard output is; undefined where it is none. */
  readonly outColumns?: number | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
}

export interface Example {
  readonly description: string;
  readonly command: string;
}

export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What follows the name: `[--mode iptables|ipvs] INPUT…`. */
  readonly usage: string;
  /** A paragraph or two, for `--help`. */
  readonly description: string;
  readonly options: readonly Option[];
  /** What the first word after the name may be, where that is no file; shells complete it. */
  readonly firstWords?: readonly string[];
  readonly examples: readonly Example[];
  run(args: Arguments, io: Io): Promise<ExitStatus>;
}

/** A verb as the overview shows it; its module is loaded only when it runs, so that starting stays fast. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

export { UsageError } from '../diagnostics/usage-error.js';

/** Whether colour may go to a stream (https://no-color.org, https://force-color.org). */
export function mayUseColour(io: Io, isTerminal: boolean): boolean {
  const { NO_COLOR = '', FORCE_COLOR = '', TERM } = io.environment;
  if (NO_COLOR !== '') return false;
  return (FORCE_COLOR !== '' && FORCE_COLOR !== '0') || (isTerminal && TERM !== 'dumb');
}

const leastWidth = 40;

/**
 * Columns that text on standard output may take: the terminal's, else those that COLUMNS names; undefined where neither
 * is known, as in a pipe. Narrow terminals (some say 0) count as 40 columns.
 */
export function outputWidth(io: Io): number | undefined {
  const named = /^[1-9]\d{0,3}$/.test(io.environment.COLUMNS ?? '') ? Number(io.environment.COLUMNS) : undefined;
  const columns = io.outIsTerminal ? io.outColumns || named : named;
  return columns === undefined ? undefined : Math.max(columns, leastWidth);
}
