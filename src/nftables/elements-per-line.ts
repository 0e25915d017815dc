/** How many elements of a set nft lists on one line. */
import type { NamedSet, SetType } from './types.js';

/** One, where the type is neither here nor below, as for concatenations, strings and addresses of IPv6. */
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

/** By the type of the keys, as nft's `calculate_delim` has it. */
export function elementsPerLine({ key }: Pick<NamedSet, 'key'>): number {
  const name = typeName(key);
  if (name === undefined) return 1;
  return five.has(name) ? 5 : two.has(name) ? 2 : 1;
}

function typeName(type: SetType): string | undefined {
  return type.kind === 'type' && type.names.length === 1 ? type.names[0] : undefined;
}
