import { sourceSeen } from '../../compare/impact.js';
import { documents, type Kind } from '../kind.js';

export const sourceAddress: Kind = {
  id: 'source-address',
  title: 'endpoints see another source address',
  why: `kube-proxy puts the node's address in place of the client's where answers would not come back otherwise, and where it is told to (\`masqueradeAll\`). Each mode has a section of its
own for that: \`iptables.masqueradeAll\` and \`iptables.masqueradeBit\` do not count in nftables mode, which reads \`nftables.masqueradeAll\` and \`nftables.masqueradeBit\`. The modes also differ for traffic
that the node itself sends.`,
  since: 'The section of nftables mode since 1.29.',
  remedy:
    'Copy `masqueradeAll` and `masqueradeBit` to the section of the new mode, and check NetworkPolicies, allow lists and logs that go by the source address.',
  sources: [documents.configuration, documents.kep],
  applies: ({ before, after, impact }) => impact === 'changes' && sourceSeen(before) !== sourceSeen(after),
};
