import { documents, type Kind } from '../kind.js';

export const clusterIPUnusedPorts: Kind = {
  id: 'cluster-ip-unused-ports',
  title: 'ports of cluster IPs that no Service has',
  why: `iptables mode has no rule for them: packets are routed on, usually out of the node, and the client waits for its timeout. nftables mode and IPVS mode reject them, so that
clients fail at once.`,
  since: 'nftables mode, all versions; IPVS mode since 1.26.',
  remedy: `Usually better than before. A client that has a wrong port configured now gets "connection refused" where it got a timeout: alerts and retries may look different.`,
  sources: [documents.modes, documents.kep],
  applies: ({ place }) => place?.use === 'unusedPort' && place.claim.kind === 'clusterIP',
};
