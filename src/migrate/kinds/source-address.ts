import { sourceSeen } from '../../compare/impact.js';
import { documents, type Kind } from '../kind.js';

export const sourceAddress: Kind = {
  id: 'source-address',
  title: 'endpoints see another source address',
  why: `kube-proxy replaces the client's address with the node's if answers would not come back otherwise, and for all traffic if \`masqueradeAll\` is set. Each mode has its own section in the
configuration: nftables mode reads \`nftables.masqueradeAll\` and \`nftables.masqueradeBit\`, and ignores \`iptables.masqueradeAll\` and \`iptables.masqueradeBit\`. The modes also differ for traffic
that the node itself sends.`,
  since: 'The section of nftables mode since 1.29.',
  remedy:
    'Copy `masqueradeAll` and `masqueradeBit` to the section of the new mode, and check NetworkPolicies, allow lists and logs that use the source address.',
  sources: [documents.configuration, documents.kep],
  applies: ({ before, after, impact }) => impact === 'changes' && sourceSeen(before) !== sourceSeen(after),
};
