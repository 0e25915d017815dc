/** What a container runtime asks of the CNI plugin portmap, and how the plugin is configured. */
import type { Family, Prefix } from '../net/address.js';

export type PortProtocol = 'tcp' | 'udp' | 'sctp';

/** A port of the node that leads to a port of a Pod. */
export interface PortMapping {
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: PortProtocol;
  /** The address of the node that it is bound to; `''` for all of both families. */
  readonly hostIP: string;
}

/** The plugin's own fields in a network configuration, with its defaults where they are absent. */
export interface PortmapSettings {
  /** Whether hairpin traffic and that from localhost is masqueraded. */
  readonly snat: boolean;
  /** Whether all traffic is. */
  readonly masqAll: boolean;
  /** The bit of the packet mark that asks for it, 0 to 31. */
  readonly markMasqBit: number;
  /** Somebody else's chain that sets such a mark; `''`: the plugin's own. */
  readonly externalSetMarkChain: string;
  /** Further words of iptables (of nft in the nftables form) that rules begin with. */
  readonly conditions: Readonly<Record<Family, readonly string[]>>;
}

/** One Pod that has ports of the node: an ADD of the plugin. */
export interface PortmapAdd {
  /** The network's name, which is part of the chain's. */
  readonly network: string;
  readonly containerId: string;
  readonly mappings: readonly PortMapping[];
  /** The Pod's first address of each family it has, with the prefix length that its interface got. */
  readonly addresses: Readonly<Partial<Record<Family, PodAddress>>>;
  readonly settings: PortmapSettings;
}

export interface PodAddress {
  readonly address: string;
  /** The network that it stands in: what comes from there is taken for hairpin traffic. */
  readonly network: Prefix;
}

/** The plugin's version; up to 1.5 it knows iptables alone, later ones differ with nftables. */
export type PortmapVersion = '1.3' | '1.6' | '1.9' | 'head';

export const defaultSettings: PortmapSettings = {
  snat: true,
  masqAll: false,
  markMasqBit: 13,
  externalSetMarkChain: '',
  conditions: { ipv4: [], ipv6: [] },
};
