import { reached } from '../../compare/impact.js';
import { documents, type Kind } from '../kind.js';

export const withoutEndpoints: Kind = {
  id: 'without-endpoints',
  title: 'Services without endpoints fail in another way',
  why: `No endpoint can take the connection, and modes differ in what the client hears: rejected at once, dropped (a timeout), or routed on. It depends on the address that was asked
for (cluster IP, load-balancer IP, node port), and on whether there are endpoints on other nodes only (\`internalTrafficPolicy\` or \`externalTrafficPolicy: Local\`): iptables and nftables mode
then drop, IPVS mode refuses.`,
  since: 'All versions.',
  remedy: `Give the Service endpoints, or leave it: nothing was reached before. Load balancers that tell a refusal from a timeout in health checks may mark nodes sooner or later than before.`,
  sources: [documents.kep],
  applies: ({ before, after, place }) =>
    place?.use === 'port' && reached(before, place) === 0 && reached(after, place) === 0,
  field: () => ['spec', 'selector'],
};
