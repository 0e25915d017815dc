import { nodePortAddresses, type NodePortAddresses } from '../../proxy/node-port-addresses.js';
import type { ProxyState } from '../../proxy/state.js';
import { has } from './changes.js';

/**
 * The addresses for node ports. Without `nodePortAddresses` this is only the node's own IP, unlike in iptables mode.
 */
export function nodePortAddressesOf(state: ProxyState): NodePortAddresses {
  const { configuration, version } = state.options;
  if (configuration.nodePortAddresses.length > 0) return state.nodePortAddresses;
  const chosen = nodePortAddresses(['primary'], state.family, state.nodeIP);
  return chosen.matchesAll && !has(version, 'opensNodePortsWithoutNodeIP')
    ? { matchesAll: false, prefixes: [] }
    : chosen;
}

export function answersOnAll(state: ProxyState): boolean {
  return nodePortAddressesOf(state).matchesAll;
}
