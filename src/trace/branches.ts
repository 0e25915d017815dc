import type { Doubt } from './doubt.js';
import { addFact, assume, type WalkState } from './state.js';
import { notSeen } from './match-recent.js';

/** Beyond so many branches only the likelier way is followed, which the outcomes then say. */
const mostChances = 40_000;
const mostUnknowns = 2_000;

/** The branches that are still to be walked. What parts later comes first, so that outcomes stand in the order of the rules. */
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
   * Parts a walk where conditions of one rule are in doubt: `state` goes on as if all were met, and a new branch as if not. Returns false
   * where `state` itself has to go on as if not, because there are too many branches already.
   */
  part(state: WalkState, doubts: readonly Doubt[]): boolean {
    // Lists of clients are as many as endpoints, and end a chain's walk as chance does.
    const isChance = doubts.every((doubt) => doubt.kind === 'chance' || doubt.key.startsWith('recent '));
    const chance = doubts.reduce((product, doubt) => product * (doubt.kind === 'chance' ? doubt.probability : doubt.weight), 1);
    if (isChance ? this.chances++ >= mostChances : this.unknowns++ >= mostUnknowns) {
      assume(state, `of more than ${isChance ? mostChances : mostUnknowns} ways that the packet may take, the others were not followed`);
      const isMet = isChance && chance > 0.5;
      if (isMet) takeMet(state, doubts);
      else takeMissed(state, doubts);
      return isMet;
    }
    const missed = this.fork(state, state.weight * (1 - chance));
    takeMissed(missed, doubts);
    state.weight *= chance;
    takeMet(state, doubts);
    return true;
  }
}

function takeMet(state: WalkState, doubts: readonly Doubt[]): void {
  for (const doubt of doubts) {
    if (doubt.kind === 'unknown') {
      addFact(state, doubt.key, doubt.metWhen);
      if (doubt.key.startsWith('recent ')) forget(state, notSeen(state.source.text));
      assume(state, doubt.ifMet);
    } else if (doubt.assumption !== undefined) assume(state, doubt.assumption);
  }
}

function takeMissed(state: WalkState, doubts: readonly Doubt[]): void {
  const [first] = doubts;
  if (doubts.length === 1 && first?.kind === 'unknown') {
    // A chain asks each list once; remembering what is not in any would make long chains slow.
    if (!first.key.startsWith('recent ')) addFact(state, first.key, !first.metWhen);
    assume(state, first.ifMissed);
    return;
  }
  const unknowns = doubts.flatMap((doubt) => (doubt.kind === 'unknown' ? [doubt.ifMissed] : doubt.assumption === undefined ? [] : [doubt.assumption]));
  if (unknowns.length > 0) assume(state, unknowns.join(', or '));
}

/** That the client is new to all lists is no longer so once it is found in one. */
function forget(state: WalkState, text: string): void {
  const { assumptions } = state;
  if (assumptions?.item === text) state.assumptions = assumptions.before;
}
