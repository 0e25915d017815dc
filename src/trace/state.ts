import type { Match } from '../iptables/types.js';
import type { Family } from '../net/address.js';
import type { VirtualServer } from '../ipvs/types.js';
import type { TraceAddress } from './address.js';
import type { Chain } from './chain.js';
import type { Link } from './link.js';
import type { Hook, Packet, TraceProtocol } from './packet.js';
import type { Stage } from './stages.js';

/** Where a chain was left by a jump. */
export interface Frame {
  readonly chain: Chain;
  readonly list: readonly number[] | undefined;
  readonly at: number;
  readonly path: Link<Chain> | undefined;
  readonly parent: Frame | undefined;
}

/** Something that neither the inputs nor the walk so far decide, and what this branch takes for true. */
export interface Fact {
  readonly key: string;
  readonly holds: boolean;
  /** The same in a clause; undefined where a rule made it so. */
  readonly text?: string;
}

/** What IPVS remembers of the packet that it has found a real server for: whose it was, and where it went. */
export interface TakenUp {
  readonly client: TraceAddress;
  readonly address: TraceAddress;
  readonly port: number;
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
  | { readonly kind: 'virtualServer'; readonly hook: Hook; readonly server: VirtualServer; readonly result: string };

/** One branch of a walk: the packet as it is now, what its connection knows, and where in the rules it stands. */
export interface WalkState {
  readonly family: Family;
  readonly protocol: TraceProtocol;
  readonly question: Packet;
  source: TraceAddress;
  destination: TraceAddress;
  destinationPort: number;
  inInterface: string | undefined;
  outInterface: string | undefined;
  outIsCertain: boolean;
  mark: number;
  connectionMark: number;
  isTracked: boolean;
  hasDestinationNat: boolean;
  hasSourceNat: boolean;
  /** nat is asked once for each side of a connection. */
  destinationIsSettled: boolean;
  sourceIsSettled: boolean;
  takenUp: TakenUp | undefined;

  stages: Link<Stage> | undefined;
  hook: Hook;
  table: string;
  /** The built-in chain that the table began with: its policy decides where no rule does. */
  base: Chain | undefined;
  chain: Chain | undefined;
  list: readonly number[] | undefined;
  at: number;
  parent: Frame | undefined;
  /** The chains that led here, those gone to by -g too: rules that come back to one of them go in a circle. */
  path: Link<Chain> | undefined;

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

/** What this branch has taken for true before; undefined where it has not come up. */
export function factOf(state: WalkState, key: string): boolean | undefined {
  for (let link = state.facts; link !== undefined; link = link.before)
    if (link.item.key === key) return link.item.holds;
  return undefined;
}

export function addFact(state: WalkState, fact: Fact): void {
  state.facts = { item: fact, before: state.facts };
}

/** Said once however often it is relied upon. */
export function assume(state: WalkState, text: string): void {
  for (let link = state.assumptions; link !== undefined; link = link.before) if (link.item === text) return;
  state.assumptions = { item: text, before: state.assumptions };
}

export function addStep(state: WalkState, step: WalkStep): void {
  state.steps = { item: step, before: state.steps };
}

/** The port the client sends from; one of its choice is taken for this one. */
export const clientPort = 40_000;

export type MatchOf<Kind extends Match['kind']> = Match & { readonly kind: Kind };
