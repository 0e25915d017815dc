/** Finds the steps that all walks of a group have in common. */
import type { EndGroup } from './groups.js';
import { itemsOf } from '../walk/link.js';
import type { WalkStep } from '../walk/types.js';

/**
 * Returns a test for whether a step is on every walk of the group, apart from chance and lists of clients. Linear in
 * their steps.
 */
export function certainty({ ends }: EndGroup): (step: WalkStep) => boolean {
  const walks = ends.filter(({ state }) => itemsOf(state.facts).some(({ key }) => !key.startsWith('recent ')));
  if (ends.length === 1 || walks.length === 0) return () => true;
  const counts = new Map<string, number>();
  for (const { state } of ends) {
    const keys = new Set(itemsOf(state.steps).map(keyOf));
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return (step) => step.kind !== 'rule' || counts.get(keyOf(step)) === ends.length;
}

function keyOf(step: WalkStep): string {
  if (step.kind === 'route') return `${step.hook} ${step.text}`;
  if (step.kind === 'virtualServer') return `${step.hook} ${step.result}`;
  return `${step.hook} ${step.table} ${step.chain.name} ${step.kind === 'rule' ? step.index : 'policy'}`;
}
