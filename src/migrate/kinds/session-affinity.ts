import { documents, type Kind } from '../kind.js';

export const sessionAffinity: Kind = {
  id: 'session-affinity',
  title: 'how long clients stay with their endpoint',
  why: `\`sessionAffinity: ClientIP\` is kept in lists of recent clients (iptables), in connection templates (IPVS) or in sets with timeouts (nftables). What each of them remembers is lost
at the switch: every client is sent to some endpoint anew. After it, clients stay for the time told here.`,
  since: 'All versions.',
  remedy:
    'Set `sessionAffinityConfig.clientIP.timeoutSeconds` where it is missing; move long sessions out of the endpoint, or switch node by node at a quiet hour.',
  sources: ['https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity', documents.kep],
  applies: ({ before, after }) => before.affinity !== after.affinity,
  field: () => ['spec', 'sessionAffinity'],
};
