/**
 * Tests of a single field of the packet. They answer if the field has one value (in the set, or set on the way);
 * otherwise they split the set.
 */
import type { TraceAddress } from './address.js';
import { addressSets, type AddressSet } from './address-set.js';
import type { Parting } from './doubt.js';
import { allOrNone, partNames } from './interfaces.js';
import { traceProtocols, type TraceProtocol } from './packet.js';
import type { Packets } from './packets.js';
import type { WalkState } from './types.js';
import {
  destinationsAnd,
  destinationsWithout,
  ofProtocols,
  portSets,
  protocolsWithPort,
  type Destinations,
  type PortSet,
  type Transport,
} from './transport.js';

/** Whether the current source is in the set. */
export function sourceIn(state: WalkState, set: AddressSet): boolean | Parting {
  return state.source === undefined ? originalSourceIn(state.packets, set) : addressSets.has(set, state.source.value);
}

/** Whether the original source is in the set. */
export function originalSourceIn(packets: Packets, set: AddressSet): boolean | Parting {
  const inside = addressSets.intersect(packets.sources, set);
  if (inside.length === 0) return false;
  const outside = addressSets.subtract(packets.sources, set);
  if (outside.length === 0) return true;
  return parting([packets.with({ sources: inside }), packets.with({ sources: outside })]);
}

/** Whether the current destination is in the set. */
export function destinationIn(state: WalkState, set: AddressSet): boolean | Parting {
  return state.destination === undefined
    ? originalDestinationIn(state.packets, set)
    : addressSets.has(set, state.destination.value);
}

export function originalDestinationIn(packets: Packets, set: AddressSet): boolean | Parting {
  const inside: Destinations[number][] = [];
  const outside: Destinations[number][] = [];
  for (const { addresses, transport } of packets.destinations) {
    const both = addressSets.intersect(addresses, set);
    if (both.length > 0) inside.push({ addresses: both, transport });
    const rest = both === addresses ? addressSets.none : addressSets.subtract(addresses, set);
    if (rest.length > 0) outside.push({ addresses: rest, transport });
  }
  if (inside.length === 0) return false;
  if (outside.length === 0) return true;
  return parting([packets.with({ destinations: inside }), packets.with({ destinations: outside })]);
}

/** Whether packets to one of these original destinations are all in the set, or none. */
export function originallyTo(packets: Packets, set: Destinations): boolean | Parting {
  const inside = destinationsAnd(packets.destinations, set);
  if (inside.length === 0) return false;
  if (inside === packets.destinations) return true;
  const outside = destinationsWithout(packets.destinations, set);
  if (outside.length === 0) return true;
  return parting([packets.with({ destinations: inside }), packets.with({ destinations: outside })]);
}

/** Whether the current protocol and destination port are in the set. */
export function transportIn(state: WalkState, set: Transport): boolean | Parting {
  const { protocol, destinationPort, madePort } = state;
  if (protocol !== undefined && destinationPort !== undefined) return portSets.has(set[protocol], destinationPort);
  return originalTransportIn(state.packets, madePort === undefined ? set : protocolsWithPort(set, madePort));
}

/** Whether the original protocol and port are in the set. */
export function originalTransportIn(packets: Packets, set: Transport): boolean | Parting {
  return originallyTo(
    packets,
    packets.destinations.map(({ addresses }) => ({ addresses, transport: set })),
  );
}

/** Whether the client's source port is in the set. `chosen`: the answer for a port of the client's choice. */
export function sourcePortIn(packets: Packets, set: PortSet, chosen: number): boolean | Parting {
  if (packets.sourcePorts === undefined) return portSets.has(set, chosen);
  const inside = portSets.intersect(packets.sourcePorts, set);
  if (inside.length === 0) return false;
  const outside = portSets.subtract(packets.sourcePorts, set);
  if (outside.length === 0) return true;
  return parting([packets.with({ sourcePorts: inside }), packets.with({ sourcePorts: outside })]);
}

/** Whether the incoming interface matches. A name that ends in `*` represents all with this prefix. */
export function interfaceFits(state: WalkState, fits: (name: string) => boolean): boolean | Parting {
  return state.inInterface === undefined ? originalInterfaceFits(state.packets, fits) : fits(state.inInterface);
}

/** Whether the original incoming interface matches. */
export function originalInterfaceFits(packets: Packets, fits: (name: string) => boolean): boolean | Parting {
  const known = allOrNone(packets.interfaces, fits);
  if (known !== undefined) return known;
  const { inside, outside } = partNames(packets.interfaces, fits);
  return parting([packets.with({ interfaces: inside }), packets.with({ interfaces: outside })]);
}

/** The only incoming interface; splits the packets if there are several. */
export function inInterfaceOf(state: WalkState): string | Parting {
  return state.inInterface ?? originalInterfaceOf(state.packets);
}

function originalInterfaceOf(packets: Packets): string | Parting {
  const [only = '', ...others] = packets.interfaces;
  return others.length === 0 ? only : parting(packets.interfaces.map((name) => packets.with({ interfaces: [name] })));
}

/** Whether the outgoing interface matches. */
export function outInterfaceFits(state: WalkState, fits: (name: string) => boolean): boolean | Parting {
  return state.leavesAsItCame ? originalInterfaceFits(state.packets, fits) : fits(shownOutInterface(state));
}

/** The only outgoing interface; splits packets that leave by the interface by which they arrived. */
export function outInterfaceOf(state: WalkState): string | Parting {
  return state.leavesAsItCame ? originalInterfaceOf(state.packets) : shownOutInterface(state);
}

/** In OUTPUT, the hook's state keeps the interface of the first routing decision (nf_hook_state, linux/netfilter.h). */
function shownOutInterface({ hook, outBeforeNat, outInterface }: WalkState): string {
  return (hook === 'OUTPUT' ? outBeforeNat : undefined) ?? outInterface ?? '';
}

/** The only protocol; splits the packets if there are several. */
export function protocolOf(state: WalkState): TraceProtocol | Parting {
  if (state.protocol !== undefined) return state.protocol;
  const { packets } = state;
  return parting(
    traceProtocols.flatMap((name) => {
      const destinations = destinationsAnd(
        packets.destinations,
        packets.destinations.map(({ addresses }) => ({ addresses, transport: ofProtocols([name]) })),
      );
      return destinations.length === 0 ? [] : packets.with({ destinations });
    }),
  );
}

/** Whether the original source is this address. */
export function cameFrom(packets: Packets, address: TraceAddress): boolean | Parting {
  if (packets.source !== undefined) return packets.source.text === address.text;
  return originalSourceIn(packets, addressSets.one(address.value));
}

export function parting(parts: readonly Packets[]): Parting {
  return { kind: 'parting', parts };
}
