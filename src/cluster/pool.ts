import { hash32 } from './hash.js';

/** The numbers 0 to size − 1, of which some are taken. */
export interface Pool {
  /** At most 2³². */
  readonly size: number;
  isTaken(number: number): boolean;
}

interface Claimant {
  readonly key: string;
  readonly priority: number;
  position: number;
  /** 0 until the first number was refused. */
  step: number;
  attempt: number;
}

/**
 * Gives every key a number of the pool that no other has; a key without one (the pool is exhausted) is absent from the
 * answer.
 *
 * The outcome is a function of the set of keys, not of their order: each key has its own sequence of wishes, by hash.
 * Where two keys wish for one number, it goes to the one for whom it is the earlier wish, then to the smaller hash; the
 * other moves on to its next wish (deferred acceptance, Gale and Shapley 1962, so no key ever envies another). A new
 * key therefore changes another's number only where both wish for that number, and explicit numbers are never touched.
 */
export function assignNumbers(keys: readonly string[], pool: Pool): Map<string, number> {
  const holders = new Map<number, Claimant>();
  for (const key of new Set(keys.slice(0, pool.size))) settle(claimantOf(key, pool), holders, pool);
  const numbers = new Map<string, number>();
  for (const [number, holder] of holders) numbers.set(holder.key, number);
  return numbers;
}

function claimantOf(key: string, pool: Pool): Claimant {
  return { key, priority: hash32(key, 3), position: hash32(key, 1) % pool.size, step: 0, attempt: 0 };
}

function settle(first: Claimant, holders: Map<number, Claimant>, pool: Pool): void {
  let claimant = first;
  while (claimant.attempt < pool.size) {
    const holder = holders.get(claimant.position);
    if (holder === undefined && !pool.isTaken(claimant.position)) {
      holders.set(claimant.position, claimant);
      return;
    }
    if (holder !== undefined && goesBefore(claimant, holder)) {
      holders.set(claimant.position, claimant);
      claimant = holder;
    }
    moveOn(claimant, pool.size);
  }
}

function goesBefore(a: Claimant, b: Claimant): boolean {
  if (a.attempt !== b.attempt) return a.attempt < b.attempt;
  return a.priority === b.priority ? a.key < b.key : a.priority < b.priority;
}

/** Double hashing: a step coprime with the size visits every number once. */
function moveOn(claimant: Claimant, size: number): void {
  if (claimant.step === 0) claimant.step = stepOf(claimant.key, size);
  claimant.position = (claimant.position + claimant.step) % size;
  claimant.attempt++;
}

function stepOf(key: string, size: number): number {
  let step = size < 2 ? 1 : 1 + (hash32(key, 2) % (size - 1));
  while (greatestCommonDivisor(step, size) !== 1) step = (step % size) + 1;
  return step;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
