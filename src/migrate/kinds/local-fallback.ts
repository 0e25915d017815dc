import { documents, type Kind } from '../kind.js';
import { knownEndpoints, servicePortOf } from '../proxy-difference.js';

export const localFallback: Kind = {
  id: 'local-fallback',
  title: 'a Local policy without endpoints on the node',
  why: `\`externalTrafficPolicy: Local\` sends only to endpoints of the node. If the node has none, iptables mode and nftables mode drop the packets. IPVS mode falls back to endpoints of other
nodes, without masquerade. Such a connection usually fails because the answer takes another way; it works if the client is in the same network.`,
  since: 'IPVS mode, all versions.',
  remedy: `Configure load balancers to use the health check node port, which keeps such traffic away from the node. Or run the workload on every node that gets traffic, or choose
\`externalTrafficPolicy: Cluster\`.`,
  sources: [documents.kep, 'https://kubernetes.io/docs/reference/networking/virtual-ips/#external-traffic-policy'],
  applies: (difference) => {
    const port = servicePortOf(difference);
    const isLocal = port?.externalPolicyLocal === true || port?.internalPolicyLocal === true;
    const lacks = knownEndpoints(difference).every((one) => !one.isLocal || !one.ready);
    return (
      difference.place?.use === 'port' &&
      difference.place.on !== 'other' &&
      difference.impact !== 'changes' &&
      isLocal &&
      lacks
    );
  },
  field: ({ externalPolicyLocal }) => ['spec', externalPolicyLocal ? 'externalTrafficPolicy' : 'internalTrafficPolicy'],
};
