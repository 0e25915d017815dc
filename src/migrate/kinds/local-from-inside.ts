import { differInEndpoints } from '../../compare/fates.js';
import { endpointsOf } from '../../compare/impact.js';
import { documents, type Kind } from '../kind.js';
import { knownEndpoints, servicePortOf } from '../told.js';

export const localFromInside: Kind = {
  id: 'local-from-inside',
  title: 'a Local policy for Pods and the node itself',
  why: `\`externalTrafficPolicy: Local\` is about clients outside the cluster. What Pods of the node and the node itself send to a load-balancer IP, an external IP or a node port goes to all
endpoints in iptables mode and nftables mode, as if they had asked for the cluster IP. IPVS mode has one virtual server for all clients, which holds the endpoints of the node alone.`,
  since: 'All versions.',
  remedy:
    'Nothing, unless something counts on Pods being served on their own node: say so with `internalTrafficPolicy: Local` and the cluster IP. Inside the cluster, the cluster IP is the better address anyway.',
  sources: ['https://kubernetes.io/docs/reference/networking/virtual-ips/#external-traffic-policy', documents.kep],
  applies: (told) => {
    const { place, before, after } = told;
    const isOutsideAddress = place?.use === 'port' && place.claim.kind !== 'clusterIP';
    if (!isOutsideAddress || servicePortOf(told)?.externalPolicyLocal !== true) return false;
    if (!differInEndpoints(before, after)) return false;
    const local = new Set(
      knownEndpoints(told)
        .filter(({ isLocal }) => isLocal)
        .map(({ hostPort }) => hostPort),
    );
    const [was, is] = [before, after].map((fate) => [...endpointsOf(fate).keys()].every((to) => local.has(to)));
    return was !== is;
  },
  field: () => ['spec', 'externalTrafficPolicy'],
};
