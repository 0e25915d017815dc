/** Tests of the protocol, its ports and its flags. */
import type { Family } from '../../net/address.js';
import { both, negate, negateIf, type Answer } from '../../walk/doubt.js';
import { echoRequest, protocolNumberOf, traceProtocols } from '../../walk/packet.js';
import { sourcePortIn, transportIn } from '../../walk/part.js';
import type { Test } from '../../walk/types.js';
import { assume, clientPort } from '../../walk/state.js';
import type { WalkState } from '../../walk/types.js';
import {
  allPorts,
  allTransport,
  ofPorts,
  ofProtocols,
  portSets,
  transportWithout,
  type PortSet,
} from '../../walk/transport.js';
import { unknown } from '../../walk/unknown.js';
import { protocolNumber } from '../names.js';
import type { PortMatch, PortRange, TcpFlags } from '../types.js';
import type { MatchOf } from './match-of.js';
import { questionOf } from './questions.js';

/** `-p`. */
export function protocolTest(match: MatchOf<'protocol'>, family: Family): Test {
  return shared(`${family} ${match.negated === true} ${match.protocol}`, () => newProtocolTest(match, family));
}

function newProtocolTest({ protocol, negated }: MatchOf<'protocol'>, family: Family): Test {
  const number = protocolNumber(protocol);
  const fitting = traceProtocols.filter(
    (name) => number === 0 || protocolNumberOf({ family, protocol: name }) === number,
  );
  const set = negated === true ? transportWithout(allTransport, ofProtocols(fitting)) : ofProtocols(fitting);
  return (state) => transportIn(state, set);
}

const known = new Map<string, Test>();
const mostKnown = 20_000;

/** Caches tests, because thousands of rules have the same ones. */
function shared(key: string, make: () => Test): Test {
  const before = known.get(key);
  if (before !== undefined) return before;
  if (known.size >= mostKnown) known.clear();
  const test = make();
  known.set(key, test);
  return test;
}

/** `-m tcp`, `-m udp`, `-m sctp`: a packet of another protocol never matches. */
export function portTest(match: PortMatch): Test {
  const { kind, sourcePort, destinationPort, flags, option, chunkTypes } = match;
  if (sourcePort !== undefined || flags !== undefined || option !== undefined || chunkTypes !== undefined)
    return newPortTest(match);
  const { from = 0, to = 0 } = destinationPort ?? {};
  return shared(`${kind} ${from} ${to} ${match.destinationPortNegated === true}`, () => newPortTest(match));
}

function newPortTest(match: PortMatch): Test {
  const { kind, sourcePort, destinationPort, flags, option, chunkTypes } = match;
  const rest =
    option === undefined && chunkTypes === undefined
      ? undefined
      : unknown(
          questionOf(match) ?? '',
          `the packet meets -m ${kind}'s ${option === undefined ? '--chunk-types' : '--tcp-option'}`,
        );
  const isMissed = flags !== undefined && isSyn(flags) === (flags.negated === true);
  const destinations = ofPorts(
    destinationPort === undefined ? allPorts : portsOf(destinationPort, match.destinationPortNegated),
    [kind],
  );
  const sources = sourcePort === undefined ? undefined : portsOf(sourcePort, match.sourcePortNegated);
  return (state, world) => {
    if (isMissed) return false;
    const first = transportIn(state, destinations);
    if (first !== true) return first;
    const second = sources === undefined ? true : fromPort(state, sources);
    return rest === undefined ? second : both(second, () => rest(state, world));
  };
}

function portsOf({ from, to }: PortRange, negated: boolean | undefined): PortSet {
  const ports = portSets.of([[from, to]]);
  return negated === true ? portSets.subtract(allPorts, ports) : ports;
}

/** Of the flags in `mask`, exactly those in `set` must be set. The packet has only SYN. */
function isSyn({ mask, set }: TcpFlags): boolean {
  return mask.every((flag) => set.includes(flag) === (flag === 'SYN')) && set.every((flag) => mask.includes(flag));
}

function fromPort(state: WalkState, ports: PortSet): Answer {
  if (state.packets.sourcePorts === undefined) assume(state, `the client sends from port ${clientPort}`);
  return sourcePortIn(state.packets, ports, clientPort);
}

/** `-m multiport`: only tcp, udp and sctp have ports here. */
export function multiportTest({ side, ports, negated }: MatchOf<'multiport'>): Test {
  const set = portSets.of(ports.map(({ from, to }) => [from, to] as const));
  const having = ofPorts(allPorts);
  const fitting = ofPorts(set);
  return (state) => {
    const hasPorts = transportIn(state, having);
    if (hasPorts !== true) return hasPorts;
    const answer =
      side === 'destination'
        ? transportIn(state, fitting)
        : side === 'source'
          ? fromPort(state, set)
          : negate(both(negate(transportIn(state, fitting)), () => negate(fromPort(state, set))));
    return negateIf(negated, answer);
  };
}

/** `-m icmp`, `-m icmp6`: the packet is an echo request with code 0. */
export function icmpTest({ kind, type, codes, negated }: MatchOf<'icmp' | 'icmp6'>): Test {
  const family: Family = kind === 'icmp' ? 'ipv4' : 'ipv6';
  const isEcho = type === undefined || (type === echoRequest[family] && (codes === undefined || codes.from === 0));
  const ping = ofProtocols(['icmp']);
  return (state) => {
    const isPing = state.family === family ? transportIn(state, ping) : false;
    return isPing === true ? isEcho !== (negated === true) : isPing;
  };
}
