import { builtInChains } from './rule-index.js';
import { readServiceChainName } from './service-chain.js';

/** The owner of a chain. `unknown`: custom rules. */
type ChainOwner = 'kernel' | 'kube-proxy' | 'kubelet' | 'unknown' | ForeignOwner;
type ForeignOwner = (typeof foreign)[number][1];

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
  ['KUBE-EXTERNAL-SERVICES', 'rejects external addresses and node ports without endpoints'],
  ['KUBE-POSTROUTING', 'masquerades marked packets'],
  ['KUBE-MARK-MASQ', 'marks packets for masquerading'],
  ['KUBE-MARK-DROP', 'marks packets for dropping (kubelet, up to 1.27)'],
  ['KUBE-FORWARD', 'accepts forwarded Service traffic, drops packets that conntrack cannot assign'],
  ['KUBE-FIREWALL', 'drops packets to 127.0.0.0/8 from outside, and packets marked for dropping'],
  ['KUBE-PROXY-FIREWALL', 'drops packets that loadBalancerSourceRanges did not admit'],
  ['KUBE-PROXY-CANARY', 'empty: if it is missing, kube-proxy knows that the tables were flushed'],
  ['KUBE-KUBELET-CANARY', 'empty: if it is missing, the kubelet knows that the tables were flushed'],
  ['KUBE-IPTABLES-HINT', 'empty: shows other programs which iptables backend the kubelet uses (KEP-3178)'],
  ['KUBE-HOSTPORTS', 'hostPorts of Pods'],
  ['KUBE-NODE-PORT', 'node ports in IPVS mode'],
  ['KUBE-LOAD-BALANCER', 'load-balancer addresses in IPVS mode'],
  ['KUBE-SOURCE-RANGES-FIREWALL', 'accepts loadBalancerSourceRanges in IPVS mode'],
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
  PREROUTING: 'packets that have just arrived, before routing',
  INPUT: 'packets to this node itself',
  FORWARD: 'packets forwarded to another machine or a Pod',
  OUTPUT: 'packets that this node itself sends',
  POSTROUTING: 'packets about to leave, after routing',
};

/** The packets that traverse a built-in chain. */
export function hookWords(name: string): string | undefined {
  return Object.hasOwn(hooks, name) ? hooks[name] : undefined;
}
