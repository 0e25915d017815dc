/** Tests of the connection: conntrack and marks. */
import type { Family } from '../../net/address.js';
import { readMaskedAddress } from '../../walk/address.js';
import { addressSets, maskedSet, type AddressSet } from '../../walk/address-set.js';
import { hasConnection, isChanged, isConfirmed, stateWithout } from '../../walk/connection.js';
import { both, isParting, negateIf, type Answer } from '../../walk/doubt.js';
import { protocolNumberOf, traceProtocols } from '../../walk/packet.js';
import {
  destinationIn,
  originalDestinationIn,
  originalSourceIn,
  originalTransportIn,
  sourceIn,
  sourcePortIn,
  transportIn,
} from '../../walk/part.js';
import type { Test } from '../../walk/types.js';
import { turned, unknown } from '../../walk/unknown.js';
import { clientPort } from '../../walk/state.js';
import type { WalkState } from '../../walk/types.js';
import { ofPort, ofPorts, ofProtocols, transportOr, type PortSet, type Transport } from '../../walk/transport.js';
import type { ConntrackState, PortRange } from '../types.js';
import type { MatchOf } from './match-of.js';

/** `-m conntrack --ctstate` and `-m state`: the packet is the first of its connection, so its state is NEW. */
export function stateTest(states: readonly ConntrackState[], negated: boolean | undefined): Test {
  return (state) => negateIf(negated, hasState(states, state));
}

function hasState(states: readonly ConntrackState[], state: WalkState): Answer {
  const without = stateWithout(state);
  if (isParting(without)) return without;
  if (without !== undefined) return states.includes(without);
  if (states.includes('NEW')) return true;
  const source = states.includes('SNAT') && isChanged(state, 'source');
  return source === false ? states.includes('DNAT') && isChanged(state, 'destination') : source;
}

/** `-m mark`. */
export function markTest({ mark: { value, mask }, negated }: MatchOf<'mark'>): Test {
  const wanted = negated !== true;
  return (state) => ((state.mark & mask) >>> 0 === value >>> 0) === wanted;
}

/** `-m connmark`: does not match a packet without a connection (net/netfilter/xt_connmark.c). */
export function connectionMarkTest({ mark: { value, mask }, negated }: MatchOf<'connectionMark'>): Test {
  const wanted = negated !== true;
  return (state) => both(hasConnection(state), () => ((state.connectionMark & mask) >>> 0 === value >>> 0) === wanted);
}

/** `-m conntrack` with options other than states. The reply's addresses are those after NAT, reversed. */
export function conntrackTest(match: MatchOf<'conntrack'>, family: Family): Test {
  const checks: Test[] = [];
  const add = (field: string, check: Test | undefined): void => {
    if (check === undefined) return;
    checks.push(turned(check, match.negations?.includes(field)));
  };
  const { states, statuses, protocol, direction } = match;
  const stateCheck: Test | undefined = states === undefined ? undefined : (state) => hasState(states, state);
  add('states', stateCheck);
  // A first packet has no other status; NONE is a mask without bits (net/netfilter/xt_conntrack.c).
  add('statuses', statuses === undefined ? undefined : (state) => statuses.includes('CONFIRMED') && isConfirmed(state));
  add('protocol', protocol === undefined ? undefined : protocolTest(Number(protocol), family));
  add('direction', direction === undefined ? undefined : () => direction === 'ORIGINAL');
  addAddresses(match, family, add);
  addPorts(match, add);
  add('expire', match.expire === undefined ? undefined : expireTest(match.expire));
  return (state, world) => {
    const has = hasConnection(state);
    if (isParting(has)) return has;
    if (has) return checks.reduce<Answer>((answer, check) => both(answer, () => check(state, world)), true);
    // Without a connection, only the state is compared (net/netfilter/xt_conntrack.c).
    return stateCheck !== undefined && (checks[0]?.(state, world) ?? false);
  };
}

/** A connection that is not confirmed expires in 0 seconds; the node's settings decide about the others. */
function expireTest({ from, to }: PortRange): Test {
  const later = unknown(
    `--ctexpire ${from}:${to}`,
    `the time until the connection expires is ${from} to ${to} seconds`,
  );
  return (state, world) => {
    const confirmed = isConfirmed(state);
    if (isParting(confirmed)) return confirmed;
    return confirmed ? later(state, world) : from === 0;
  };
}

type Add = (field: string, check: Test | undefined) => void;

function addAddresses(match: MatchOf<'conntrack'>, family: Family, add: Add): void {
  const of = (text: string | undefined, check: (state: WalkState, set: AddressSet) => Answer): Test | undefined => {
    if (text === undefined) return undefined;
    const masked = readMaskedAddress(text, family);
    const set = masked === undefined ? addressSets.none : (maskedSet(masked, family) ?? addressSets.none);
    return (state) => check(state, set);
  };
  add(
    'originalSource',
    of(match.originalSource, ({ packets }, set) => originalSourceIn(packets, set)),
  );
  add(
    'originalDestination',
    of(match.originalDestination, ({ packets }, set) => originalDestinationIn(packets, set)),
  );
  add('replySource', of(match.replySource, destinationIn));
  add('replyDestination', of(match.replyDestination, sourceIn));
}

function addPorts(match: MatchOf<'conntrack'>, add: Add): void {
  const of = (range: PortRange | undefined, check: (state: WalkState, set: PortSet) => Answer): Test | undefined =>
    range === undefined ? undefined : (state) => check(state, [range.from, range.to]);
  const bySource = ({ packets }: WalkState, set: PortSet): Answer => sourcePortIn(packets, set, clientPort);
  add('originalSourcePort', of(match.originalSourcePort, bySource));
  add(
    'originalDestinationPort',
    of(match.originalDestinationPort, ({ packets }, set) => originalTransportIn(packets, withPing(set))),
  );
  add(
    'replySourcePort',
    of(match.replySourcePort, (state, set) => transportIn(state, withPing(set))),
  );
  add('replyDestinationPort', of(match.replyDestinationPort, bySource));
}

/** A ping has port 0. */
function withPing(ports: PortSet): Transport {
  return (ports[0] ?? 1) > 0 ? ofPorts(ports) : transportOr(ofPorts(ports), ofPort('icmp', 0));
}

function protocolTest(number: number, family: Family): Test {
  const set = ofProtocols(traceProtocols.filter((protocol) => protocolNumberOf({ family, protocol }) === number));
  return (state) => transportIn(state, set);
}
