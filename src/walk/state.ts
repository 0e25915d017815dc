import { hostAndPort, type TraceAddress } from './address.js';
import type { Packets } from './packets.js';
import type { EndState, Fact, WalkState, WalkStep } from './types.js';

/** Restricts the state to a part of its packets. */
export function narrow(state: WalkState, packets: Packets): void {
  state.packets = packets;
  state.protocol = packets.protocol;
  state.source = state.madeSource ?? packets.source;
  state.destination = state.madeDestination ?? packets.destination;
  state.destinationPort = state.madePort ?? packets.destinationPort;
  state.inInterface = state.madeInterface ?? packets.inInterface;
}

/**
 * A copy for another branch. Field by field: the spread operator adds fields one at a time to objects of this size,
 * which takes five times the memory, and a walk copies its state at every split.
 */
export function copyOf(state: WalkState): WalkState {
  return {
    family: state.family,
    packets: state.packets,
    group: state.group,
    protocol: state.protocol,
    source: state.source,
    destination: state.destination,
    destinationPort: state.destinationPort,
    inInterface: state.inInterface,
    madeSource: state.madeSource,
    madeDestination: state.madeDestination,
    madePort: state.madePort,
    madeInterface: state.madeInterface,
    outInterface: state.outInterface,
    outIsCertain: state.outIsCertain,
    leavesAsItCame: state.leavesAsItCame,
    outBeforeNat: state.outBeforeNat,
    mark: state.mark,
    connectionMark: state.connectionMark,
    isTracked: state.isTracked,
    hasDestinationNat: state.hasDestinationNat,
    hasSourceNat: state.hasSourceNat,
    isRedirected: state.isRedirected,
    isForEndpoint: state.isForEndpoint,
    destinationAskedAt: state.destinationAskedAt,
    sourceAskedAt: state.sourceAskedAt,
    takenUp: state.takenUp,
    proxyPort: state.proxyPort,
    start: state.start,
    stages: state.stages,
    hook: state.hook,
    table: state.table,
    base: state.base,
    chain: state.chain,
    list: state.list,
    at: state.at,
    parent: state.parent,
    path: state.path,
    obeyed: state.obeyed,
    changes: state.changes,
    passed: state.passed,
    weight: state.weight,
    steps: state.steps,
    facts: state.facts,
    assumptions: state.assumptions,
  };
}

/** The branch's assumption about this question; undefined if it has not come up. */
export function factOf(state: Pick<WalkState, 'facts'>, key: string): boolean | undefined {
  for (let link = state.facts; link !== undefined; link = link.before)
    if (link.item.key === key) return link.item.holds;
  return undefined;
}

export function addFact(state: WalkState, fact: Fact): void {
  state.changes++;
  state.facts = { item: fact, before: state.facts };
}

/** Noted once, however often it is used. */
export function assume(state: WalkState, text: string): void {
  for (let link = state.assumptions; link !== undefined; link = link.before) if (link.item === text) return;
  state.assumptions = { item: text, before: state.assumptions };
}

/** `make` is a function of the state only, so that walks that keep no steps need not create it. */
export function addStep(state: WalkState, make: (state: WalkState) => WalkStep): void {
  if (state.group.keepsSteps) state.steps = { item: make(state), before: state.steps };
}

/** The step that ends the way; it is kept for sets of packets, too. */
export function addDecider(state: WalkState, step: WalkStep): void {
  state.steps = { item: step, before: state.steps };
}

/** The address in words; for a set, the name of the packet's field. */
export function wordsFor(address: TraceAddress | undefined, side: 'source' | 'destination'): string {
  return address?.text ?? `the ${side}`;
}

/** Whether REDIRECT sent it to an address of the node that is not known. */
export function isRedirectedSomewhere({ isRedirected, madeDestination }: EndState): boolean {
  return isRedirected && madeDestination === undefined;
}

/** How the addresses of the node become known. */
export const hostHint = '--host takes the output of ip -json address';

/** The source port assumed for a port of the client's choice. */
export const clientPort = 40_000;

/**
 * The current destination as `address:port`; for pings and for several ports only the address; `''`: unchanged. `this
 * node:port` for an unknown address of the node.
 */
export function whereTo(state: EndState): string {
  const { destination, destinationPort, protocol } = state;
  if (isRedirectedSomewhere(state)) return `this node${destinationPort === undefined ? '' : `:${destinationPort}`}`;
  return destination === undefined ? '' : hostAndPort(destination, protocol === 'icmp' ? undefined : destinationPort);
}
