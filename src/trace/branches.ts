import type { Doubt } from './doubt.js';
import { addFact, assume, type WalkState } from './state.js';
import { notSeen } from './match-recent.js';

/** Beyond so many branches only the likelier way is followed, which the outcomes then say. */
const mostChances = 40_000;
const mostUnknowns = 2_000;

/** How a walk begins to say that others were not taken. */
export const tooManyWays = 'of more than';

/**
 * The branches that are still to be walked. What parts later comes first, so that outcomes stand in the order of the
 * rules.
 */
export class Branches {
  private readonly waiting: WalkState[];
  private chances = 0;
  private unknowns = 0;

  constructor(start: WalkState) {
    this.waiting = [start];
  }

  next(): WalkState | undefined {
    return this.waiting.pop();
  }

  /** A branch that goes its own way from here, to be walked later. */
  fork(state: WalkState, weight: number): WalkState {
    const branch = { ...state, weight };
    this.waiting.push(branch);
    return branch;
  }

  /**
   * Parts a walk where a condition is in doubt: `state` goes on as if it were met, and a new branch as if not. Returns
   * false where `state` itself has to go on as if not, because there are too many branches already.
   */
  part(state: WalkState, doubt: Doubt): boolean {
    // Lists of clients are as many as endpoints, and end a chain's walk as chance does.
    const isChance = doubt.kind === 'chance' || doubt.key.startsWith('recent ');
    const share = doubt.kind === 'chance' ? doubt.probability : doubt.weight;
    if (isChance ? this.chances++ >= mostChances : this.unknowns++ >= mostUnknowns) {
      assume(
        state,
        `${tooManyWays} ${isChance ? mostChances : mostUnknowns} ways that the packet may take, the others were not followed`,
      );
      const isMet = isChance && share > 0.5;
      settle(state, doubt, isMet);
      return isMet;
    }
    settle(this.fork(state, state.weight * (1 - share)), doubt, false);
    state.weight *= share;
    settle(state, doubt, true);
    return true;
  }
}

/** What the branch takes for true from here on. */
function settle(state: WalkState, doubt: Doubt, isMet: boolean): void {
  if (doubt.kind === 'chance') {
    if (doubt.assumption !== undefined) assume(state, doubt.assumption);
    return;
  }
  const isRecent = doubt.key.startsWith('recent ');
  // A chain asks each list once; remembering what is not in any would make long chains slow.
  const text = isMet ? doubt.ifMet : doubt.ifMissed;
  if (isMet || !isRecent) addFact(state, { key: doubt.key, holds: isMet === doubt.metWhen, text });
  if (isMet && isRecent) forget(state, notSeen(state.source.text));
  assume(state, text);
}

/** That the client is new to all lists is no longer so once it is found in one. */
function forget(state: WalkState, text: string): void {
  const { assumptions } = state;
  if (assumptions?.item === text) state.assumptions = assumptions.before;
}
