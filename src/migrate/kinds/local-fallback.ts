import { documents, type Kind } from '../kind.js';
import { knownEndpoints, servicePortOf } from '../told.js';

export const localFallback: Kind = {
  id: 'local-fallback',
  title: 'a Local policy without endpoints on the node',
  why: `\`externalTrafficPolicy: Local\` sends to endpoints of the node alone. Where the node has none, iptables mode and nftables mode drop; IPVS mode falls back to endpoints of other
nodes, without masquerade: such a connection mostly fails as its answer takes another way, but where the client is in the same network it works.`,
  since: 'IPVS mode, all versions.',
  remedy: `Let load balancers heed the health check node port, which keeps such traffic away from the node; or run the workload on every node that gets traffic; or choose
\`externalTrafficPolicy: Cluster\`.`,
  sources: [documents.kep, 'https://kubernetes.io/docs/reference/networking/virtual-ips/#external-traffic-policy'],
  applies: (told) => {
    const port = servicePortOf(told);
    const isLocal = port?.externalPolicyLocal === true || port?.internalPolicyLocal === true;
    const lacks = knownEndpoints(told).every((one) => !one.isLocal || !one.ready);
    return told.place?.use === 'port' && told.place.on !== 'other' && told.impact !== 'changes' && isLocal && lacks;
  },
  field: ({ externalPolicyLocal }) => ['spec', externalPolicyLocal ? 'externalTrafficPolicy' : 'internalTrafficPolicy'],
};
