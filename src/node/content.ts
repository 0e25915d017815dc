import type { RuleSet } from '../iptables/types.js';
import type { IpSet, VirtualServer } from '../ipvs/types.js';
import type { Table as NftablesTable } from '../nftables/types.js';
import type { Family } from '../net/address.js';

/** Everything on a node in one family that decides about packets, as the kernel stores it. */
export interface NodeContent {
  readonly family: Family;
  /** The tables of iptables; none if nothing was given. */
  readonly ruleSet: RuleSet;
  /** The ipsets that rules of this family can use: those of the family, and those without a family (`bitmap:port`). */
  readonly sets: readonly IpSet[];
  readonly virtualServers: readonly VirtualServer[];
  /** The tables of nftables; absent if nothing was given. */
  readonly nftables?: readonly NftablesTable[];
  /** Addresses that kube-proxy added to its own interface (kube-ipvs0), without prefix length. */
  readonly boundAddresses: readonly string[];
}

/** The content of a node about which nothing is known. */
export function emptyContent(family: Family): NodeContent {
  return { family, ruleSet: { family, tables: [] }, sets: [], virtualServers: [], boundAddresses: [] };
}
