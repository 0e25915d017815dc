import type { Rule } from '../iptables/types.js';

/** Whether two chains have the same rules, as data: two that print the same may still count as different. */
export function haveSameRules(before: readonly Rule[], after: readonly Rule[]): boolean {
  return before.length === after.length && before.every((rule, index) => isSameRule(rule, after[index]));
}

/** Rules of dumps are read on demand, so their fields are asked for by name. */
export function isSameRule(one: Rule, other: Rule | undefined): boolean {
  if (one === other || other === undefined) return one === other;
  return one.chain === other.chain && isSame(one.target, other.target) && isSame(one.matches, other.matches);
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one))
    return Array.isArray(other) && one.length === other.length && one.every((item, at) => isSame(item, other[at]));
  const [fields, others] = [one as Record<string, unknown>, other as Record<string, unknown>];
  const names = Object.keys(fields);
  return names.length === Object.keys(others).length && names.every((name) => isSame(fields[name], others[name]));
}
