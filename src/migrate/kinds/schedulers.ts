import { documents, type Kind } from '../kind.js';

export const schedulers: Kind = {
  id: 'schedulers',
  title: 'schedulers of IPVS',
  why: `IPVS mode lets \`ipvs.scheduler\` choose how endpoints are picked: by connections (\`lc\`, \`wlc\`), by a hash of the client (\`sh\`, \`mh\`) … The other modes pick by chance, each endpoint as
likely. What relies on the scheduler, such as clients that always meet the same endpoint by \`sh\`, changes.`,
  since: 'IPVS mode, all versions.',
  remedy:
    'Where a hash of the client was wanted, set `sessionAffinity: ClientIP`. Where load was evened out by connections, let clients reconnect from time to time, or balance above the Service (a proxy, a mesh).',
  sources: ['https://kubernetes.io/docs/reference/networking/virtual-ips/#proxy-mode-ipvs', documents.configuration],
  applies: ({ before, after }) => before.scheduler !== after.scheduler,
};
