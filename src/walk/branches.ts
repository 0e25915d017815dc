import type { Doubt } from './doubt.js';
import { addFact, assume, copyOf, narrow, wordsFor } from './state.js';
import type { EndState, Group, PartedGroups, WalkEnd, WalkState } from './types.js';
import type { Packets } from './packets.js';

/** With more branches than this, only the more likely answer is followed, and the outcomes say so. */
const mostChances = 40_000;
const mostUnknowns = 2_000;
/**
 * With more branches than this in all parts together, no further ones are followed, because each needs memory until all
 * are done.
 */
const mostWays = 1_000_000;
/** With more parts of a set than this, no further ones are made. */
const mostParts = 400_000;

/** The beginning of the note that other ways were not followed. */
export const tooManyWays = 'of more than';

/** A group with one way. */
export function newGroup(
  packets: Packets,
  siblings: PartedGroups,
  from: Pick<Group, 'keepsSteps' | 'chances' | 'unknowns'>,
): Group {
  const { keepsSteps, chances, unknowns } = from;
  const group = { packets, keepsSteps, siblings, members: [], open: 1, chances, unknowns };
  siblings.groups = added(siblings.groups, group);
  return group;
}

/** Makes `branch` the branch for a part of a group's packets. */
function branchFor(packets: Packets, branch: WalkState, from: Group, place: PartedGroups): WalkState {
  branch.group = newGroup(packets, place, from);
  narrow(branch, packets);
  return branch;
}

/** Most lists have one item; a growing array would reserve space for more. */
function added<Item>(list: Item[], item: Item): Item[] {
  if (list.length === 0) return [item];
  list.push(item);
  return list;
}

/** Parts of a set for which no branch has been made yet, from `next` on: they continue like `state`. */
interface Unmade {
  readonly state: WalkState;
  readonly parts: readonly Packets[];
  next: number;
}

/**
 * The branches still to be walked. The latest branches are walked first, so that outcomes are in the order of the
 * rules.
 */
export class Branches {
  private readonly waiting: WalkState[] = [];
  private readonly unmade: Unmade[] = [];
  private parts = 0;
  private ways = 0;

  /** `all`: the groups into which the whole set is split. */
  constructor(private readonly all: PartedGroups) {}

  start(state: WalkState): void {
    this.waiting.push(state);
  }

  next(): WalkState | undefined {
    return this.waiting.pop() ?? this.nextUnmade();
  }

  private nextUnmade(): WalkState | undefined {
    const last = this.unmade.at(-1);
    const packets = last?.parts[last.next++];
    if (last === undefined || packets === undefined) return undefined;
    if (last.next === last.parts.length) this.unmade.pop();
    return branchFor(packets, copyOf(last.state), last.state.group, this.all);
  }

  /** The way of `state` has ended. */
  end(state: WalkState, { verdict, reason }: WalkEnd): void {
    const { group } = state;
    group.open--;
    // Hundreds of thousands of ends are kept, so only the final data are stored.
    const left = endState(state);
    group.members = added(
      group.members,
      reason === undefined ? { state: left, verdict } : { state: left, verdict, reason },
    );
  }

  /** A branch that splits off here, to be walked later. */
  fork(state: WalkState, weight: number): WalkState {
    const branch = copyOf(state);
    branch.weight = weight;
    state.group.open++;
    this.ways++;
    this.waiting.push(branch);
    return branch;
  }

  /** Replaces `state` by a branch for each part; all are walked later. */
  partSet(state: WalkState, parts: readonly Packets[]): void {
    this.parts += parts.length - 1;
    const { group } = state;
    const isAlone = group.open === 1 && group.members.length === 0;
    const place: PartedGroups = isAlone ? group.siblings : { groups: [] };
    group.open--;
    if (!isAlone) group.members = added(group.members, place);
    if (place === this.all) {
      // Made one by one: each of thousands of parts is then complete, and forgotten, before the next one begins.
      this.unmade.push({ state, parts, next: 0 });
      return;
    }
    const first = this.waiting.length;
    parts.forEach((packets, index) => {
      this.waiting.push(branchFor(packets, index === 0 ? state : copyOf(state), group, place));
    });
    reverseFrom(this.waiting, first);
  }

  /** Whether sets are not split any further; statements about a set then apply to one of its packets. */
  get isFull(): boolean {
    return this.parts > mostParts;
  }

  /**
   * Splits a walk at an undecided condition: `state` continues as if it were met, and a new branch as if not. If there
   * are too many branches, returns false: `state` itself then continues as if the condition were not met.
   */
  part(state: WalkState, doubt: Doubt): boolean {
    // Client lists are as many as endpoints, and end a chain's walk like chance.
    const isChance = doubt.kind === 'chance' || doubt.key.startsWith('recent ');
    const share = doubt.kind === 'chance' ? doubt.probability : doubt.weight;
    const { group } = state;
    const isTooMany = isChance ? group.chances++ >= mostChances : group.unknowns++ >= mostUnknowns;
    if (isTooMany || this.ways >= mostWays) {
      assume(
        state,
        `${tooManyWays} ${isChance ? mostChances : mostUnknowns} ways that the packet may take, the others were not followed`,
      );
      const isMet = isChance && share > 0.5;
      settle(state, doubt, isMet);
      return isMet;
    }
    state.changes++;
    settle(this.fork(state, state.weight * (1 - share)), doubt, false);
    state.weight *= share;
    settle(state, doubt, true);
    return true;
  }
}

function endState(state: WalkState): EndState {
  return {
    family: state.family,
    protocol: state.protocol,
    source: state.source,
    destination: state.destination,
    destinationPort: state.destinationPort,
    madeSource: state.madeSource,
    madeDestination: state.madeDestination,
    madePort: state.madePort,
    outInterface: state.outInterface,
    outIsCertain: state.outIsCertain,
    leavesAsItCame: state.leavesAsItCame,
    mark: state.mark,
    isTracked: state.isTracked,
    hasDestinationNat: state.hasDestinationNat,
    hasSourceNat: state.hasSourceNat,
    isRedirected: state.isRedirected,
    takenUp: state.takenUp,
    hook: state.hook,
    weight: state.weight,
    steps: state.steps,
    facts: state.facts,
    assumptions: state.assumptions,
  };
}

/** The branch pushed last is walked first. */
function reverseFrom(states: WalkState[], first: number): void {
  for (let [low, high] = [first, states.length - 1]; low < high; low++, high--) {
    const [one, other] = [states[low], states[high]];
    if (one === undefined || other === undefined) return;
    [states[low], states[high]] = [other, one];
  }
}

/** The assumption of the branch from here on. */
function settle(state: WalkState, doubt: Doubt, isMet: boolean): void {
  if (doubt.kind === 'chance') {
    if (doubt.assumption !== undefined) assume(state, doubt.assumption);
    return;
  }
  const isRecent = doubt.key.startsWith('recent ');
  // A chain tests each list once; recording every list without the client would make long chains slow.
  const text = isMet ? doubt.ifMet : doubt.ifMissed;
  const lasting = doubt.seconds === undefined ? {} : { seconds: doubt.seconds };
  if (isMet || !isRecent) addFact(state, { key: doubt.key, holds: isMet === doubt.metWhen, isMet, text, ...lasting });
  if (isMet && isRecent) forget(state, notSeen(wordsFor(state.source, 'source')));
  assume(state, text);
}

/** A note that the client is in no list becomes wrong when one contains it. */
function forget(state: WalkState, text: string): void {
  const { assumptions } = state;
  if (assumptions?.item === text) state.assumptions = assumptions.before;
}

/** Noted once, however many lists were tested. */
export function notSeen(client: string): string {
  return `${client} is a new client: no recent list contains it`;
}
