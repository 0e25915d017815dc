/** Names of IP protocols, whichever /etc/protocols the machine had. */

/** Debian's, which is how iptables-save names protocol numbers there. */
export const savedProtocols: readonly (readonly [number, string])[] = [
  [1, 'icmp'], [2, 'igmp'], [3, 'ggp'], [4, 'ipencap'], [5, 'st'], [6, 'tcp'], [8, 'egp'], [9, 'igp'], [12, 'pup'], [17, 'udp'], [20, 'hmp'],
  [22, 'xns-idp'], [27, 'rdp'], [29, 'iso-tp4'], [33, 'dccp'], [36, 'xtp'], [37, 'ddp'], [38, 'idpr-cmtp'], [41, 'ipv6'], [43, 'ipv6-route'],
  [44, 'ipv6-frag'], [45, 'idrp'], [46, 'rsvp'], [47, 'gre'], [50, 'esp'], [51, 'ah'], [57, 'skip'], [58, 'ipv6-icmp'], [59, 'ipv6-nonxt'],
  [60, 'ipv6-opts'], [73, 'rspf'], [81, 'vmtp'], [88, 'eigrp'], [89, 'ospf'], [93, 'ax.25'], [94, 'ipip'], [97, 'etherip'], [98, 'encap'],
  [103, 'pim'], [108, 'ipcomp'], [112, 'vrrp'], [115, 'l2tp'], [124, 'isis'], [132, 'sctp'], [133, 'fc'], [135, 'mobility-header'],
  [136, 'udplite'], [137, 'mpls-in-ip'], [138, 'manet'], [139, 'hip'], [140, 'shim6'], [141, 'wesp'], [142, 'rohc'], [143, 'ethernet'],
];

/**
 * What others call them: IANA's registry of protocol numbers (which Fedora's, Alpine's and Arch's /etc/protocols follow), the BSDs, and
 * iptables itself. 0 stands for every protocol.
 */
export const otherProtocols: ReadonlyMap<string, number> = new Map([
  ['all', 0], ['ip', 0], ['hopopt', 0], ['ipv4', 4], ['ip-encap', 4], ['cbt', 7], ['bbn-rcc-mon', 10], ['bbn-rcc', 10], ['nvp-ii', 11], ['nvp', 11], ['argus', 13],
  ['emcon', 14], ['xnet', 15], ['chaos', 16], ['mux', 18], ['dcn-meas', 19], ['dcn', 19], ['prm', 21], ['trunk-1', 23], ['trunk-2', 24], ['leaf-1', 25], ['leaf-2', 26],
  ['irtp', 28], ['netblt', 30], ['mfe-nsp', 31], ['merit-inp', 32], ['3pc', 34], ['idpr', 35], ['tp++', 39], ['il', 40], ['sdrp', 42],
  ['dsr', 48], ['mhrp', 48], ['bna', 49], ['ipsec-esp', 50], ['ipv6-crypt', 50], ['ipsec-ah', 51], ['ipv6-auth', 51], ['i-nlsp', 52], ['swipe', 53], ['narp', 54],
  ['mobile', 55], ['min-ipv4', 55], ['tlsp', 56], ['icmpv6', 58], ['icmp6', 58], ['cftp', 62], ['sat-expak', 64], ['kryptolan', 65], ['rvd', 66], ['ippc', 67],
  ['sat-mon', 69], ['visa', 70], ['ipcv', 71], ['ipcu', 71], ['cpnx', 72], ['cphb', 73], ['wsn', 74], ['pvp', 75], ['br-sat-mon', 76], ['sun-nd', 77],
  ['wb-mon', 78], ['wb-expak', 79], ['iso-ip', 80], ['secure-vmtp', 82], ['vines', 83], ['ttp', 84], ['iptm', 84], ['nsfnet-igp', 85], ['dgp', 86], ['tcf', 87],
  ['ospfigp', 89], ['sprite-rpc', 90], ['larp', 91], ['mtp', 92], ['micp', 95], ['scc-sp', 96], ['gmtp', 100], ['ifmp', 101], ['pnni', 102], ['aris', 104],
  ['scps', 105], ['qnx', 106], ['a/n', 107], ['snp', 109], ['compaq-peer', 110], ['ipx-in-ip', 111], ['carp', 112], ['pgm', 113], ['ddx', 116], ['iatp', 117],
  ['stp', 118], ['srp', 119], ['uti', 120], ['smp', 121], ['sm', 122], ['ptp', 123], ['fire', 125], ['crtp', 126], ['crudp', 127], ['sscopmce', 128],
  ['iplt', 129], ['sps', 130], ['pipe', 131], ['rsvp-e2e-ignore', 134], ['mh', 135], ['ipv6-mh', 135], ['udp-lite', 136], ['pfsync', 240],
  ['aggfrag', 144], ['nsh', 145],
]);
