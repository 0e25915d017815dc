import { addressScope, formatAddress, parseAddress } from '../net/address.js';
import { isLoopback, matchingNodeAddresses } from '../proxy/node-port-addresses.js';
import type { ProxyState } from '../proxy/state.js';

/**
 * The node's own addresses of this family as IPVS mode counts them: those of all interfaces except kube-ipvs0, without
 * loopback addresses and, in IPv6, without link-local ones (pkg/proxy/ipvs/netlink_linux.go).
 */
export function ownAddresses(state: ProxyState): ReadonlySet<string> {
  const addresses = new Set<string>();
  for (const text of state.options.host.interfaces.flatMap((one) => (one.name === 'kube-ipvs0' ? [] : one.addresses))) {
    const address = parseAddress(text.split('/')[0] ?? '');
    if (address?.family !== state.family) continue;
    const scope = addressScope(address);
    if (scope === 'loopback' || (scope === 'linkLocal' && state.family === 'ipv6')) continue;
    addresses.add(formatAddress(address));
  }
  return addresses;
}

/**
 * The addresses that get a virtual server for every node port; none if `nodePortAddresses` matches only loopback
 * addresses.
 */
export function nodePortServerAddresses(state: ProxyState): readonly string[] {
  if (state.nodePortAddresses.matchesAll) return [...ownAddresses(state)].sort();
  return matchingNodeAddresses(state.nodePortAddresses, state.options.host.interfaces, state.family).filter(
    (address) => !isLoopback(address),
  );
}
