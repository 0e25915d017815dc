import { formatPrefix, parsePrefix, type Family } from '../net/address.js';
import type { Node } from '../cluster/types.js';
import type { KubernetesVersion } from '../cluster/version.js';
import { has } from './changes.js';
import type { ProxyConfiguration } from './configuration.js';

/**
 * How kube-proxy recognises packets from Pods of this node (`detectLocalMode`): by source prefix or by incoming
 * interface (a name, or a prefix of a name followed by `+`).
 */
export type LocalDetector =
  { readonly kind: 'sourcePrefix'; readonly prefix: string } | { readonly kind: 'inInterface'; readonly name: string };

/** The detector of one family; undefined if the mode lacks its data: then no packet counts as a Pod's. */
export function localDetector(
  configuration: ProxyConfiguration,
  node: Node | undefined,
  family: Family,
  version: KubernetesVersion,
): LocalDetector | undefined {
  switch (configuration.detectLocalMode) {
    case 'ClusterCIDR':
      return sourcePrefix(configuration.clusterCIDR.split(','), family, version);
    case 'NodeCIDR':
      return sourcePrefix(node?.podCIDRs ?? [], family, version);
    case 'BridgeInterface':
      return inInterface(configuration.bridgeInterface, '');
    case 'InterfaceNamePrefix':
      return inInterface(configuration.interfaceNamePrefix, '+');
  }
}

function sourcePrefix(texts: readonly string[], family: Family, version: KubernetesVersion): LocalDetector | undefined {
  for (const text of texts) {
    const prefix = parsePrefix(text);
    if (prefix?.family !== family) continue;
    return {
      kind: 'sourcePrefix',
      prefix: has(version, 'normalisesServiceAddresses') ? formatPrefix(prefix) : text,
    };
  }
  return undefined;
}

function inInterface(name: string, suffix: string): LocalDetector | undefined {
  return name === '' ? undefined : { kind: 'inInterface', name: name + suffix };
}
