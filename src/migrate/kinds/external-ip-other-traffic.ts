import { documents, type Kind } from '../kind.js';

export const externalIPOtherTraffic: Kind = {
  id: 'external-ip-other-traffic',
  title: 'pings and unused ports of load-balancer and external IPs',
  why: `IPVS mode puts load-balancer and external IPs on an interface of the node (kube-ipvs0): every node takes packets for them as its own, and rejects what is for none of
the Service's ports. iptables mode and nftables mode leave the addresses to the load balancer, and route such packets on.`,
  since: 'IPVS mode, all versions.',
  remedy:
    'Where something else listens on that address, on another port, check that it is reached from Pods and nodes.',
  sources: [documents.kep],
  applies: ({ place }) => (place?.use === 'ping' || place?.use === 'unusedPort') && place.claim.kind !== 'clusterIP',
};
