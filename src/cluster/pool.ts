import { hash32 } from './hash.js';

/** The numbers 0 to size − 1, some of which are taken. */
interface Pool {
  /** At most 2³². */
  readonly size: number;
  isTaken(number: number): boolean;
}

interface Claimant {
  readonly key: string;
  readonly priority: number;
  position: number;
  /** 0 until the first number was rejected. */
  step: number;
  attempt: number;
}

/**
 * Assigns every key a number of the pool that no other has. If the pool is exhausted, keys without a number are absent
 * from the result.
 *
 * The result depends on the set of keys, not on their order: each key has its own sequence of preferences, by hash. If
 * two keys want the same number, it goes to the key for which it is an earlier preference, then to the smaller hash;
 * the other key continues with its next preference (deferred acceptance, Gale and Shapley 1962). So a new key changes
 * the number of another only if both want it, and explicit numbers never change.
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
