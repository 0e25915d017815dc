/** `-m ipvs`: matches packets that IPVS has accepted (net/netfilter/xt_ipvs.c). */
import type { Family } from '../../net/address.js';
import { readAddress, readMaskedAddress } from '../../walk/address.js';
import { addressSets, maskedSet, type AddressSet } from '../../walk/address-set.js';
import { both, negate, type Answer } from '../../walk/doubt.js';
import { protocolNumberOf, traceProtocols } from '../../walk/packet.js';
import { cameFrom, originalDestinationIn, originalTransportIn, transportIn } from '../../walk/part.js';
import type { Test } from '../../walk/types.js';
import type { TakenUp, WalkState } from '../../walk/types.js';
import { ofPorts, ofProtocols, portSets } from '../../walk/transport.js';
import type { Match } from '../types.js';
import type { MatchOf } from './match-of.js';

type Check = (state: WalkState, takenUp: TakenUp) => Answer;

/** `--vaddr`, `--vproto` and `--vport` together. */
export function virtualServiceTest({ address, protocol, port }: MatchOf<'ipvsVirtualService'>): Test {
  const virtual = readAddress(address);
  const set = virtual === undefined ? addressSets.none : addressSets.one(virtual.value);
  const transport = ofProtocols(traceProtocols.filter((name) => name === protocol));
  return knownTo((state, takenUp) =>
    both(cameFor(state, takenUp, set), () =>
      both(transportIn(state, transport), () => cameForPort(state, takenUp, port)),
    ),
  );
}

function cameFor({ packets }: WalkState, { address }: TakenUp, set: AddressSet): Answer {
  return address === undefined ? originalDestinationIn(packets, set) : addressSets.has(set, address.value);
}

function cameForPort({ packets }: WalkState, takenUp: TakenUp, port: number): Answer {
  return takenUp.port === undefined ? originalTransportIn(packets, ofPorts(portSets.one(port))) : takenUp.port === port;
}

/** `--vdir`: a first packet has direction original, if its connection is tracked. */
export function virtualDirectionTest({ negated }: MatchOf<'ipvsVirtualDirection'>): Test {
  return knownTo(({ isTracked }) => isTracked && negated !== true);
}

/**
 * None of these options, negated or not, matches before a virtual server has accepted the packet. Afterwards IPVS looks
 * the connection up by the packet's current addresses, so it does not match after the source was rewritten.
 */
function knownTo(check: Check): Test {
  return (state) => {
    const { takenUp } = state;
    if (takenUp === undefined) return false;
    return both(hasItsSource(state, takenUp), () => check(state, takenUp));
  };
}

function hasItsSource({ packets, madeSource }: WalkState, { client }: TakenUp): Answer {
  if (madeSource === undefined || madeSource === client) return true;
  return client === undefined ? cameFrom(packets, madeSource) : client.text === madeSource.text;
}

/** Other combinations of options, as iptables-save prints them; undefined if one is not understood. */
export function ipvsWordsTest({ words }: Match & { readonly kind: 'other' }, family: Family): Test | undefined {
  const text = words.join(' ');
  if (text === '--ipvs' || text === '! --ipvs') return (state) => (state.takenUp !== undefined) === (text === '--ipvs');
  const checks: (Check | undefined)[] = [];
  for (let at = 0; at < words.length; at += 2) {
    const isNegated = words[at] === '!';
    if (isNegated) at++;
    const check = checkOf(words[at] ?? '', words[at + 1] ?? '', family);
    checks.push(check === undefined || !isNegated ? check : (state, takenUp) => negate(check(state, takenUp)));
  }
  return checks.some((check) => check === undefined)
    ? undefined
    : knownTo((state, takenUp) =>
        checks.reduce<Answer>((answer, check) => both(answer, () => check?.(state, takenUp) ?? true), true),
      );
}

function checkOf(option: string, value: string, family: Family): Check | undefined {
  switch (option) {
    case '--vproto': {
      const fitting = ofProtocols(
        traceProtocols.filter(
          (protocol) => String(protocolNumberOf({ family, protocol })) === value || protocol === value,
        ),
      );
      return (state) => transportIn(state, fitting);
    }
    case '--vport':
      return (state, takenUp) => cameForPort(state, takenUp, Number(value));
    case '--vaddr': {
      const masked = readMaskedAddress(value, family);
      const set = masked === undefined ? addressSets.none : (maskedSet(masked, family) ?? addressSets.none);
      return (state, takenUp) => cameFor(state, takenUp, set);
    }
    case '--vdir':
      return ({ isTracked }) => isTracked && value.toUpperCase() === 'ORIGINAL';
    default:
      return undefined;
  }
}
