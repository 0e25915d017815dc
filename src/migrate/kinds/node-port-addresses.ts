import { portField } from '../proxy-difference.js';
import { documents, type Kind } from '../kind.js';

export const nodePortAddresses: Kind = {
  id: 'node-port-addresses',
  title: "node ports on addresses other than the node's own IP",
  why: `If \`nodePortAddresses\` is not set, iptables mode answers for node ports on every local address, IPVS mode on every address of an interface, and nftables mode
only on the node's IPs from the Node object. Second network cards, VIPs of keepalived, bridges and tunnels no longer answer.`,
  since: 'nftables mode since 1.31 (before, on the address of each family that kube-proxy detected for the node).',
  remedy: `Set \`nodePortAddresses\` in the KubeProxyConfiguration (or \`--nodeport-addresses\`) to the ranges that must answer, \`["0.0.0.0/0", "::/0"]\` for all.
To see what breaks, set it in the old mode first.`,
  sources: [documents.modes, documents.configuration],
  applies: ({ place, impact }) =>
    impact !== 'changes' &&
    place?.use === 'port' &&
    place.claim.kind === 'nodePort' &&
    (place.on === 'other' || place.on === 'nodeIP'),
  field: (port) => portField(port, 'nodePort'),
};
