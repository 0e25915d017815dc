import type { RuleSet } from '../iptables/types.js';
import type { IpSet, VirtualServer } from '../ipvs/types.js';
import type { Table as NftablesTable } from '../nftables/types.js';
import type { Family } from '../net/address.js';

/** What a node has in one family that decides on packets, as its kernel keeps it. */
export interface NodeContent {
  readonly family: Family;
  /** The tables of iptables; none where nothing was given. */
  readonly ruleSet: RuleSet;
  /** The ipsets that rules of this family may ask: those of the family, and those of none (`bitmap:port`). */
  readonly sets: readonly IpSet[];
  readonly virtualServers: readonly VirtualServer[];
  /** The tables of nftables; absent where nothing was given. */
  readonly nftables?: readonly NftablesTable[];
  /** Addresses that kube-proxy put on an interface of its own (kube-ipvs0), without prefix length. */
  readonly boundAddresses: readonly string[];
}

/** What a node has of which nothing is known. */
export function emptyContent(family: Family): NodeContent {
  return { family, ruleSet: { family, tables: [] }, sets: [], virtualServers: [], boundAddresses: [] };
}
