/** `-m ipvs`: what IPVS knows of a packet that it has taken up (net/netfilter/xt_ipvs.c). */
import type { Match } from '../iptables/types.js';
import { contains, readAddress, readMaskedAddress } from './address.js';
import type { Test } from './chain.js';
import { protocolNumberOf } from './packet.js';
import type { MatchOf, TakenUp, WalkState } from './state.js';

type Check = (state: WalkState, takenUp: TakenUp) => boolean;

/** `--vaddr`, `--vproto` and `--vport` together. */
export function virtualServiceTest({ address, protocol, port }: MatchOf<'ipvsVirtualService'>): Test {
  const virtual = readAddress(address)?.text;
  return knownTo(
    (state, takenUp) => takenUp.address.text === virtual && state.protocol === protocol && takenUp.port === port,
  );
}

/** `--vdir`: a first packet goes the original way, where its connection is tracked at all. */
export function virtualDirectionTest({ negated }: MatchOf<'ipvsVirtualDirection'>): Test {
  return knownTo(({ isTracked }) => isTracked && negated !== true);
}

/**
 * A packet meets none of these options, negated or not, before a virtual server has taken it up. After that IPVS finds
 * its connection by the addresses it then has: not once its source was rewritten.
 */
function knownTo(check: Check): Test {
  return (state) => state.source.text === state.takenUp?.client.text && check(state, state.takenUp);
}

/** Other combinations of options, as iptables-save prints them; undefined where one is not understood. */
export function ipvsWordsTest({ words }: Match & { readonly kind: 'other' }): Test | undefined {
  const text = words.join(' ');
  if (text === '--ipvs' || text === '! --ipvs') return (state) => (state.takenUp !== undefined) === (text === '--ipvs');
  const checks: (Check | undefined)[] = [];
  for (let at = 0; at < words.length; at += 2) {
    const isNegated = words[at] === '!';
    if (isNegated) at++;
    const check = checkOf(words[at] ?? '', words[at + 1] ?? '');
    checks.push(check === undefined || !isNegated ? check : (state, takenUp) => !check(state, takenUp));
  }
  return checks.some((check) => check === undefined)
    ? undefined
    : knownTo((state, takenUp) => checks.every((check) => check?.(state, takenUp)));
}

function checkOf(option: string, value: string): Check | undefined {
  switch (option) {
    case '--vproto':
      return (state) => String(protocolNumberOf(state)) === value || state.protocol === value;
    case '--vport':
      return (_, { port }) => String(port) === value;
    case '--vaddr':
      return (state, { address }) => {
        const masked = readMaskedAddress(value, state.family);
        return masked !== undefined && contains(masked, address);
      };
    case '--vdir':
      return ({ isTracked }) => isTracked && value.toUpperCase() === 'ORIGINAL';
    default:
      return undefined;
  }
}
