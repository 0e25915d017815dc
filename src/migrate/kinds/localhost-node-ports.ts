import { portField } from '../proxy-difference.js';
import { verdictWords } from '../../compare/words.js';
import { documents, type Kind } from '../kind.js';

export const localhostNodePorts: Kind = {
  id: 'localhost-node-ports',
  title: 'node ports on 127.0.0.1',
  why: `In iptables mode kube-proxy sets \`route_localnet\` and answers for node ports on 127.0.0.0/8, unless \`localhostNodePorts\` is off. nftables mode
and IPVS mode never do, because letting packets for loopback addresses out of the node was a security risk ([CVE-2020-8558](https://github.com/kubernetes/kubernetes/issues/92315)).
Connections by processes of the node to \`127.0.0.1:NODEPORT\` are then refused, for example when a container runtime pulls from a registry in the cluster.`,
  since: 'nftables mode, all versions; IPVS mode, all versions; IPv6 never had them.',
  remedy: `Let those processes connect to an address of the node, or to the cluster IP; for a registry, run a host port or a DaemonSet proxy on localhost.
To find them before the switch, set \`iptables.localhostNodePorts: false\` and see what fails. Or watch the metric \`kubeproxy_iptables_localhost_nodeports_accepted_packets_total\` (1.32 and newer).`,
  sources: [documents.modes, documents.kep],
  isOfNode: true,
  applies: ({ place, impact }) =>
    impact !== 'changes' && place?.use === 'port' && place.claim.kind === 'nodePort' && place.on === 'localhost',
  field: (port) => portField(port, 'nodePort'),
  sentence: ({ before, after }) => `Node ports on 127.0.0.1: ${verdictWords(before)} → ${verdictWords(after)}`,
};
