/** `-m rpfilter`: whether answers to the source address would leave by the interface by which the packet arrived. */
import { isParting, negateIf, type Answer } from '../../walk/doubt.js';
import { isLoopback } from '../../walk/interfaces.js';
import { inInterfaceOf, interfaceFits } from '../../walk/part.js';
import type { Test } from '../../walk/types.js';
import { assume, wordsFor } from '../../walk/state.js';
import type { WalkState } from '../../walk/types.js';
import type { World } from '../../walk/types.js';
import type { Match } from '../types.js';

/**
 * Decided by the subnets of the interfaces (net/ipv4/netfilter/ipt_rpfilter.c). For a source in none of them, the test
 * assumes a route back over the same interface, which is true of all but forged packets, and lists the assumption in
 * the outcome.
 */
export function reversePathTest({ options }: Match & { readonly kind: 'module' }): Test {
  const has = (name: string): boolean => options.some((option) => option.name === name);
  const isLoose = has('--loose');
  const takesLocal = has('--accept-local');
  const isInverted = has('--invert');
  return (state, world) => negateIf(isInverted, passes(state, world, isLoose, takesLocal));
}

function passes(state: WalkState, world: World, isLoose: boolean, takesLocal: boolean): Answer {
  const { host } = world;
  const isByLoopback = interfaceFits(state, isLoopback);
  if (isByLoopback !== false) return isByLoopback;
  const isOwn = world.ofAddress(state, 'source', 'own', (address) => host.isLocal(address) === true);
  if (isParting(isOwn)) return isOwn;
  if (isOwn) {
    if (!takesLocal || isLoose) return takesLocal;
    const name = inInterfaceOf(state);
    return isParting(name)
      ? name
      : world.ofAddress(state, 'source', `on ${name}`, (address) => host.isOnInterface(address, name));
  }
  if (isLoose) return true;
  const entry = world.ofAddress(state, 'source', 'entry', (address) => {
    // The kernel looks link-local addresses up on the interface itself (net/ipv6/netfilter/ip6t_rpfilter.c).
    const isLinkLocal = address.family === 'ipv6' && address.value >> 118n === 0x3fan;
    const { name, isCertain } = host.entryOf(address);
    return isLinkLocal ? 'any' : isCertain ? `by ${name}` : 'unknown';
  });
  if (isParting(entry) || entry === 'any') return entry === 'any' ? true : entry;
  if (entry !== 'unknown') return interfaceFits(state, (name) => `by ${name}` === entry);
  const cameBy = state.inInterface === undefined ? 'the interface' : state.inInterface;
  assume(state, `answers to ${wordsFor(state.source, 'source')} leave by ${cameBy}, by which it came in (rpfilter)`);
  return true;
}
