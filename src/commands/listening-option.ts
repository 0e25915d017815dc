/** `--listening`: ports, or files with the output of `ss -ltnu`. */
import type { Option } from './command.js';
import { append } from '../diagnostics/extremes.js';
import { printable } from '../diagnostics/terminal.js';
import { quote } from '../diagnostics/quote.js';
import type { GivenListening } from '../node-lint/facts-of-nodes.js';
import type { HostOptions } from '../walk/host.js';
import { readListening } from '../walk/listening.js';
import { parseListening } from '../proxy/host-sockets.js';
import { UsageError, type Arguments } from './command.js';
import { readText } from './read-inputs.js';

/** The option for what listens on a node. */
export const listeningOption: Option = {
  name: 'listening',
  value: 'PROTOCOL/PORT|FILE',
  multiple: true,
  description: 'a port that a process of the node listens on, such as tcp/22, or what ss -ltnu prints',
};

/** The ports on which processes of the node listen. Throws UsageError. */
export async function listening(args: Arguments): Promise<Pick<HostOptions, 'listening' | 'sockets'>> {
  const { ports, files } = partsOf(args);
  if (files.length === 0) return { listening: ports };
  const read = await Promise.all(files.map(socketsOf));
  return { listening: ports, sockets: read.flatMap(({ sockets }) => sockets) };
}

/** The same, by file; ports given by number have none. Throws UsageError. */
export async function listeningFiles(args: Arguments): Promise<GivenListening[]> {
  const { ports, files } = partsOf(args);
  const sockets = ports.flatMap((text) => readListening(text) ?? []);
  const numbered = sockets.length === 0 ? [] : [{ file: '', sockets, isWhole: false }];
  return [...numbered, ...(await Promise.all(files.map(socketsOf)))];
}

function partsOf(args: Arguments): { readonly ports: readonly string[]; readonly files: readonly string[] } {
  const ports: string[] = [];
  const files: string[] = [];
  for (const text of args.values('listening')) {
    const parts = text.split(',');
    if (parts.every((part) => readListening(part) !== undefined)) append(ports, parts);
    else if (/^(?:(?:tcp|udp|sctp)\b|\w+\/\d+$|[\d,]+$)/.test(text)) throw notListening(text);
    else files.push(text);
  }
  return { ports, files };
}

async function socketsOf(file: string): Promise<GivenListening> {
  const { sockets, mistake } = parseListening(await textOf(file));
  if (mistake !== undefined) throw new UsageError(`${printable(file)}: ${mistake}`);
  return { file, sockets };
}

/** A text that is neither a port nor a file was probably meant as a port. */
async function textOf(file: string): Promise<string> {
  try {
    return await readText(file);
  } catch (error) {
    throw error instanceof UsageError && /^[\w-]+$/.test(file) ? notListening(file) : error;
  }
}

function notListening(text: string): UsageError {
  return new UsageError(
    '--listening takes PROTOCOL/PORT, such as tcp/22, or a file with what ss -ltnu prints; ' +
      `not ${quote(text.slice(0, 80))}`,
  );
}
