import type { Claim } from '../../compare/claims.js';
import { documents, type RemarkKind } from '../kind.js';
import type { ProxySide } from '../proxy-side.js';

export const arp: RemarkKind = {
  id: 'arp',
  title: 'who answers ARP for load-balancer and external IPs',
  why: `IPVS mode puts load-balancer and external IPs on kube-ipvs0, and Linux answers ARP (and neighbour discovery) for every address of the node. So all nodes answer, unless \`strictARP\` is set.
The other modes do not add these addresses to nodes; only the load balancer answers.`,
  since: 'IPVS mode, all versions.',
  remedy: `When you move to IPVS mode, set \`ipvs.strictARP: true\` if a load balancer such as MetalLB answers ARP. When you move away from it, make sure that a load balancer or router sends the addresses to nodes:
if only the ARP answers of the nodes did, clients no longer reach them.`,
  sources: [documents.configuration, 'https://metallb.io/installation/#preparation'],
  find: (before, after, claims) => {
    const [was, is] = [answeredBy(before, claims), answeredBy(after, claims)];
    const lost = [...was].filter((owner) => !is.has(owner));
    const gained = [...is].filter((owner) => !was.has(owner));
    if (lost.length + gained.length === 0) return undefined;
    return {
      impact: 'changes',
      services: lost.length > 0 ? lost : gained,
      sentence:
        lost.length > 0
          ? 'Nodes no longer answer ARP for load-balancer and external IPs'
          : 'Every node answers ARP for load-balancer and external IPs',
    };
  },
};

function answeredBy({ node }: ProxySide, claims: readonly Claim[]): ReadonlySet<string> {
  if (node.completed?.options.configuration.ipvs.strictARP === true) return new Set();
  const bound = new Set(node.families.flatMap(({ boundAddresses }) => boundAddresses));
  return new Set(
    claims.flatMap(({ kind, address, owner }) =>
      (kind === 'loadBalancerIP' || kind === 'externalIP') && bound.has(address) ? [owner] : [],
    ),
  );
}
