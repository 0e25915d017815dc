/** `--listening`: ports, or files with the output of `ss -ltnu`. */
import type { ListeningSocket } from '../proxy/host.js';
import { append } from '../diagnostics/extremes.js';
import { printable } from '../diagnostics/terminal.js';
import { quote } from '../diagnostics/quote.js';
import type { HostOptions } from '../walk/host.js';
import { readListening } from '../walk/listening.js';
import { parseListening } from '../proxy/host-sockets.js';
import { UsageError, type Arguments } from './command.js';
import { readText } from './read-inputs.js';

/** The ports on which processes of the node listen. Throws UsageError. */
export async function listening(args: Arguments): Promise<Pick<HostOptions, 'listening' | 'sockets'>> {
  const ports: string[] = [];
  const files: string[] = [];
  for (const text of args.values('listening')) {
    const parts = text.split(',');
    if (parts.every((part) => readListening(part) !== undefined)) append(ports, parts);
    else if (/^(?:(?:tcp|udp|sctp)\b|\w+\/\d+$|[\d,]+$)/.test(text)) throw notListening(text);
    else files.push(text);
  }
  if (files.length === 0) return { listening: ports };
  const sockets: ListeningSocket[] = [];
  for (const file of files) {
    const { sockets: read, mistake } = parseListening(await textOf(file));
    if (mistake !== undefined) throw new UsageError(`${printable(file)}: ${mistake}`);
    append(sockets, read);
  }
  return { listening: ports, sockets };
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
