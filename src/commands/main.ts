import { guardLines } from '../diagnostics/terminal.js';
import { resolve } from 'node:path';
import { fitLines } from '../diagnostics/layout.js';
import { nearest } from '../diagnostics/nearest.js';
import { quote } from '../diagnostics/quote.js';
import { version } from '../version.js';
import { outputWidth, type Arguments, type Command, type ExitStatus, type Io } from './command.js';
import { describeFailure } from './failure.js';
import { commands } from './registry.js';

const versionWords: readonly (string | undefined)[] = ['--version', '-v', '-V', 'version'];

const overview = (width = 80): string =>
  fitLines(
    `Usage: kubechains COMMAND [OPTIONS] INPUT…

What Kubernetes Services do to packets: from manifests, or from a node's own rules.

Commands:
${commands.map((command) => `  ${command.name.padEnd(10)}  ${command.summary}`).join('\n')}

Options:
  --help     show this help; after a command, the help of that command
  --version  show the version of kubechains (also -v)

Example: kubechains generate k8s/
`,
    width,
  );

/**
 * Runs the command line `kubechains WORDS…`. Never throws: errors are reported on standard error and by the exit
 * status.
 */
export async function main(words: readonly string[], io: Io): Promise<ExitStatus> {
  // A last safeguard for messages; results are escaped for their format where they are made.
  const guarded: Io = {
    ...io,
    err: (text) => {
      io.err(guardLines(text));
    },
  };
  try {
    return await runWords(words, guarded);
  } catch (error) {
    return explainFailure(error, guarded);
  }
}

async function runWords(words: readonly string[], io: Io): Promise<ExitStatus> {
  const [first, ...rest] = words;
  if (versionWords.includes(first)) return say(`${version}\n`, io);
  if (first === '--help' || first === '-h' || (first === 'help' && rest.length === 0))
    return say(overview(outputWidth(io)), io);
  if (first === undefined) return complain(overview(), io);
  const name = first === 'help' ? (rest[0] ?? '') : first;
  const entry = commands.find((command) => command.name === name);
  if (entry === undefined) return complain(unknownCommand(name), io);
  return runCommand(await entry.load(), first === 'help' ? ['--help'] : rest, io);
}

function unknownCommand(name: string): string {
  if (name.startsWith('-'))
    return `kubechains: the command comes first, then its options such as ${quote(name)}; see kubechains --help\n`;
  const near = nearest(
    name,
    commands.map((command) => command.name),
  );
  return (
    `kubechains: there is no command ${quote(name)}${near === undefined ? '' : ` (did you mean ${near}?)`}; ` +
    'see kubechains --help\n'
  );
}

/** Imported when a command runs, so that `--version` does not load it. */
async function runCommand(command: Command, words: readonly string[], io: Io): Promise<ExitStatus> {
  const { commandHelp } = await import('./help.js');
  const { parseArguments } = await import('./arguments.js');
  const args = parseArguments(command, words);
  if (args.has('help')) return say(commandHelp(command, outputWidth(io)), io);
  const overwritten = overwrittenInput(args);
  if (overwritten !== undefined)
    return complain(`kubechains: --output ${quote(overwritten)} is among the inputs, and would be lost\n`, io);
  if (io.isDirectoryRemoved === true && needsDirectory(command, args)) return complain(directoryRemoved, io);
  return command.run(args, withColourOf(args, io));
}

const directoryRemoved =
  'kubechains: the working directory was removed: change to another, or give names that begin with /\n';

/** Names such as `k8s` are not found there by themselves; `.` still opens, and is empty. */
function needsDirectory({ name }: Command, { positionals }: Arguments): boolean {
  const isHere = (input: string): boolean => /^\.{1,2}(?:\/|$)/.test(input);
  return positionals.some(isHere) || (name === 'init' && positionals[0]?.startsWith('/') !== true);
}

/** The switches override the environment variables. */
function withColourOf(args: Arguments, io: Io): Io {
  if (!args.has('color') && !args.has('no-color')) return io;
  const chosen = args.has('no-color') ? { NO_COLOR: '1' } : { NO_COLOR: '', FORCE_COLOR: '1' };
  return { ...io, environment: { ...io.environment, ...chosen } };
}

/** An input that --output would overwrite. */
function overwrittenInput(args: Arguments): string | undefined {
  const output = args.value('output');
  return output === undefined ? undefined : args.positionals.find((input) => resolve(input) === resolve(output));
}

function say(text: string, io: Io): ExitStatus {
  io.out(text);
  return 0;
}

function complain(text: string, io: Io): ExitStatus {
  io.err(text);
  return 2;
}

/**
 * Wrong usage and errors of the operating system are for the user to solve; anything else is a bug in kubechains,
 * reported without a bare stack trace.
 */
function explainFailure(error: unknown, io: Io): ExitStatus {
  const { name, message, stack, isSystem } = describeFailure(error);
  if (name === 'UsageError' || isSystem) return complain(`kubechains: ${message}\n`, io);
  io.err(
    `kubechains: this is a defect in kubechains ${version}, not in your input: ${message}\n` +
      'Please report it with the command and the input that led here. KUBECHAINS_DEBUG=1 shows where it happened.\n',
  );
  if (io.environment.KUBECHAINS_DEBUG !== undefined) io.err(`${stack}\n`);
  return 3;
}
