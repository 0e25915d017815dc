import { addressSets } from '../../walk/address-set.js';
import type { Packets } from '../../walk/packets.js';
import { documents, type Kind } from '../kind.js';

const loopback: Readonly<Record<Packets['family'], readonly bigint[]>> = {
  ipv4: [127n << 24n, (128n << 24n) - 1n],
  ipv6: [1n, 1n],
};

export const oddSources: Kind = {
  id: 'odd-sources',
  title: 'packets with a source address that no client has',
  why: `A packet can have a loopback address, an address of a Service, or its own destination Pod as its source. In IPVS mode the addresses of Services are on the node, and the kernel drops packets that
arrive from its own addresses. IPVS sends nothing from a loopback address to another host, and masquerades packets from an endpoint to itself. The other modes do not check such sources.`,
  since: 'IPVS mode, all versions.',
  remedy:
    'Nothing: ordinary clients do not send such packets. If a process of the node binds to 127.0.0.1 and connects to a cluster IP, let it bind to no address, so that the kernel chooses one.',
  sources: [documents.virtualIPs],
  impact: 'changes',
  isOfNoService: true,
  applies: ({ packets, bound }) =>
    packets.every((one) => {
      const odd = addressSets.union(loopback[one.family], one.isFromNode ? addressSets.none : bound);
      return addressSets.subtract(one.sources, odd).length === 0 || isToItself(one);
    }),
  sentence: () =>
    'Packets from loopback addresses, from addresses of Services and from an address to itself are treated differently',
};

function isToItself({ source, destination, isFromNode }: Packets): boolean {
  return !isFromNode && source !== undefined && source.text === destination?.text;
}
