#!/usr/bin/env node
import { commands } from './commands/registry.js';
import type { Command, ExitStatus, Io } from './commands/command.js';
import { version } from './version.js';

const io: Io = {
  out: (text) => { process.stdout.write(text); },
  err: (text) => { process.stderr.write(text); },
  outIsTerminal: process.stdout.isTTY,
  errIsTerminal: process.stderr.isTTY,
  inIsTerminal: process.stdin.isTTY,
  outColumns: process.stdout.columns,
  environment: process.env,
  workingDirectory: process.cwd(),
};

const overview = (): string => `Usage: kubechains COMMAND [OPTIONS] INPUT…

What Kubernetes Services do to packets: from manifests, or from a node's own rules.

Commands:
${commands.map((command) => `  ${command.name.padEnd(10)} ${command.summary}`).join('\n')}

Options:
  --help     this help; with a command, that command's
  --version  the version of kubechains

Example: kubechains generate examples/shop
`;

async function main(words: readonly string[]): Promise<ExitStatus> {
  const [first, ...rest] = words;
  if (first === '--version' || first === 'version') return say(`${version}\n`);
  if (first === '--help' || first === '-h' || first === 'help' && rest.length === 0) return say(overview());
  if (first === undefined) return complain(overview());
  const name = first === 'help' ? rest[0] ?? '' : first;
  const entry = commands.find((command) => command.name === name);
  if (entry === undefined) return complain(`kubechains: there is no command ${JSON.stringify(name.slice(0, 80))}; see kubechains --help\n`);
  return runCommand(await entry.load(), first === 'help' ? ['--help'] : rest);
}

async function runCommand(command: Command, words: readonly string[]): Promise<ExitStatus> {
  const { commandHelp } = await import('./commands/help.js');
  const { parseArguments } = await import('./commands/arguments.js');
  const args = parseArguments(command, words);
  if (args.has('help')) return say(commandHelp(command));
  return command.run(args, io);
}

function say(text: string): ExitStatus {
  io.out(text);
  return 0;
}

function complain(text: string): ExitStatus {
  io.err(text);
  return 2;
}

/** Bad usage and refused files are the user's to mend; all else is a defect of ours, told without a bare stack trace. */
function explainFailure(error: unknown): ExitStatus {
  if (error instanceof Error && (error.name === 'UsageError' || 'syscall' in error)) return complain(`kubechains: ${error.message}\n`);
  const text = error instanceof Error ? error.message : String(error);
  io.err(`kubechains: this is a defect in kubechains ${version}, not in your input: ${text}\n`
    + 'Please report it with the command and the input that led here. KUBECHAINS_DEBUG=1 shows where it happened.\n');
  if (process.env.KUBECHAINS_DEBUG !== undefined && error instanceof Error) io.err(`${error.stack ?? ''}\n`);
  return 3;
}

/** `kubechains … | head` closes the pipe early: that is no failure. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => { process.exit(error.code === 'EPIPE' ? 0 : 3); });
}

process.exitCode = await main(process.argv.slice(2)).catch(explainFailure);
