import { documents, type Kind } from '../kind.js';

export const externalIPOtherTraffic: Kind = {
  id: 'external-ip-other-traffic',
  title: 'pings and unused ports of load-balancer and external IPs',
  why: `IPVS mode puts load-balancer and external IPs on an interface of the node (kube-ipvs0). Every node then accepts packets for them as its own, and rejects those for ports that the
Service does not have. iptables mode and nftables mode do not add the addresses to the node, and route such packets unchanged.`,
  since: 'IPVS mode, all versions.',
  remedy: 'If something else listens on another port of that address, check that Pods and nodes still reach it.',
  sources: [documents.kep],
  applies: ({ place }) => (place?.use === 'ping' || place?.use === 'unusedPort') && place.claim.kind !== 'clusterIP',
};
