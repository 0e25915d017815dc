import { documents, type Kind } from '../kind.js';

export const clusterIPPings: Kind = {
  id: 'cluster-ip-pings',
  title: 'pings of cluster IPs',
  why: `A cluster IP has no host behind it. iptables mode has rules for its ports only, so a ping leaves the node and times out; nftables mode and IPVS mode reject it
with an ICMP error. Either way, a ping says nothing about the Service.`,
  since: 'nftables mode, all versions; IPVS mode since 1.26 (before, the node itself answered).',
  remedy:
    'Nothing, unless a monitor treats a timeout and an error differently. Let such a monitor connect to a port instead.',
  sources: [documents.kep],
  applies: ({ place }) => place?.use === 'ping' && place.claim.kind === 'clusterIP',
};
