/** Conditions on the protocol, its ports and its flags. */
import { protocolNumber } from '../iptables/names.js';
import type { PortMatch, PortRange, TcpFlags } from '../iptables/types.js';
import type { Family } from '../net/address.js';
import type { Test } from './chain.js';
import { negateIf, type Answer } from './doubt.js';
import { echoRequest, protocolNumberOf } from './packet.js';
import { questionOf } from './questions.js';
import { assume, clientPort, type MatchOf, type WalkState } from './state.js';
import { unknown } from './unknown.js';

/** `-p`. */
export function protocolTest({ protocol, negated }: MatchOf<'protocol'>): Test {
  const number = protocolNumber(protocol);
  const wanted = negated !== true;
  return (state) => (number === 0 || protocolNumberOf(state) === number) === wanted;
}

/** `-m tcp`, `-m udp`, `-m sctp`: another protocol never matches. */
export function portTest(match: PortMatch): Test {
  const { kind, sourcePort, destinationPort, flags, option, chunkTypes } = match;
  const rest =
    option === undefined && chunkTypes === undefined
      ? undefined
      : unknown(
          questionOf(match) ?? '',
          `the packet meets -m ${kind}'s ${option === undefined ? '--chunk-types' : '--tcp-option'}`,
        );
  return (state) => {
    if (state.protocol !== kind) return false;
    if (
      destinationPort !== undefined &&
      within(destinationPort, state.destinationPort) === (match.destinationPortNegated === true)
    )
      return false;
    if (sourcePort !== undefined && within(sourcePort, sourcePortOf(state)) === (match.sourcePortNegated === true))
      return false;
    if (flags !== undefined && isSyn(flags) === (flags.negated === true)) return false;
    return rest === undefined ? true : rest(state);
  };
}

/** Of the flags in the mask exactly those in the set are on; the packet has SYN alone. */
function isSyn({ mask, set }: TcpFlags): boolean {
  return mask.every((flag) => set.includes(flag) === (flag === 'SYN')) && set.every((flag) => mask.includes(flag));
}

function sourcePortOf(state: WalkState): number {
  if (state.question.sourcePort !== undefined) return state.question.sourcePort;
  assume(state, `the client sends from port ${clientPort}`);
  return clientPort;
}

/** `-m multiport`: tcp, udp and sctp have ports. */
export function multiportTest({ side, ports, negated }: MatchOf<'multiport'>): Test {
  const has = (port: number): boolean => ports.some((range) => within(range, port));
  return (state) => {
    if (state.protocol === 'icmp') return false;
    const answer =
      side === 'destination'
        ? has(state.destinationPort)
        : side === 'source'
          ? has(sourcePortOf(state))
          : has(state.destinationPort) || has(sourcePortOf(state));
    return answer !== (negated === true);
  };
}

function within({ from, to }: PortRange, port: number): boolean {
  return port >= from && port <= to;
}

/** `-m icmp`, `-m icmp6`: the packet is an echo request (code 0). */
export function icmpTest({ kind, type, codes, negated }: MatchOf<'icmp' | 'icmp6'>): Test {
  const family: Family = kind === 'icmp' ? 'ipv4' : 'ipv6';
  return (state): Answer => {
    if (state.protocol !== 'icmp' || state.family !== family) return false;
    return negateIf(
      negated,
      type === undefined || (type === echoRequest[family] && (codes === undefined || codes.from === 0)),
    );
  };
}
