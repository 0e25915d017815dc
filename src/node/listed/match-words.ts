/** Converts a condition of iptables from nft's notation to that of iptables-save. */
import type { Constant, Expression, MatchStatement } from '../../nftables/types.js';

/** One condition: its module, `''` if it needs none, and its words. */
interface MatchWords {
  readonly module: string;
  readonly words: readonly string[];
  /** The protocol that the condition requires; undefined: any. */
  readonly protocol?: string;
}

/**
 * Undefined if nft's notation does not identify the iptables condition. `ct status dnat` does not, because nft 1.0.6
 * prints it for all states that include DNAT, whatever else is tested and negated or not.
 */
export function matchWords(match: MatchStatement): MatchWords | undefined {
  const { left, mask } = match;
  switch (left.kind) {
    case 'payload':
      return left.field === 'flags' ? flagWords(match, mask) : payloadWords(left.protocol, left.field, match);
    case 'meta':
      return metaWords(left.key, match);
    case 'ct':
      return left.direction === undefined && left.key === 'state' ? stateWords(match) : undefined;
    case 'fib':
      return typeWords(left.selectors, left.result, match);
    case 'numgen':
      return nthWords(left, match);
    case 'binary':
      return maskedWords(left, match);
    default:
      return undefined;
  }
}

function payloadWords(protocol: string, field: string, match: MatchStatement): MatchWords | undefined {
  if ((protocol === 'ip' || protocol === 'ip6') && (field === 'saddr' || field === 'daddr'))
    return addressWords(field === 'saddr' ? 'source' : 'destination', match);
  if (['tcp', 'udp', 'sctp'].includes(protocol) && (field === 'sport' || field === 'dport'))
    return portWords(protocol, field, match);
  if (protocol === 'ether' && field === 'saddr') return valueWords('mac', '--mac-source', match);
  const icmp = protocol === 'icmp' && field === 'type' ? icmpTypes.get(textOf(match.right) ?? '') : undefined;
  const words = icmp === undefined ? undefined : negated(match, '--icmp-type', icmp);
  return words === undefined ? undefined : { module: 'icmp', words, protocol: 'icmp' };
}

const icmpTypes: ReadonlyMap<string, string> = new Map([
  ['echo-reply', '0'],
  ['destination-unreachable', '3'],
  ['redirect', '5'],
  ['echo-request', '8'],
  ['time-exceeded', '11'],
]);

function addressWords(side: 'source' | 'destination', match: MatchStatement): MatchWords | undefined {
  const { right } = match;
  if (right.kind === 'range') {
    const words = negated(match, side === 'source' ? '--src-range' : '--dst-range', rangeOf(right, '-') ?? '');
    return words === undefined ? undefined : { module: 'iprange', words };
  }
  const one = textOf(right);
  const whole = one?.includes(':') === true ? '128' : '32';
  const address =
    right.kind === 'prefix'
      ? `${right.address.text}/${right.length}`
      : one === undefined
        ? undefined
        : `${one}/${whole}`;
  const words = address === undefined ? undefined : negated(match, side === 'source' ? '-s' : '-d', address);
  return words === undefined ? undefined : { module: '', words };
}

function portWords(protocol: string, field: 'sport' | 'dport', match: MatchStatement): MatchWords | undefined {
  const { right } = match;
  if (right.kind === 'anonymousSet') {
    const ports = right.elements.map(({ key }) => rangeOf(key, ':'));
    const words = ports.every((port) => port !== undefined)
      ? negated(match, field === 'sport' ? '--sports' : '--dports', ports.join())
      : undefined;
    return words === undefined ? undefined : { module: 'multiport', words, protocol };
  }
  const port = rangeOf(right, ':');
  const words = port === undefined ? undefined : negated(match, `--${field}`, port);
  return words === undefined ? undefined : { module: protocol, words, protocol };
}

/** `80` or `80:90`; undefined for anything else. */
export function rangeOf(value: Expression | undefined, between: string): string | undefined {
  if (value?.kind !== 'range') return textOf(value);
  return `${value.from.kind === 'literal' ? value.from.text : ''}${between}${value.to.kind === 'literal' ? value.to.text : ''}`;
}

function flagWords(match: MatchStatement, mask: Expression | undefined): MatchWords | undefined {
  const [of, set] = [namesOf(mask), namesOf(match.right)];
  if (of === undefined || set === undefined) return undefined;
  const words = negated(match, '--tcp-flags', of.join().toUpperCase(), set.join().toUpperCase());
  return words === undefined ? undefined : { module: 'tcp', words, protocol: 'tcp' };
}

function metaWords(key: string, match: MatchStatement): MatchWords | undefined {
  switch (key) {
    case 'iifname':
    case 'oifname': {
      const name = match.right.kind === 'string' ? match.right.text.replace(/\*$/, '+') : undefined;
      const words = name === undefined ? undefined : negated(match, key === 'iifname' ? '-i' : '-o', name);
      return words === undefined ? undefined : { module: '', words };
    }
    case 'l4proto':
      return valueWords('', '-p', match);
    case 'mark':
      return valueWords('mark', '--mark', match);
    case 'pkttype':
      return valueWords('pkttype', '--pkt-type', match);
    default:
      return undefined;
  }
}

function stateWords(match: MatchStatement): MatchWords | undefined {
  const states = namesOf(match.right);
  const words = states === undefined ? undefined : negated(match, '--ctstate', states.join().toUpperCase());
  return words === undefined ? undefined : { module: 'conntrack', words };
}

function typeWords(selectors: readonly string[], result: string, match: MatchStatement): MatchWords | undefined {
  const [side, device] = selectors;
  const type = textOf(match.right)?.toUpperCase();
  if (result !== 'type' || type === undefined || (side !== 'saddr' && side !== 'daddr')) return undefined;
  const words = negated(match, side === 'saddr' ? '--src-type' : '--dst-type', type);
  const limit = device === undefined ? [] : [`--limit-iface-${device === 'iif' ? 'in' : 'out'}`];
  return words === undefined ? undefined : { module: 'addrtype', words: [...words, ...limit] };
}

function nthWords(left: Expression & { readonly kind: 'numgen' }, match: MatchStatement): MatchWords | undefined {
  const packet = textOf(match.right);
  if (left.mode !== 'inc' || left.offset !== undefined || packet === undefined || !isEqual(match)) return undefined;
  return { module: 'statistic', words: ['--mode', 'nth', '--every', String(left.modulus), '--packet', packet] };
}

/** Bits of marks, and the 31 random bits that xt_statistic uses. */
function maskedWords(left: Expression & { readonly kind: 'binary' }, match: MatchStatement): MatchWords | undefined {
  const [of, mask, value] = [left.left, textOf(left.right), textOf(match.right)];
  if (left.operator !== '&' || mask === undefined || value === undefined) return undefined;
  if (of.kind === 'meta' && of.key === 'random') {
    if (Number(mask) !== 2 ** 31 - 1 || match.operator !== '<') return undefined;
    const probability = (Number(value) / 2 ** 31).toFixed(11);
    return { module: 'statistic', words: ['--mode', 'random', '--probability', probability] };
  }
  const module =
    of.kind === 'meta' && of.key === 'mark' ? 'mark' : of.kind === 'ct' && of.key === 'mark' ? 'connmark' : '';
  const words = module === '' ? undefined : negated(match, '--mark', `${value}/${mask}`);
  return words === undefined ? undefined : { module, words };
}

function valueWords(module: string, option: string, match: MatchStatement): MatchWords | undefined {
  const value = textOf(match.right);
  const words = value === undefined ? undefined : negated(match, option, value);
  return words === undefined ? undefined : { module, words };
}

function isEqual({ operator }: MatchStatement): boolean {
  return operator === undefined || operator === '==';
}

/** The option with its values, after a `!` if the condition is negated; undefined for other comparisons. */
function negated(match: MatchStatement, option: string, ...values: readonly string[]): string[] | undefined {
  if (isEqual(match)) return [option, ...values];
  return match.operator === '!=' || match.operator === '!' ? ['!', option, ...values] : undefined;
}

/** A word that is safe in a line of iptables-save. */
export function textOf(value: Expression | undefined): string | undefined {
  return value?.kind === 'literal' && isWord(value) ? value.text : undefined;
}

function isWord({ text }: Constant): boolean {
  return /^[\w.:/-]+$/.test(text);
}

function namesOf(value: Expression | undefined): string[] | undefined {
  const items = value?.kind === 'list' ? value.items : value === undefined ? [] : [value];
  const names = items.map(textOf);
  return names.length > 0 && names.every((name) => name !== undefined) ? names : undefined;
}
