/** Bounds the packets that may meet conditions, without a walk. */
import { append } from '../diagnostics/extremes.js';
import type { TraceAddress } from './address.js';
import { newGroup } from './branches.js';
import { isParting } from './doubt.js';
import { Packets } from './packets.js';
import { plansOf } from './stages.js';
import { narrow } from './state.js';
import { destinationsAnd, destinationsOf, type Block, type Destinations } from './transport.js';
import type { PartedGroups, Test, WalkState, World } from './types.js';
import { startOf } from './walk.js';

/** The current destination of rewritten packets; `port` undefined: that of the packet. */
export interface NewDestination {
  readonly address: TraceAddress;
  readonly port: number | undefined;
}

/** What rules of any kind do not change, and notes of the walk. */
const steady: readonly (keyof WalkState)[] = [
  'family',
  'packets',
  'group',
  'protocol',
  'start',
  'assumptions',
  'steps',
];
/** REDIRECT is known: before any rewriting there was none, and where one may follow, no new destination is asked for. */
const destination: readonly (keyof WalkState)[] = [
  'destination',
  'destinationPort',
  'madeDestination',
  'madePort',
  'isRedirected',
];
const origin: readonly (keyof WalkState)[] = ['source', 'inInterface', 'madeSource', 'madeInterface'];

/**
 * Answers which packets may meet conditions somewhere on their ways. Whatever a condition reads that rules before it may
 * have changed (marks, the connection, the outgoing interface) may have any value.
 */
export class MayMeet {
  private readonly state: WalkState;
  private readsOthers = false;

  /**
   * `all`: the packets in question. `isFirst`: the conditions are tested before anything is rewritten; otherwise the
   * source and the incoming interface may be others, too.
   */
  constructor(
    private readonly world: World,
    private readonly all: Packets,
    isFirst: boolean,
  ) {
    const nowhere: PartedGroups = { groups: [] };
    const group = newGroup(all, nowhere, { keepsSteps: false, chances: 0, unknowns: 0 });
    this.state = startOf(all, group, plansOf(world.program), {});
    const known = new Set([...steady, ...destination, ...(isFirst ? origin : [])]);
    for (const field of Object.keys(this.state) as (keyof WalkState)[]) if (!known.has(field)) this.guard(field);
  }

  private guard(field: keyof WalkState): void {
    const value = this.state[field];
    Object.defineProperty(this.state, field, {
      get: () => {
        this.readsOthers = true;
        return value;
      },
      set: () => {
        this.readsOthers = true;
      },
    });
  }

  /** The destinations of packets that may meet all of the conditions, among these, if their destination is unchanged. */
  among(destinations: Destinations, tests: readonly Test[]): Destinations {
    let left = destinations;
    for (const test of tests) {
      if (left.length === 0) break;
      left = this.with(this.all.with({ destinations: left }), test);
    }
    return left;
  }

  private with(packets: Packets, test: Test): Destinations {
    narrow(this.state, packets);
    const answer = this.ask(test);
    if (answer === false) return [];
    // Splits by other fields than the destination are not followed: some of the parts may meet the condition.
    if (!isParting(answer) || answer.parts.some((part) => part.destinations === packets.destinations))
      return packets.destinations;
    const blocks: Block[] = [];
    for (const part of answer.parts) append(blocks, this.with(part, test));
    return destinationsAnd(packets.destinations, destinationsOf(blocks));
  }

  /** Undefined: it depends on something else. */
  private ask(test: Test): ReturnType<Test> | undefined {
    this.readsOthers = false;
    const answer = test(this.state, this.world);
    return this.hasReadOthers() ? undefined : answer;
  }

  /** Set while a condition is tested. */
  private hasReadOthers(): boolean {
    return this.readsOthers;
  }

  /** Whether packets with this new destination may meet all of the conditions. */
  rewritten({ address, port }: NewDestination, tests: readonly Test[]): boolean {
    narrow(this.state, this.all);
    const made = { destination: address, madeDestination: address, destinationPort: port, madePort: port };
    Object.assign(this.state, port === undefined ? { destination: address, madeDestination: address } : made);
    const may = tests.every((test) => this.ask(test) !== false);
    Object.assign(this.state, { madeDestination: undefined, madePort: undefined });
    return may;
  }
}
