/** Reads the listening sockets of a node from `ss -ltnu` and `netstat -ltnu`. */
import { formatAddress, parseAddress, type Family } from '../net/address.js';

/** A listening socket. */
export interface ListeningSocket {
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly port: number;
  /** In canonical form; undefined: every address of `families`. */
  readonly address: string | undefined;
  readonly families: readonly Family[];
  /** The name of the process, which `ss -p` and `netstat -p` print for root. */
  readonly process?: string;
}

/** The sockets in a text, and the first mistake in it. */
interface ParsedListening {
  readonly sockets: readonly ListeningSocket[];
  /** A clause; undefined if there is no mistake. */
  readonly mistake: string | undefined;
}

const listens = new Set(['LISTEN', 'UNCONN']);
const protocols = /^(tcp|udp|sctp)6?$/;

/**
 * Reads lines of `ss` (`tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*`; without the first word if the command asked for one
 * protocol) and of `netstat` (`tcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN`). Other lines and other states are skipped. Linear.
 */
export function parseListening(text: string): ParsedListening {
  const sockets: ListeningSocket[] = [];
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const read = readLine(line.trim().split(/\s+/));
    if (typeof read === 'string') return { sockets, mistake: `line ${index + 1}: ${read}` };
    if (read !== undefined) sockets.push(read);
  }
  const isHeadOnly = /^(?:Netid\s+)?State\s+Recv-Q|^Proto\s+Recv-Q/m.test(text);
  return {
    sockets,
    mistake:
      sockets.length > 0 || isHeadOnly
        ? undefined
        : 'contains no line of ss -ltnu, such as "tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*"',
  };
}

function readLine(words: readonly string[]): ListeningSocket | string | undefined {
  const [first = ''] = words;
  const named = protocols.exec(first)?.[1] as ListeningSocket['protocol'] | undefined;
  if (named !== undefined && /^\d+$/.test(words[1] ?? '')) return readNetstat(words, first, named);
  const state = named === undefined ? first : (words[1] ?? '');
  if (!listens.has(state)) return undefined;
  const protocol = named ?? (state === 'LISTEN' ? 'tcp' : 'udp');
  const socket = readSocket(protocol, words[named === undefined ? 3 : 4] ?? '', undefined);
  return ofProcess(socket, /\busers:\(\("([^"]+)"/.exec(words.join(' '))?.[1]);
}

/** A UDP socket has no state; if it is connected, it has a peer. */
function readNetstat(
  words: readonly string[],
  first: string,
  protocol: ListeningSocket['protocol'],
): ListeningSocket | string | undefined {
  const isOpen = protocol === 'udp' ? (words[4] ?? '').endsWith(':*') : words.includes('LISTEN');
  const process = /^\d+\/(.+)$/.exec(
    words
      .slice(5)
      .join(' ')
      .replace(/^LISTEN /, ''),
  )?.[1];
  return isOpen ? ofProcess(readSocket(protocol, words[3] ?? '', first.endsWith('6')), process) : undefined;
}

function ofProcess(socket: ListeningSocket | string, process: string | undefined): ListeningSocket | string {
  return typeof socket === 'string' || process === undefined ? socket : { ...socket, process };
}

/** `0.0.0.0:22`, `[::]:22`, `*:22` (both families), `127.0.0.53%lo:53`; in netstat `:::22` (both). */
function readSocket(
  protocol: ListeningSocket['protocol'],
  local: string,
  isSix: boolean | undefined,
): ListeningSocket | string {
  const at = local.lastIndexOf(':');
  const digits = local.slice(at + 1);
  const port = Number(digits);
  if (at < 0 || !/^\d{1,5}$/.test(digits) || port > 65535)
    return `"${local.slice(0, 60)}" has no port in digits (ss -n, netstat -n)`;
  const host = local
    .slice(0, at)
    .replace(/^\[|\]$/g, '')
    .replace(/%.*$/, '')
    .replace(/\]$/, '');
  if (host === '*' || (host === '::' && isSix === true))
    return { protocol, port, address: undefined, families: ['ipv4', 'ipv6'] };
  const address = parseAddress(host.replace(/^::ffff:(?=\d+\.)/, ''));
  if (address === undefined) return `"${local.slice(0, 60)}" has no address (ss -n, netstat -n)`;
  const families: readonly Family[] = [address.family];
  return {
    protocol,
    port,
    address: address.bytes.every((byte) => byte === 0) ? undefined : formatAddress(address),
    families,
  };
}
