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
  why: `Packets may claim to come from a loopback address, from an address of a Service, or from the very Pod that they are for. IPVS mode has the addresses of Services on the node, whose kernel drops what
comes in from its own addresses; IPVS sends nothing from a loopback address to another host, and masquerades what comes from an endpoint to itself. The other modes do not look at such sources.`,
  since: 'IPVS mode, all versions.',
  remedy:
    'Nothing: no ordinary client sends such packets. A process of the node that binds to 127.0.0.1 and connects to a cluster IP should bind to no address, so that the kernel chooses one.',
  sources: [documents.virtualIPs],
  impact: 'changes',
  isOfNoService: true,
  applies: ({ packets, bound }) =>
    packets.every((one) => {
      const odd = addressSets.union(loopback[one.family], one.isFromNode ? addressSets.none : bound);
      return addressSets.subtract(one.sources, odd).length === 0 || isToItself(one);
    }),
  sentence: () =>
    'Packets from loopback addresses, from addresses of Services and from an address to itself fare differently',
};

function isToItself({ source, destination, isFromNode }: Packets): boolean {
  return !isFromNode && source !== undefined && source.text === destination?.text;
}
