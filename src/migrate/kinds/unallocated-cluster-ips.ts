import { documents, type Kind } from '../kind.js';

export const unallocatedClusterIPs: Kind = {
  id: 'unallocated-cluster-ips',
  title: 'addresses of the service range that no Service has',
  why: `nftables mode drops packets for addresses of the ServiceCIDRs that no Service has, so that they do not leave the node and loop between routers. Other modes have no rule
for them.`,
  since: 'nftables mode since 1.33, if ServiceCIDR objects give the range.',
  remedy: `Nothing, unless the service range overlaps addresses that are used outside the cluster. Those become unreachable: take them out of the range first.`,
  sources: [documents.kep, 'https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/'],
  applies: ({ place }) => place?.use === 'serviceRange',
};
