import { haveSameEndpoints, haveSameOutcomes } from '../../compare/fates.js';
import { sourceSeen } from '../../compare/impact.js';
import type { Reach } from '../../compare/outcomes.js';
import { documents, type Kind } from '../kind.js';

export const hairpinOtherNodes: Kind = {
  id: 'hairpin-other-nodes',
  title: 'endpoints of other nodes that reach themselves through this node',
  why: `A Pod that connects to its own Service may be sent back to itself. The answer comes back only if the node replaces the Pod's source address with its own (masquerade). For endpoints
on this node every mode does. For endpoints with another node as \`nodeName\`, iptables mode does; IPVS mode, and nftables mode since 1.36, do not.`,
  since: 'nftables mode since 1.36; IPVS mode, all versions.',
  remedy: `Nothing in a usual cluster, because the packets of such a Pod are translated on its own node. It matters if you write EndpointSlices by hand with a wrong or missing \`nodeName\`, or if
kube-proxy does not recognise its Pods as local. Set \`nodeName\`.`,
  sources: [documents.kep, 'https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/proxy/nftables/proxier.go'],
  applies: ({ before, after, packets }) => {
    const source = packets[0]?.source;
    if (source === undefined || packets.some((one) => one.source?.text !== source.text)) return false;
    const goesElsewhere = ({ address }: Reach): boolean => address !== source.text;
    return haveSameEndpoints(before, after) && haveSameOutcomes(before, after, goesElsewhere);
  },
  sentence: ({ before }) =>
    sourceSeen(before) === 'client'
      ? 'Endpoints of other nodes that reach themselves through this node get answers: they now see its address'
      : 'Endpoints of other nodes that reach themselves through this node get no answer: they now see their own address',
};
