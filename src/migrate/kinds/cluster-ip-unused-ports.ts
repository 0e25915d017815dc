import { documents, type Kind } from '../kind.js';

export const clusterIPUnusedPorts: Kind = {
  id: 'cluster-ip-unused-ports',
  title: 'ports of cluster IPs that no Service has',
  why: `iptables mode has no rule for them: packets are routed unchanged, usually out of the node, and the client times out. nftables mode and IPVS mode reject them, so
clients fail at once.`,
  since: 'nftables mode, all versions; IPVS mode since 1.26.',
  remedy: `Nothing; usually this is an improvement. A client that is configured with a wrong port now gets "connection refused" instead of a timeout, so alerts and retries may look different.`,
  sources: [documents.modes, documents.kep],
  applies: ({ place }) => place?.use === 'unusedPort' && place.claim.kind === 'clusterIP',
};
