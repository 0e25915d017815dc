/** Maps protocols and ports to one number line: 65,536 numbers for each protocol. */
import { traceProtocols } from '../walk/packet.js';
import { ofPorts, ofProtocols, portSets, transportOr, type PortSet, type Transport } from '../walk/transport.js';

const perProtocol = 65536;
const known = new Map<string, PortSet>();
const mostKnown = 20_000;

/** A set of protocols and ports as ranges of numbers. */
export function portNumbers(transport: Transport): PortSet {
  const before = known.get(transport.key);
  if (before !== undefined) return before;
  if (known.size >= mostKnown) known.clear();
  const ranges = traceProtocols.flatMap((name, index) => transport[name].map((port) => port + index * perProtocol));
  known.set(transport.key, ranges);
  return ranges;
}

/** The inverse. */
export function transportOfNumbers(ranges: PortSet): Transport {
  let transport = ofProtocols([]);
  for (const [index, name] of traceProtocols.entries()) {
    const first = index * perProtocol;
    const own = portSets.intersect(ranges, [first, first + perProtocol - 1]);
    if (own.length === 0) continue;
    const ports = portSets.of(portSets.pairs(own).map(([from, to]) => [from - first, to - first] as const));
    transport = transportOr(transport, name === 'icmp' ? ofProtocols([name]) : ofPorts(ports, [name]));
  }
  return transport;
}
