/** How many elements of a set nft prints on one line. */
import type { NamedSet, SetType } from './types.js';

/**
 * Types with five elements per line. Types that are neither here nor below have one: concatenations, strings and IPv6
 * addresses.
 */
const five: ReadonlySet<string> = new Set([
  'nf_proto',
  'integer',
  'arp_op',
  'inet_proto',
  'inet_service',
  'tcp_flag',
  'dccp_pkttype',
  'mark',
  'iface_index',
  'classid',
  'uid',
  'gid',
  'ct_dir',
]);
const two: ReadonlySet<string> = new Set(['ipv4_addr', 'ct_state', 'ct_status', 'pkt_type']);

/** By the type of the keys, like nft's `calculate_delim`. */
export function elementsPerLine({ key }: Pick<NamedSet, 'key'>): number {
  const name = typeName(key);
  if (name === undefined) return 1;
  return five.has(name) ? 5 : two.has(name) ? 2 : 1;
}

function typeName(type: SetType): string | undefined {
  return type.kind === 'type' && type.names.length === 1 ? type.names[0] : undefined;
}
