import { builtInChains } from './rule-index.js';
import { readServiceChainName } from './service-chain.js';

/** The owner of a chain. `unknown`: custom rules. */
export type ChainOwner = 'kernel' | 'kube-proxy' | 'kubelet' | 'unknown' | ForeignOwner;
export type ForeignOwner = (typeof foreign)[number][1];

/** Owners by prefix of the chain's name; the first match is used. */
const foreign = [
  [/^(?:OLD_)?CILIUM_/, 'Cilium'],
  [/^cali[-:]/, 'Calico'],
  [/^FLANNEL-/, 'Flannel'],
  [/^WEAVE(?:-|$)/, 'Weave Net'],
  [/^ANTREA-/, 'Antrea'],
  [/^KUBE-(?:ROUTER-|NWPLCY-|POD-FW-)/, 'kube-router'],
  [/^(?:CNI-HOSTPORT-|CNI-DN-|CNI-SN-)/, 'CNI portmap'],
  [/^CNI-(?:FORWARD|ADMIN)/, 'CNI firewall'],
  [/^CNI-[0-9a-f]{16,}$/, 'CNI bridge'],
  [/^(?:AWS-SNAT-CHAIN|AWS-CONNMARK-CHAIN)/, 'AWS VPC CNI'],
  [/^IP-MASQ/, 'ip-masq-agent'],
  [/^ISTIO_/, 'Istio'],
  [/^PROXY_INIT_/, 'Linkerd'],
  [/^DOCKER(?:-|$)/, 'Docker'],
  [/^NETAVARK/, 'Podman'],
  [/^LIBVIRT_/, 'libvirt'],
  [/^(?:ufw6?-|ufw6?$)/, 'ufw'],
  [
    /^(?:IN|FWDI|FWDO|FWD|PRE|POST)_|^(?:INPUT|FORWARD|OUTPUT|PREROUTING|POSTROUTING)_(?:direct|(?:IN_|OUT_)?(?:ZONES|POLICIES))|^firewalld/,
    'firewalld',
  ],
  [/^f2b-|^fail2ban/, 'fail2ban'],
  [/^(?:shorewall|dynamic|smurfs|logdrop|logreject|tcpflags|net2|loc2|fw2|.+2fw)/, 'Shorewall'],
  [/^(?:zone_|input_|output_|forwarding_)/, 'OpenWrt'],
  [/^sshguard$/, 'sshguard'],
  [/^ts-(?:input|forward|postrouting)$/, 'Tailscale'],
  [/^neutron-/, 'OpenStack Neutron'],
  [/^OVN-KUBE/, 'OVN-Kubernetes'],
] as const satisfies readonly (readonly [RegExp, string])[];

const kubelet: ReadonlySet<string> = new Set([
  'KUBE-KUBELET-CANARY',
  'KUBE-IPTABLES-HINT',
  'KUBE-HOSTPORTS',
  'KUBE-MARK-DROP',
]);

/** The owner of a chain, by its name. KUBE-FIREWALL is kube-proxy's since 1.24, and was the kubelet's before. */
export function ownerOf(name: string): ChainOwner {
  if (builtInChains.includes(name)) return 'kernel';
  if (kubelet.has(name) || name.startsWith('KUBE-HP-')) return 'kubelet';
  if (knownChains.has(name) || readServiceChainName(name) !== undefined) return 'kube-proxy';
  return foreign.find(([pattern]) => pattern.test(name))?.[1] ?? 'unknown';
}

/** The purpose of chains that are the same on every node, by name. */
const knownChains: ReadonlyMap<string, string> = new Map([
  ['KUBE-SERVICES', 'every address of every Service'],
  ['KUBE-NODEPORTS', 'every node port'],
  ['KUBE-EXTERNAL-SERVICES', 'refuses external addresses and node ports without endpoints'],
  ['KUBE-POSTROUTING', 'masquerades what was marked for it'],
  ['KUBE-MARK-MASQ', 'marks packets for masquerading'],
  ['KUBE-MARK-DROP', 'marks packets to be dropped (kubelet, up to 1.27)'],
  ['KUBE-FORWARD', 'lets Service traffic be forwarded, drops what conntrack cannot place'],
  ['KUBE-FIREWALL', 'drops what reaches 127.0.0.0/8 from outside, and packets marked to be dropped'],
  ['KUBE-PROXY-FIREWALL', 'drops what loadBalancerSourceRanges did not let through'],
  ['KUBE-PROXY-CANARY', 'empty: its absence tells kube-proxy that somebody flushed the tables'],
  ['KUBE-KUBELET-CANARY', 'empty: its absence tells the kubelet that somebody flushed the tables'],
  ['KUBE-IPTABLES-HINT', 'empty: tells others which iptables backend the kubelet uses (KEP-3178)'],
  ['KUBE-HOSTPORTS', 'hostPorts of Pods'],
  ['KUBE-NODE-PORT', 'node ports in IPVS mode'],
  ['KUBE-LOAD-BALANCER', 'load-balancer addresses in IPVS mode'],
  ['KUBE-SOURCE-RANGES-FIREWALL', 'lets loadBalancerSourceRanges through in IPVS mode'],
  ['KUBE-IPVS-FILTER', "keeps Service addresses from the node's own ports in IPVS mode"],
  ['KUBE-IPVS-OUT-FILTER', 'keeps the node from load balancers that do not admit it, in IPVS mode'],
  ['KUBE-PORTALS-CONTAINER', 'cluster IPs for Pods in userspace mode (1.25 and older)'],
  ['KUBE-PORTALS-HOST', 'cluster IPs for the node in userspace mode (1.25 and older)'],
  ['KUBE-NODEPORT-CONTAINER', 'node ports for Pods in userspace mode (1.25 and older)'],
  ['KUBE-NODEPORT-HOST', 'node ports for the node in userspace mode (1.25 and older)'],
  ['KUBE-NODEPORT-NON-LOCAL', 'node ports that Pods on other nodes may not use, in userspace mode (1.25 and older)'],
]);

/** The purpose of a chain that is the same on every node; undefined for others. */
export function knownChainWords(name: string): string | undefined {
  return knownChains.get(name);
}

const hooks: Readonly<Record<string, string>> = {
  PREROUTING: 'what has just come in, before it is routed',
  INPUT: 'what goes to this node itself',
  FORWARD: 'what is passed on to another machine or a Pod',
  OUTPUT: 'what this node itself sends',
  POSTROUTING: 'what is about to leave, after it was routed',
};

/** The packets that traverse a built-in chain. */
export function hookWords(name: string): string | undefined {
  return Object.hasOwn(hooks, name) ? hooks[name] : undefined;
}
