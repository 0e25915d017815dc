import type { ConntrackMatch, Match, PhysicalDeviceMatch, PortMatch } from '../../iptables/types.js';
import { moduleMatchWords } from './modules.js';
import { durationWords, markWords, portWords, rangeWords, shareWords } from './numbers.js';
import { plain } from './plain.js';
import { joinWords } from '../../diagnostics/words.js';

/**
 * The part of a rule's sentence for one match: a condition ("goes to 10.96.0.1"), or an action that every packet
 * passes.
 */
interface MatchWords {
  readonly kind: 'condition' | 'effect';
  /** A verb phrase about the packet. */
  readonly words: string;
}

type MatchOf<Kind extends Match['kind']> = Match & { readonly kind: Kind };
type Describers = { readonly [Kind in Match['kind']]: (match: MatchOf<Kind>) => string };

const describers: Describers = {
  source: (match) => `${not(match, 'comes', 'does not come')} from ${address(match.prefix)}`,
  destination: (match) => `${not(match, 'goes', 'does not go')} to ${address(match.prefix)}`,
  inInterface: (match) => `${not(match, 'came', 'did not come')} in through ${interfaceWords(match.name)}`,
  outInterface: (match) => `${not(match, 'leaves', 'does not leave')} through ${interfaceWords(match.name)}`,
  protocol: (match) => `${not(match, 'is', 'is not')} ${protocolWords(match.protocol)}`,
  fragment: (match) => (match.negated === true ? 'is whole or a first fragment' : 'is a second or later fragment'),
  comment: (match) => `has the comment "${plain(match.text)}"`,
  tcp: portMatchWords,
  udp: portMatchWords,
  sctp: portMatchWords,
  mark: (match) => `${not(match, 'has', 'does not have')} the mark ${markWords(match.mark)}`,
  conntrackState: (match) => stateWords(match.states, match.negated === true),
  state: (match) => stateWords(match.states, match.negated === true),
  addressType: addressTypeWords,
  statistic: (match) =>
    `${not(match, 'is', 'is not')} picked at random (${shareWords(match.probability)} of the packets that get this far)`,
  statisticNth: (match) => `${not(match, 'is', 'is not')} number ${match.packet + 1} of every ${match.every}`,
  recent: recentWords,
  physdevIsIn: (match) =>
    match.negated === true ? 'did not come in through a port of a bridge' : 'came in through a port of a bridge',
  set: (match) =>
    `${not(match, 'has', 'does not have')} its ${joinWords(match.directions.map(directionWords))} in the set ` +
    plain(match.name),
  nfacct: (match) => `is counted as ${plain(match.name)}`,
  ipvsVirtualDirection: (match) =>
    match.negated === true ? 'travels back from a virtual server' : 'travels towards a virtual server',
  ipvsVirtualService: (match) =>
    `belongs to the virtual server ${plain(match.address)}, ${protocolWords(match.protocol)} port ${match.port}`,
  conntrack: conntrackWords,
  multiport: (match) => {
    const side = { source: 'source port', destination: 'destination port', either: 'source or destination port' }[
      match.side
    ];
    return `${not(match, 'has', 'does not have')} ${joinWords(match.ports.map(rangeWords), 'or')} as its ${side}`;
  },
  icmp: (match) => icmpWords(match, 'ICMP'),
  icmp6: (match) => icmpWords(match, 'ICMPv6'),
  mac: (match) => `${not(match, 'comes', 'does not come')} from the hardware address ${plain(match.address)}`,
  addressRange: (match) =>
    joinWords([
      ...(match.source === undefined
        ? []
        : [
            `${not(match.source, 'comes', 'does not come')} from ${plain(match.source.from)} to ` +
              plain(match.source.to),
          ]),
      ...(match.destination === undefined
        ? []
        : [
            `${not(match.destination, 'goes', 'does not go')} to one of ${plain(match.destination.from)} to ` +
              plain(match.destination.to),
          ]),
    ]) || 'comes from any address',
  connectionMark: (match) =>
    `belongs to a connection that ${not(match, 'has', 'does not have')} the mark ${markWords(match.mark)}`,
  packetType: (match) =>
    `${not(match, 'is', 'is not')} ` +
    (match.type === 'host' || match.type === 'unicast' ? 'addressed to this host alone' : `a ${plain(match.type)}`),
  physicalDevice: physicalDeviceWords,
  module: (match) => moduleMatchWords(match.module, match.options),
  other: (match) =>
    'satisfies ' +
    `"${plain([...(match.module === '' ? [] : ['-m', match.module]), ...match.words].join(' ')) || 'nothing'}", ` +
    'which kubechains does not support',
};

/** Describes one match. Matches that are not understood are quoted. */
export function matchWords(match: Match): MatchWords {
  const words = (describers[match.kind] as (match: Match) => string)(match);
  const isEffect =
    match.kind === 'nfacct' || (match.kind === 'recent' && match.action === 'set' && match.negated !== true);
  return { kind: isEffect ? 'effect' : 'condition', words };
}

function not(match: { readonly negated?: boolean }, positive: string, negative: string): string {
  return match.negated === true ? negative : positive;
}

function address(prefix: string): string {
  return plain(prefix.replace(/\/(?:32|128)$/, ''));
}

/** `eth0`, or a phrase such as `an interface with a name that begins with "veth"`. */
export function interfaceWords(name: string): string {
  if (name === '+') return 'any interface';
  return name.endsWith('+') ? `an interface with a name that begins with ${plain(name.slice(0, -1))}` : plain(name);
}

export function protocolWords(protocol: string): string {
  return /^(?:tcp|udp|sctp|icmp|dccp|udplite|esp|ah|gre|igmp)$/.test(protocol)
    ? protocol.toUpperCase()
    : protocol === 'ipv6-icmp'
      ? 'ICMPv6'
      : `IP protocol ${plain(protocol)}`;
}

function portMatchWords(match: PortMatch): string {
  const parts: string[] = [];
  if (match.sourcePort !== undefined)
    parts.push(`${match.sourcePortNegated === true ? 'not ' : ''}from ${portWords(match.sourcePort)}`);
  if (match.destinationPort !== undefined)
    parts.push(`${match.destinationPortNegated === true ? 'not ' : ''}to ${portWords(match.destinationPort)}`);
  if (match.flags !== undefined) parts.push(flagWords(match.flags));
  if (match.option !== undefined)
    parts.push(`${match.option.negated === true ? 'without' : 'with'} TCP option ${match.option.number}`);
  if (match.chunkTypes !== undefined)
    parts.push(
      `${match.chunkTypes.negated === true ? 'without' : 'with'} the chunks ${plain(match.chunkTypes.words.join(' '))}`,
    );
  return `is ${[protocolWords(match.kind), ...parts].join(' ')}`;
}

function flagWords({ mask, set, negated }: NonNullable<PortMatch['flags']>): string {
  const syn = mask.join() === 'FIN,SYN,RST,ACK' && set.join() === 'SYN';
  if (syn) return negated === true ? 'not opening a connection' : 'opening a connection (SYN)';
  const words = `with ${set.length === 0 ? 'none' : set.join(' and ')} of the flags ${mask.join(', ')}`;
  return negated === true ? `not ${words}` : words;
}

const stateNames: Readonly<Record<string, string>> = {
  NEW: 'new',
  ESTABLISHED: 'established',
  RELATED: 'related to another',
  INVALID: 'unknown to conntrack (INVALID)',
  UNTRACKED: 'not tracked',
  SNAT: 'one with a rewritten source',
  DNAT: 'one with a rewritten destination',
};

export function stateWords(states: readonly string[], negated: boolean): string {
  const names = joinWords(
    states.map((state) => stateNames[state] ?? plain(state)),
    'or',
  );
  return `belongs to a connection that is ${negated ? 'not ' : ''}${names || 'in no state'}`;
}

export const addressTypes: Readonly<Record<string, string>> = {
  LOCAL: 'an address of this node',
  UNICAST: 'a unicast address',
  BROADCAST: 'a broadcast address',
  MULTICAST: 'a multicast address',
  BLACKHOLE: 'a blackholed address',
  UNREACHABLE: 'an unreachable address',
  PROHIBIT: 'a prohibited address',
  UNSPEC: 'the unspecified address',
  ANYCAST: 'an anycast address',
};

function addressTypeWords(match: MatchOf<'addressType'>): string {
  const parts: string[] = [];
  const named = (type: string): string =>
    joinWords(
      type.split(',').map((one) => addressTypes[one] ?? plain(one)),
      'or',
    );
  if (match.sourceType !== undefined)
    parts.push(`${match.sourceNegated === true ? 'does not come' : 'comes'} from ${named(match.sourceType)}`);
  if (match.destinationType !== undefined)
    parts.push(`${match.destinationNegated === true ? 'does not go' : 'goes'} to ${named(match.destinationType)}`);
  const limited =
    match.limitInterface === undefined
      ? ''
      : ` (on the ${match.limitInterface === 'in' ? 'incoming' : 'outgoing'} interface)`;
  return `${joinWords(parts) || 'has any type of address'}${limited}`;
}

function recentWords(match: MatchOf<'recent'>): string {
  const who = match.side === 'destination' ? 'destination' : 'source';
  const list = plain(match.name);
  if (match.action === 'set')
    return match.negated === true
      ? `cannot have its ${who} noted in the list ${list}`
      : `has its ${who} noted in the list ${list}`;
  const within = match.seconds === undefined ? '' : ` within the last ${durationWords(match.seconds)}`;
  const hits = match.hitCount === undefined ? '' : ` at least ${match.hitCount} times`;
  const seen = `${not(match, 'has', 'does not have')} its ${who} in the list ${list}${hits}${within}`;
  if (match.action === 'update') return `${seen} (and is noted again)`;
  return match.action === 'remove' ? `${seen} (and is taken off it)` : seen;
}

function directionWords(direction: 'src' | 'dst', index: number, all: readonly string[]): string {
  const side = direction === 'src' ? 'source' : 'destination';
  if (all.length === 1) return side;
  return index === 1 ? `${side} port` : `${side} address`;
}

const conntrackFields = [
  ['originalSource', 'originally came from'],
  ['originalDestination', 'originally went to'],
  ['replySource', 'is answered from'],
  ['replyDestination', 'is answered to'],
] as const;
const conntrackPorts = [
  ['originalSourcePort', 'originally came from'],
  ['originalDestinationPort', 'originally went to'],
  ['replySourcePort', 'is answered from'],
  ['replyDestinationPort', 'is answered to'],
] as const;

function conntrackWords(match: ConntrackMatch): string {
  const negates = (field: string): string => (match.negations?.includes(field) === true ? 'not: ' : '');
  const parts: string[] = [];
  if (match.states !== undefined)
    parts.push(
      stateWords(match.states, match.negations?.includes('states') === true).replace(
        'belongs to a connection that ',
        '',
      ),
    );
  if (match.statuses !== undefined)
    parts.push(`${negates('statuses')}has the status ${plain(match.statuses.join(' or '))}`);
  if (match.protocol !== undefined) parts.push(`${negates('protocol')}has IP protocol ${plain(match.protocol)}`);
  for (const [field, words] of conntrackFields)
    if (match[field] !== undefined) parts.push(`${negates(field)}${words} ${address(match[field])}`);
  for (const [field, words] of conntrackPorts)
    if (match[field] !== undefined) parts.push(`${negates(field)}${words} ${portWords(match[field])}`);
  if (match.expire !== undefined) parts.push(`${negates('expire')}expires in ${rangeWords(match.expire)} s`);
  if (match.direction !== undefined)
    parts.push(`flows in the ${match.direction === 'ORIGINAL' ? 'direction it was opened' : 'reply direction'}`);
  return `belongs to a connection that ${joinWords(parts) || 'is tracked'}`;
}

function icmpWords(match: MatchOf<'icmp'> | MatchOf<'icmp6'>, name: string): string {
  const type = match.type === undefined ? '' : ` of type ${match.type}${icmpName(match.kind, match.type)}`;
  const code = match.codes === undefined ? '' : `, code ${rangeWords(match.codes)}`;
  return `${not(match, 'is', 'is not')} ${name}${type}${code}`;
}

function icmpName(kind: 'icmp' | 'icmp6', type: number): string {
  const names: Readonly<Record<number, string>> =
    kind === 'icmp'
      ? { 0: 'echo reply', 3: 'destination unreachable', 8: 'echo request, a ping', 11: 'time exceeded' }
      : {
          1: 'destination unreachable',
          2: 'packet too big',
          128: 'echo request, a ping',
          129: 'echo reply',
          133: 'router solicitation',
          134: 'router advertisement',
          135: 'neighbour solicitation',
          136: 'neighbour advertisement',
        };
  return names[type] === undefined ? '' : ` (${names[type]})`;
}

function physicalDeviceWords(match: PhysicalDeviceMatch): string {
  const parts: string[] = [];
  if (match.inInterface !== undefined)
    parts.push(
      `${match.inInterfaceNegated === true ? 'did not come' : 'came'} in through the bridge port ` +
        interfaceWords(match.inInterface),
    );
  if (match.outInterface !== undefined)
    parts.push(
      `${match.outInterfaceNegated === true ? 'does not leave' : 'leaves'} through the bridge port ` +
        interfaceWords(match.outInterface),
    );
  if (match.isIn !== undefined) parts.push(`${match.isIn ? 'came' : 'did not come'} in through a port of a bridge`);
  if (match.isOut !== undefined) parts.push(`${match.isOut ? 'leaves' : 'does not leave'} through a port of a bridge`);
  if (match.isBridged !== undefined) parts.push(`is ${match.isBridged ? '' : 'not '}bridged, not routed`);
  return joinWords(parts) || 'is bridged or not';
}
