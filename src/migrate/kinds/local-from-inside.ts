import { differInEndpoints } from '../../compare/fates.js';
import { documents, type Kind } from '../kind.js';
import { knownEndpoints, servicePortOf } from '../proxy-difference.js';

export const localFromInside: Kind = {
  id: 'local-from-inside',
  title: 'a Local policy for Pods and the node itself',
  why: `\`externalTrafficPolicy: Local\` is about clients outside the cluster. If Pods of the node or the node itself connect to a load-balancer IP, an external IP or a node port, iptables mode and nftables mode use all
endpoints, as for the cluster IP. IPVS mode has one virtual server for all clients, and it contains only the endpoints of the node.`,
  since: 'All versions.',
  remedy:
    'Nothing, unless Pods must be served on their own node: then use `internalTrafficPolicy: Local` and the cluster IP. Inside the cluster, the cluster IP is the better address anyway.',
  sources: ['https://kubernetes.io/docs/reference/networking/virtual-ips/#external-traffic-policy', documents.kep],
  applies: (difference) => {
    const { place, before, after } = difference;
    const isOutsideAddress = place?.use === 'port' && place.claim.kind !== 'clusterIP';
    if (!isOutsideAddress || servicePortOf(difference)?.externalPolicyLocal !== true) return false;
    if (!differInEndpoints(before, after)) return false;
    const local = new Set(
      knownEndpoints(difference)
        .filter(({ isLocal }) => isLocal)
        .map(({ hostPort }) => hostPort),
    );
    const [was, is] = [before, after].map(({ outcomes }) =>
      outcomes.every(({ endpoint }) => endpoint === '' || local.has(endpoint)),
    );
    return was !== is;
  },
  field: () => ['spec', 'externalTrafficPolicy'],
};
