import { documents, type Kind } from '../kind.js';

export const schedulers: Kind = {
  id: 'schedulers',
  title: 'schedulers of IPVS',
  why: `IPVS mode lets \`ipvs.scheduler\` choose how endpoints are picked: by connections (\`lc\`, \`wlc\`), by a hash of the client (\`sh\`, \`mh\`) … The other modes pick at random, in equal
shares. Whatever relies on the scheduler changes, for example clients that always reach the same endpoint with \`sh\`.`,
  since: 'IPVS mode, all versions.',
  remedy:
    'If you used a hash of the client, set `sessionAffinity: ClientIP`. If you balanced by connections, let clients reconnect from time to time, or balance in front of the Service (a proxy, a mesh).',
  sources: ['https://kubernetes.io/docs/reference/networking/virtual-ips/#proxy-mode-ipvs', documents.configuration],
  applies: ({ before, after }) => before.scheduler !== after.scheduler,
};
