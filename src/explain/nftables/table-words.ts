/** Describes the purpose of tables, chains, sets and maps. */
import { isIptablesTable } from '../../nftables/services/iptables-nft.js';
import { isKubeProxyTable } from '../../nftables/services/kube-proxy-table.js';
import type { BaseChain, Table } from '../../nftables/types.js';
import { hookWords, ownerOf } from '../rules/chain-owners.js';

/** The owners of tables, by the names that programs use. */
const owners: readonly (readonly [pattern: RegExp, owner: string])[] = [
  [/^firewalld$/, 'firewalld'],
  [/^fw4$/, 'OpenWrt'],
  [/^(?:f2b-|fail2ban)/, 'fail2ban'],
  [/^calico$/, 'Calico'],
  [/^cni_hostport$/, 'CNI portmap'],
  [/^cni_plugins_masquerade$/, 'CNI plugins'],
  [/^netavark$/, 'Podman'],
  [/^libvirt_network$/, 'libvirt'],
  [/^docker-bridges$/, 'Docker'],
  [/^flannel-ipv[46]$/, 'Flannel'],
  [/^kube-network-policies$/, 'kube-network-policies'],
  [/^kindnet/, 'kindnet'],
  [/^(?:ip-masq-agent)/, 'ip-masq-agent'],
  [/^incus|^lxd/, 'Incus'],
  [/^sshguard$/, 'sshguard'],
];

/** The owner of a chain in this table; `unknown`: custom rules. */
export function ownerOfChain(table: Pick<Table, 'family' | 'name'>, chain: string): string {
  if (isKubeProxyTable(table)) return 'kube-proxy';
  const byTable = owners.find(([pattern]) => pattern.test(table.name))?.[1];
  if (byTable !== undefined) return byTable;
  const byChain = ownerOf(chain);
  return byChain === 'kernel' && !isIptablesTable(table) ? 'unknown' : byChain;
}

/** The chains of kube-proxy's table that are the same on every node. */
const ofKubeProxy: ReadonlyMap<string, string> = new Map([
  ['services', 'every address of every Service'],
  ['masquerading', 'masquerades marked packets, and Pods that reach themselves'],
  ['mark-for-masquerade', 'marks packets for masquerading'],
  ['firewall-check', 'drops packets that loadBalancerSourceRanges do not admit'],
  ['service-endpoints-check', 'rejects or drops packets to Services without endpoints'],
  ['nodeport-endpoints-check', 'rejects or drops packets to node ports without endpoints'],
  ['cluster-ips-check', 'rejects packets to a cluster IP at a port that no Service has'],
  ['reject-chain', 'rejects packets; maps lead here'],
  ['nat-prerouting', 'Services for incoming packets'],
  ['nat-output', 'Services for packets that this node itself sends'],
  ['nat-postrouting', 'masquerading'],
]);

export function kubeProxyChainWords(name: string): string | undefined {
  return ofKubeProxy.get(name);
}

/** `prerouting at priority dstnat - 10: what has just come in, before it is routed`. */
export function baseWords({ hook, priority, type, devices }: BaseChain): string {
  const { name, offset } = priority;
  const number =
    name === undefined ? String(offset) : offset === 0 ? name : `${name} ${offset < 0 ? '-' : '+'} ${Math.abs(offset)}`;
  const seen = devices === undefined ? (hookWords(hook.toUpperCase()) ?? '') : 'packets of a network card';
  return `${type} rules for hook ${hook} at priority ${number}${seen === '' ? '' : `: ${seen}`}`;
}
