import { documents, type Kind } from '../kind.js';

export const sessionAffinity: Kind = {
  id: 'session-affinity',
  title: 'how long clients stay with their endpoint',
  why: `\`sessionAffinity: ClientIP\` is kept in lists of recent clients (iptables), in connection templates (IPVS) or in sets with timeouts (nftables). These records are lost
at the switch: each client is sent to an endpoint chosen anew. After the switch, clients stay for the time that the report shows.`,
  since: 'All versions.',
  remedy:
    'Set `sessionAffinityConfig.clientIP.timeoutSeconds` if it is missing. Store long sessions outside the endpoint, or switch node by node at a quiet hour.',
  sources: ['https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity', documents.kep],
  applies: ({ before, after }) => before.affinity !== after.affinity,
  field: () => ['spec', 'sessionAffinity'],
};
