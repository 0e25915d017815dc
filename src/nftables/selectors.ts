/** The selectors of nft's language: the words of header fields, and how many words belong together. */

const ports = ['sport', 'dport'];
const network = ['saddr', 'daddr'];

/** Header fields by protocol, from nft(8). */
const fields: Readonly<Record<string, readonly string[]>> = {
  ether: [...network, 'type'],
  vlan: ['id', 'dei', 'cfi', 'pcp', 'type'],
  arp: ['htype', 'ptype', 'hlen', 'plen', 'operation'],
  ip: [
    ...network,
    'version',
    'hdrlength',
    'dscp',
    'ecn',
    'length',
    'id',
    'frag-off',
    'ttl',
    'protocol',
    'checksum',
    'tos',
  ],
  icmp: ['type', 'code', 'checksum', 'id', 'sequence', 'gateway', 'mtu'],
  igmp: ['type', 'checksum', 'mrt', 'group'],
  ip6: [...network, 'version', 'dscp', 'ecn', 'flowlabel', 'length', 'nexthdr', 'hoplimit'],
  icmpv6: [
    'type',
    'code',
    'checksum',
    'parameter-problem',
    'packet-too-big',
    'id',
    'sequence',
    'max-delay',
    'taddr',
    'daddr',
  ],
  tcp: [...ports, 'sequence', 'ackseq', 'doff', 'reserved', 'flags', 'window', 'checksum', 'urgptr'],
  udp: [...ports, 'length', 'checksum'],
  udplite: [...ports, 'checksum', 'csumcov'],
  sctp: [...ports, 'vtag', 'checksum'],
  dccp: [...ports, 'type'],
  ah: ['nexthdr', 'hdrlength', 'reserved', 'spi', 'sequence'],
  esp: ['spi', 'sequence'],
  comp: ['nexthdr', 'flags', 'cpi'],
  th: [...ports, 'checksum', 'length', 'vtag'],
  gre: ['flags', 'version', 'protocol'],
  vxlan: ['vni', 'flags'],
  geneve: ['vni', 'type'],
  hbh: ['nexthdr', 'hdrlength'],
  dst: ['nexthdr', 'hdrlength'],
  mh: ['nexthdr', 'hdrlength', 'type', 'reserved', 'checksum'],
  frag: ['nexthdr', 'reserved', 'frag-off', 'reserved2', 'more-fragments', 'id'],
  srh: ['last-entry', 'flags', 'tag', 'seg-left'],
};

const fieldsOf: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(fields).map(([protocol, names]) => [protocol, new Set(names)]),
);

/** Whether `protocol field` is a header field. */
export function isField(protocol: string, field: string): boolean {
  return fieldsOf.get(protocol)?.has(field) === true;
}

/** Headers within a tunnel: `vxlan ip saddr`. */
export const tunnels: ReadonlySet<string> = new Set(['vxlan', 'geneve', 'gre', 'gretap']);

/** Keys of `meta` that may be written without the word `meta`. */
export const bareMetaKeys: ReadonlySet<string> = new Set([
  'mark',
  'iif',
  'iifname',
  'iiftype',
  'oif',
  'oifname',
  'oiftype',
  'iifgroup',
  'oifgroup',
  'skuid',
  'skgid',
  'nftrace',
  'rtclassid',
  'ibrname',
  'obrname',
  'ibriport',
  'obriport',
  'pkttype',
  'cpu',
  'cgroup',
]);

/** Keys of `meta`, from nft(8). */
export const metaKeys: ReadonlySet<string> = new Set([
  ...bareMetaKeys,
  'length',
  'nfproto',
  'l4proto',
  'protocol',
  'priority',
  'random',
  'secmark',
  'secpath',
  'ipsec',
  'iifkind',
  'oifkind',
  'ibrvproto',
  'ibrpvid',
  'ibrhwaddr',
  'time',
  'day',
  'hour',
  'sdif',
  'sdifname',
  'broute',
]);

/** Keys of `ct` that need no direction. */
export const ctKeys: ReadonlySet<string> = new Set([
  'state',
  'direction',
  'status',
  'mark',
  'secmark',
  'expiration',
  'helper',
  'label',
  'l3proto',
  'protocol',
  'proto-src',
  'proto-dst',
  'bytes',
  'packets',
  'avgpkt',
  'zone',
  'id',
  'event',
]);

/** Keys of `ct original` and `ct reply`. */
export const ctDirectedKeys: ReadonlySet<string> = new Set([
  ...network,
  'l3proto',
  'protocol',
  'proto-src',
  'proto-dst',
  'bytes',
  'packets',
  'avgpkt',
  'zone',
]);

/** IPv6 extension headers, for `exthdr … exists`. */
export const extensionHeaders: ReadonlySet<string> = new Set([
  'hbh',
  'frag',
  'dst',
  'mh',
  'srh',
  'rt',
  'rt0',
  'rt2',
  'rt4',
]);
