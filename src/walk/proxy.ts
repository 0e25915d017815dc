/** TPROXY: assigns packets to a socket of the node, whatever their destination (net/netfilter/xt_TPROXY.c). */
import { isParting, type Parting } from './doubt.js';
import { inInterfaceOf, protocolOf } from './part.js';
import { assume, factOf } from './state.js';
import type { Action, WalkState } from './types.js';
import type { Walking } from './walking.js';

/** The socket for the packets, or why there is none. */
type ProxyResult = { readonly result: string } | { readonly dropped: string };

/**
 * If a listening socket accepts packets for other addresses, they are assigned to it; otherwise they are dropped. Their
 * destination does not change, so a policy-routing rule must send packets with the mark to the node itself.
 */
export function takeByProxy(
  action: Action & { readonly kind: 'proxy' },
  state: WalkState,
  walking: Walking,
): ProxyResult | Parting {
  const protocol = protocolOf(state);
  if (isParting(protocol)) return protocol;
  const port = action.port === 0 ? (state.destinationPort ?? 0) : action.port;
  const name = `${protocol}/${port === 0 ? 'its port' : port}`;
  const isTaken = takes(action, state, walking, name);
  if (isParting(isTaken)) return isTaken;
  if (!isTaken) return { dropped: `no transparent socket listens on ${name}, to which TPROXY sends it` };
  state.proxyPort = port;
  return { result: `the socket on port ${port} takes it` };
}

function takes(
  { address }: Action & { readonly kind: 'proxy' },
  state: WalkState,
  { world: { host }, branches }: Walking,
  name: string,
): boolean | Parting {
  const { listeners } = host;
  const by = inInterfaceOf(state);
  if (isParting(by)) return by;
  const asked = address ?? host.primaryAddress(by, state.family);
  if (asked !== undefined && listeners.portsOn(asked).split(',').includes(name)) return true;
  if (!listeners.isEmpty) {
    if (!listeners.isWhole)
      assume(state, `no process of the node listens on ${name} (if one does: --listening ${name})`);
    return false;
  }
  const key = `proxy ${name}`;
  const before = factOf(state, key);
  if (before !== undefined) return before;
  // The branch in which nothing listens evaluates this rule again.
  state.at--;
  const isMet = branches.part(state, {
    kind: 'unknown',
    key,
    weight: 0.5,
    metWhen: true,
    ifMet: `a transparent socket listens on ${name} (--listening ${name})`,
    ifMissed: `no transparent socket listens on ${name}`,
  });
  state.at++;
  return isMet;
}
