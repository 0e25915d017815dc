import type { Rule } from '../iptables/types.js';
import { isSame } from '../trace/touched/same.js';

/** All fields count: what is printed differs by comments, too. */
const none: ReadonlySet<string> = new Set();

/** Whether two chains have the same rules, as data: two that print the same may still count as different. */
export function haveSameRules(before: readonly Rule[], after: readonly Rule[]): boolean {
  return before.length === after.length && before.every((rule, index) => isSameRule(rule, after[index]));
}

/** Rules of dumps are read on demand, so their fields are asked for by name. */
export function isSameRule(one: Rule, other: Rule | undefined): boolean {
  if (one === other || other === undefined) return one === other;
  return (
    one.chain === other.chain && isSame(one.target, other.target, none) && isSame(one.matches, other.matches, none)
  );
}
