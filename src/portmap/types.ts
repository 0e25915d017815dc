/** What a container runtime passes to the CNI plugin portmap, and the plugin's configuration. */
import type { Family, Prefix } from '../net/address.js';

export type PortProtocol = 'tcp' | 'udp' | 'sctp';

/** A port of the node that leads to a port of a Pod. */
export interface PortMapping {
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: PortProtocol;
  /** The node's address it is bound to; `''` for all of both families. */
  readonly hostIP: string;
}

/** The plugin's own fields in a network configuration; absent ones have its defaults. */
export interface PortmapSettings {
  /** Whether hairpin traffic and traffic from localhost are masqueraded. */
  readonly snat: boolean;
  /** Whether all traffic is masqueraded. */
  readonly masqAll: boolean;
  /** The bit of the packet mark that requests masquerading, 0 to 31. */
  readonly markMasqBit: number;
  /** Another program's chain that sets such a mark; `''`: the plugin's own. */
  readonly externalSetMarkChain: string;
  /** Additional conditions at the start of rules, in iptables' notation (in the nftables form, nft's). */
  readonly conditions: Readonly<Record<Family, readonly string[]>>;
}

/** One Pod with host ports: an ADD of the plugin. */
export interface PortmapAdd {
  /** The network's name, which is part of the chain's name. */
  readonly network: string;
  readonly containerId: string;
  readonly mappings: readonly PortMapping[];
  /** The Pod's first address of each family, with the prefix length of its interface. */
  readonly addresses: Readonly<Partial<Record<Family, PodAddress>>>;
  readonly settings: PortmapSettings;
}

export interface PodAddress {
  readonly address: string;
  /** The Pod's network: packets from there count as hairpin traffic. */
  readonly network: Prefix;
}

/** The plugin's version. Up to 1.5 it supports only iptables; later versions differ in nftables rules. */
export type PortmapVersion = '1.3' | '1.6' | '1.9' | 'head';

export const defaultSettings: PortmapSettings = {
  snat: true,
  masqAll: false,
  markMasqBit: 13,
  externalSetMarkChain: '',
  conditions: { ipv4: [], ipv6: [] },
};
