/** Matches of ports, TCP flags, SCTP chunks and ICMP types: libxt_tcp, libxt_udp, libxt_sctp, libipt_icmp, libxt_multiport. */
import { icmpType } from '../../names.js';
import { isWord } from '../../print/text.js';
import type { Match, PortMatch } from '../../types.js';
import type { GivenOption } from '../modules.js';
import { readNumber, readPortList, readPorts, readTcpFlags } from '../values.js';
import { find, only, negatedIf, type Given, type Mutable } from './options.js';

export function transportPorts(kind: PortMatch['kind'], given: Given): Mutable<PortMatch> | undefined {
  const match: Mutable<PortMatch> = { kind };
  for (const { schema, value, negated } of given) {
    if (schema.name !== '--sport' && schema.name !== '--dport') continue;
    const range = readPorts(value);
    if (range === undefined) return undefined;
    // iptables-save leaves out the full port range, except for sctp, which stores that ports were given (libxt_sctp.c).
    if (range.from === 0 && range.to === 65535 && !negated && kind !== 'sctp') continue;
    if (schema.name === '--sport') match.sourcePort = range;
    else match.destinationPort = range;
    if (negated && schema.name === '--sport') match.sourcePortNegated = true;
    if (negated && schema.name === '--dport') match.destinationPortNegated = true;
  }
  return match;
}

export function tcp(given: Given): Match | undefined {
  const match = transportPorts('tcp', given);
  const syn = find(given, '--syn');
  const flags = find(given, '--tcp-flags');
  const option = find(given, '--tcp-option');
  if (match === undefined || (syn !== undefined && flags !== undefined)) return undefined;
  if (syn !== undefined) match.flags = { mask: ['FIN', 'SYN', 'RST', 'ACK'], set: ['SYN'], ...negatedIf(syn) };
  if (flags !== undefined && !addFlags(match, flags)) return undefined;
  if (option === undefined) return match;
  const number = readNumber(option.value);
  return number === undefined || number > 255 ? undefined : { ...match, option: { number, ...negatedIf(option) } };
}

function addFlags(match: Mutable<PortMatch>, option: GivenOption): boolean {
  const mask = readTcpFlags(option.value);
  const flags = readTcpFlags(option.secondValue);
  if (mask === undefined || flags === undefined) return false;
  match.flags = { mask, set: flags, ...negatedIf(option) };
  return true;
}

export function sctp(given: Given): Match | undefined {
  const match = transportPorts('sctp', given);
  const chunks = find(given, '--chunk-types');
  if (match === undefined || chunks === undefined) return match;
  return isWord(chunks.value) && isWord(chunks.secondValue)
    ? { ...match, chunkTypes: { words: [chunks.value, chunks.secondValue], ...negatedIf(chunks) } }
    : undefined;
}

export function icmp(kind: 'icmp' | 'icmp6', given: Given): Match | undefined {
  if (given.length === 0 && kind === 'icmp') return { kind };
  const option = only(given);
  const type = option === undefined ? undefined : icmpType(option.value, kind);
  if (option === undefined || type === undefined) return undefined;
  return type === 'any' ? { kind, ...negatedIf(option) } : { kind, ...type, ...negatedIf(option) };
}

export function multiport(given: Given): Match | undefined {
  const option = only(given);
  const list = option === undefined ? undefined : readPortList(option.value);
  if (option === undefined || list === undefined) return undefined;
  const side = ({ '--sports': 'source', '--dports': 'destination' } as const)[option.schema.name] ?? 'either';
  return { kind: 'multiport', side, ports: list, ...negatedIf(option) };
}
