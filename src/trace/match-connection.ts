/** Conditions on the connection: conntrack and marks. */
import type { ConntrackState, MaskedValue, PortRange } from '../iptables/types.js';
import type { Family } from '../net/address.js';
import { contains, readMaskedAddress, type TraceAddress } from './address.js';
import type { Test } from './chain.js';
import { protocolNumberOf } from './packet.js';
import { clientPort, type MatchOf, type WalkState } from './state.js';

/** `-m conntrack --ctstate` and `-m state`: the packet is the first of its connection. */
export function stateTest(states: readonly ConntrackState[], negated: boolean | undefined): Test {
  const wanted = negated !== true;
  return (state) => hasState(states, state) === wanted;
}

function hasState(states: readonly ConntrackState[], state: WalkState): boolean {
  if (!state.isTracked) return states.includes('UNTRACKED');
  return (
    states.includes('NEW') ||
    (state.hasDestinationNat && states.includes('DNAT')) ||
    (state.hasSourceNat && states.includes('SNAT'))
  );
}

/** `-m mark`. */
export function markTest({ mark: { value, mask }, negated }: MatchOf<'mark'>): Test {
  const wanted = negated !== true;
  return (state) => ((state.mark & mask) >>> 0 === value >>> 0) === wanted;
}

/** `-m connmark`: no connection, no match (net/netfilter/xt_connmark.c). */
export function connectionMarkTest({ mark: { value, mask }, negated }: MatchOf<'connectionMark'>): Test {
  const wanted = negated !== true;
  return (state) => state.isTracked && ((state.connectionMark & mask) >>> 0 === value >>> 0) === wanted;
}

/** new = (mark & ~mask) ^ value. */
export function changedMark(before: number, { value, mask }: MaskedValue): number {
  return ((before & ~mask) ^ value) >>> 0;
}

/** `-m conntrack` with more than states. The reply's addresses are those after NAT, turned round. */
export function conntrackTest(match: MatchOf<'conntrack'>, family: Family): Test {
  const checks: ((state: WalkState) => boolean)[] = [];
  const add = (field: string, check: ((state: WalkState) => boolean) | undefined): void => {
    if (check === undefined) return;
    const wanted = match.negations?.includes(field) !== true;
    checks.push((state) => check(state) === wanted);
  };
  const { states, statuses, protocol, direction } = match;
  add('states', states === undefined ? undefined : (state) => hasState(states, state));
  add('statuses', statuses === undefined ? undefined : () => statuses.includes('NONE'));
  add('protocol', protocol === undefined ? undefined : (state) => protocolNumberOf(state) === Number(protocol));
  add('direction', direction === undefined ? undefined : () => direction === 'ORIGINAL');
  add(
    'originalSource',
    addressCheck(match.originalSource, family, ({ question }) => question.source),
  );
  add(
    'originalDestination',
    addressCheck(match.originalDestination, family, ({ question }) => question.destination),
  );
  add(
    'replySource',
    addressCheck(match.replySource, family, ({ destination }) => destination),
  );
  add(
    'replyDestination',
    addressCheck(match.replyDestination, family, ({ source }) => source),
  );
  add(
    'originalSourcePort',
    portCheck(match.originalSourcePort, ({ question }) => question.sourcePort ?? clientPort),
  );
  add(
    'originalDestinationPort',
    portCheck(match.originalDestinationPort, ({ question }) => question.destinationPort),
  );
  add(
    'replySourcePort',
    portCheck(match.replySourcePort, ({ destinationPort }) => destinationPort),
  );
  add(
    'replyDestinationPort',
    portCheck(match.replyDestinationPort, ({ question }) => question.sourcePort ?? clientPort),
  );
  add('expire', match.expire === undefined ? undefined : () => match.expire?.from === 0);
  return (state) =>
    state.isTracked || states?.includes('UNTRACKED') === true ? checks.every((check) => check(state)) : false;
}

function addressCheck(
  text: string | undefined,
  family: Family,
  pick: (state: WalkState) => TraceAddress,
): ((state: WalkState) => boolean) | undefined {
  if (text === undefined) return undefined;
  const masked = readMaskedAddress(text, family);
  return masked === undefined ? () => false : (state) => contains(masked, pick(state));
}

function portCheck(
  range: PortRange | undefined,
  pick: (state: WalkState) => number,
): ((state: WalkState) => boolean) | undefined {
  return range === undefined ? undefined : (state) => pick(state) >= range.from && pick(state) <= range.to;
}
