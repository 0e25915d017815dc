import { hostAndPort, type TraceAddress } from './address.js';
import type { Packets } from './packets.js';
import type { EndState, Fact, WalkState, WalkStep } from './types.js';

/** Takes a part of the packets for all from here on. */
export function narrow(state: WalkState, packets: Packets): void {
  state.packets = packets;
  state.protocol = packets.protocol;
  state.source = state.madeSource ?? packets.source;
  state.destination = state.madeDestination ?? packets.destination;
  state.destinationPort = state.madePort ?? packets.destinationPort;
  state.inInterface = state.madeInterface ?? packets.inInterface;
}

/** What this branch has taken for true before; undefined where it has not come up. */
export function factOf(state: WalkState, key: string): boolean | undefined {
  for (let link = state.facts; link !== undefined; link = link.before)
    if (link.item.key === key) return link.item.holds;
  return undefined;
}

export function addFact(state: WalkState, fact: Fact): void {
  state.changes++;
  state.facts = { item: fact, before: state.facts };
}

/** Said once however often it is relied upon. */
export function assume(state: WalkState, text: string): void {
  for (let link = state.assumptions; link !== undefined; link = link.before) if (link.item === text) return;
  state.assumptions = { item: text, before: state.assumptions };
}

export function addStep(state: WalkState, make: () => WalkStep): void {
  if (state.group.keepsSteps) state.steps = { item: make(), before: state.steps };
}

/** The step that ends the way, which sets of packets have too. */
export function addDecider(state: WalkState, step: WalkStep): void {
  state.steps = { item: step, before: state.steps };
}

/** The address in words; of a set what it is of the packet. */
export function wordsFor(address: TraceAddress | undefined, side: 'source' | 'destination'): string {
  return address?.text ?? `the ${side}`;
}

/** The port the client sends from; one of its choice is taken for this one. */
export const clientPort = 40_000;

/**
 * `address:port` where the packets go now; of pings, and of several ports, the address alone; `''`: where they came
 * for.
 */
export function whereTo({ destination, destinationPort, protocol }: EndState): string {
  return destination === undefined ? '' : hostAndPort(destination, protocol === 'icmp' ? undefined : destinationPort);
}
