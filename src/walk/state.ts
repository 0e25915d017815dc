import type { Family } from '../net/address.js';
import { hostAndPort, type TraceAddress } from './address.js';
import type { Group } from './branches.js';
import type { Link } from './link.js';
import type { Hook, TraceProtocol } from './packet.js';
import type { Packets } from './packets.js';
import type { BaseChain, Chain, VirtualTarget } from './program.js';
import type { Stage } from './stages.js';

/** Where a chain was left by a jump. */
export interface Frame {
  readonly chain: Chain;
  readonly list: readonly number[] | undefined;
  readonly at: number;
  readonly path: Link<Chain> | undefined;
  readonly changes: number;
  readonly parent: Frame | undefined;
}

/** Something that neither the inputs nor the walk so far decide, and what this branch takes for true. */
export interface Fact {
  readonly key: string;
  readonly holds: boolean;
  /** The same in a clause; undefined where a rule made it so. */
  readonly text?: string;
}

/** What a virtual server's connection table remembers of a packet: whose it was, and where it went. */
export interface TakenUp {
  /** Undefined: the source that it came with. */
  readonly client: TraceAddress | undefined;
  /** Undefined: where it came for. */
  readonly address: TraceAddress | undefined;
  readonly port: number | undefined;
}

/** One thing that happened on the way. */
export type WalkStep =
  | {
      readonly kind: 'rule';
      readonly hook: Hook;
      readonly table: string;
      readonly chain: Chain;
      readonly index: number;
      /** What DNAT, SNAT or MARK made of the packet. */
      readonly result?: string;
      readonly mayNotMatch?: boolean;
    }
  | { readonly kind: 'policy'; readonly hook: Hook; readonly table: string; readonly chain: Chain }
  | { readonly kind: 'route'; readonly hook: Hook; readonly text: string }
  | { readonly kind: 'virtualServer'; readonly hook: Hook; readonly server: VirtualTarget; readonly result: string };

/**
 * One branch of a walk: the packets as they are now, what their connection knows, and where in the rules they stand.
 * Fields of the packet are undefined where the set holds several values that nothing on the way has replaced by one.
 */
export interface WalkState {
  readonly family: Family;
  /** The first packets of this branch, as they were when they came. */
  packets: Packets;
  group: Group;
  protocol: TraceProtocol | undefined;
  source: TraceAddress | undefined;
  destination: TraceAddress | undefined;
  destinationPort: number | undefined;
  /** `''`: the node itself sends them. */
  inInterface: string | undefined;
  /** What the way has made of the fields; undefined: as they came. */
  madeSource: TraceAddress | undefined;
  madeDestination: TraceAddress | undefined;
  madePort: number | undefined;
  madeInterface: string | undefined;
  outInterface: string | undefined;
  outIsCertain: boolean;
  mark: number;
  connectionMark: number;
  isTracked: boolean;
  hasDestinationNat: boolean;
  hasSourceNat: boolean;
  /** Where nat was asked: once for each side of a connection. */
  destinationAskedAt: Hook | undefined;
  sourceAskedAt: Hook | undefined;
  takenUp: TakenUp | undefined;

  stages: Link<Stage> | undefined;
  hook: Hook;
  table: string;
  /** The base chain that the rules began with: its policy decides where no rule does. */
  base: BaseChain | undefined;
  chain: Chain | undefined;
  list: readonly number[] | undefined;
  at: number;
  parent: Frame | undefined;
  /** The chains that led here, those gone to for good too: rules that come back to one of them go in a circle. */
  path: Link<Chain> | undefined;
  /** How many rules were obeyed, and how often one changed something. */
  obeyed: number;
  changes: number;
  /** Chains that were walked to their end without a change, since the walk is long. */
  passed: Link<{ readonly chain: Chain; readonly changes: number }> | undefined;

  weight: number;
  steps: Link<WalkStep> | undefined;
  facts: Link<Fact> | undefined;
  assumptions: Link<string> | undefined;
}

/** How a branch ended. */
export interface WalkEnd {
  readonly state: WalkState;
  readonly verdict: 'ACCEPT' | 'DROP' | 'REJECT';
  /** Where it is not a rule that decided: why, in a clause. */
  readonly reason?: string;
}

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

export function addStep(state: WalkState, step: WalkStep): void {
  state.steps = { item: step, before: state.group.keepsSteps ? state.steps : undefined };
}

/** The address in words; of a set what it is of the packet. */
export function wordsFor(address: TraceAddress | undefined, side: 'source' | 'destination'): string {
  return address?.text ?? `the ${side}`;
}

/** The port the client sends from; one of its choice is taken for this one. */
export const clientPort = 40_000;

/** `address:port` where the packets go now; of pings, and of several ports, the address alone; `''`: where they came for. */
export function whereTo({ destination, destinationPort, protocol }: WalkState): string {
  return destination === undefined ? '' : hostAndPort(destination, protocol === 'icmp' ? undefined : destinationPort);
}
