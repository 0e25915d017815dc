import { reached } from '../../compare/impact.js';
import { documents, type Kind } from '../kind.js';

export const withoutEndpoints: Kind = {
  id: 'without-endpoints',
  title: 'Services without endpoints fail in another way',
  why: `No endpoint can accept the connection, and the modes differ in what happens then: packets are rejected, dropped (a timeout) or routed unchanged. This depends on the destination
(cluster IP, load-balancer IP, node port). It also depends on whether there are endpoints on other nodes only (\`internalTrafficPolicy\` or \`externalTrafficPolicy: Local\`): then iptables and nftables mode
drop, and IPVS mode rejects.`,
  since: 'All versions.',
  remedy: `Give the Service endpoints, or do nothing: it did not work before either. If the health checks of a load balancer treat rejection and timeout differently, it may mark nodes sooner or later than before.`,
  sources: [documents.kep],
  applies: ({ before, after, place }) =>
    place?.use === 'port' && reached(before, place) === 0 && reached(after, place) === 0,
  field: () => ['spec', 'selector'],
};
