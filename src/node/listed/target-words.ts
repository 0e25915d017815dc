/** Converts a target of iptables from nft's notation to that of iptables-save. */
import type { Family } from '../../net/address.js';
import type { Expression, NatStatement, Statement } from '../../nftables/types.js';
import { rangeOf, textOf } from './match-words.js';

/** The words after `-j` or `-g`, including these; undefined if nft's notation does not identify the iptables target. */
export function targetWords(statement: Statement, family: Family): readonly string[] | undefined {
  switch (statement.kind) {
    case 'accept':
    case 'drop':
    case 'return':
      return ['-j', statement.kind.toUpperCase()];
    case 'jump':
      return ['-j', statement.chain];
    case 'goto':
      return ['-g', statement.chain];
    case 'reject':
      return ['-j', 'REJECT', ...rejectWords(statement, family)];
    case 'dnat':
      return natWords(statement, 'DNAT', '--to-destination');
    case 'snat':
      return natWords(statement, 'SNAT', '--to-source');
    case 'masquerade':
      return portsWords(statement, 'MASQUERADE');
    case 'redirect':
      return portsWords(statement, 'REDIRECT');
    case 'notrack':
      return ['-j', 'CT', '--notrack'];
    case 'log':
      return ['-j', 'LOG'];
    case 'assign':
      if (isSegmentSize(statement.target)) return ['-j', 'TCPMSS', '--clamp-mss-to-pmtu'];
      return isOf(statement.target, 'meta') ? markWords(statement.value) : undefined;
    default:
      return undefined;
  }
}

/** A target with an effect that nft does not show, in the form that iptables-save uses for targets it cannot print. */
export function unknownTarget(statement: Statement): string[] {
  const name = statement.kind === 'extension' ? statement.name : isOfConnection(statement) ? 'CONNMARK' : 'MARK';
  return ['-j', name, '[unsupported', 'revision]'];
}

function isOfConnection(statement: Statement): boolean {
  return statement.kind === 'assign' && isOf(statement.target, 'ct');
}

function rejectWords({ with: reply }: Statement & { readonly kind: 'reject' }, family: Family): string[] {
  if (reply === undefined) return ['--reject-with', `${family === 'ipv4' ? 'icmp' : 'icmp6'}-port-unreachable`];
  const prefix = { tcp: 'tcp', icmp: 'icmp', icmpv6: 'icmp6', icmpx: 'icmp' }[reply.protocol];
  return ['--reject-with', `${prefix}-${reply.code}`];
}

function natWords(statement: NatStatement, target: string, option: string): string[] | undefined {
  const { address, port, prefix } = statement;
  const [to, ports] = [rangeOf(address, '-'), rangeOf(port, '-')];
  if (prefix === true || (address !== undefined && to === undefined) || (port !== undefined && ports === undefined))
    return undefined;
  const host = to?.includes(':') === true && ports !== undefined ? `[${to}]` : (to ?? '');
  return ['-j', target, option, `${host}${ports === undefined ? '' : `:${ports}`}`, ...flagWords(statement)];
}

function portsWords(statement: NatStatement, target: string): string[] | undefined {
  const ports = rangeOf(statement.port, '-');
  if (statement.port !== undefined && ports === undefined) return undefined;
  return ['-j', target, ...(ports === undefined ? [] : ['--to-ports', ports]), ...flagWords(statement)];
}

const flags = { random: '--random', 'fully-random': '--random-fully', persistent: '--persistent' } as const;

function flagWords(statement: NatStatement): string[] {
  return (statement.flags ?? []).map((flag) => flags[flag]);
}

function isSegmentSize(target: Expression): boolean {
  return target.kind === 'selector' && target.words.join(' ') === 'tcp option maxseg size';
}

function isOf(target: Expression, kind: 'meta' | 'ct'): boolean {
  return target.kind === kind && target.key === 'mark';
}

/** The mark of a packet: `(mark & ~mask) ^ value`. */
function markWords(value: Expression): string[] | undefined {
  const words = (bits: number, mask: number): string[] => [
    '-j',
    'MARK',
    '--set-xmark',
    `0x${bits.toString(16)}/0x${(mask >>> 0).toString(16)}`,
  ];
  const own = numberOf(value);
  if (own !== undefined) return words(own, 0xffffffff);
  if (value.kind !== 'binary') return undefined;
  const bits = numberOf(value.right);
  if (bits === undefined) return undefined;
  if (isOf(value.left, 'meta')) {
    if (value.operator === '|') return words(bits, bits);
    if (value.operator === '^') return words(bits, 0);
    return value.operator === '&' ? words(0, ~bits) : undefined;
  }
  const kept =
    value.left.kind === 'binary' && value.left.operator === '&' && isOf(value.left.left, 'meta')
      ? numberOf(value.left.right)
      : undefined;
  return kept === undefined || value.operator !== '^' ? undefined : words(bits, ~kept);
}

function numberOf(value: Expression): number | undefined {
  const text = textOf(value);
  const number = text === undefined ? NaN : Number(text);
  return Number.isInteger(number) && number >= 0 && number <= 0xffffffff ? number : undefined;
}
