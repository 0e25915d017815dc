/** `-m socket` (net/netfilter/xt_socket.c). */
import { isParting } from '../../walk/doubt.js';
import { isListenedTo } from '../../walk/route.js';
import { assume, whereTo } from '../../walk/state.js';
import type { Test } from '../../walk/types.js';
import { unknown } from '../../walk/unknown.js';
import type { Match } from '../types.js';

/**
 * The first packet of a connection belongs to no connected socket yet, so only listening sockets can match. Sockets
 * that listen on all addresses match only with --nowildcard.
 */
export function socketTest({ options }: Match & { readonly kind: 'module' }): Test {
  const has = (name: string): boolean => options.some((option) => option.name === name);
  const onlyOwn = !has('--nowildcard');
  const guess = unknown('transparent socket', 'the socket that listens there is transparent (-m socket)');
  return (state, world) => {
    const isFound = isListenedTo(state, world, onlyOwn);
    if (isParting(isFound)) return isFound;
    if (isFound) return has('--transparent') ? guess(state, world) : true;
    const place = whereTo(state) === '' ? 'the destination' : whereTo(state);
    if (!world.host.listeners.isWhole)
      assume(state, `no socket of the node is bound to ${place} (-m socket; --listening takes ss -ltnu)`);
    return false;
  };
}
