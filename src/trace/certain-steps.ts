/** Finds the steps that all walks of a group have in common. */
import type { EndGroup } from './groups.js';
import { itemsOf } from '../walk/link.js';
import type { WalkStep } from '../walk/types.js';
import { countsOf } from '../diagnostics/groups.js';

/**
 * Returns a test for whether a step is on every walk of the group, apart from chance and lists of clients. Linear in
 * their steps.
 */
export function certainty({ ends }: EndGroup): (step: WalkStep) => boolean {
  const walks = ends.filter(({ state }) => itemsOf(state.facts).some(({ key }) => !key.startsWith('recent ')));
  if (ends.length === 1 || walks.length === 0) return () => true;
  const counts = countsOf(ends.flatMap(({ state }) => [...new Set(itemsOf(state.steps).map(keyOf))]));
  return (step) => step.kind !== 'rule' || counts.get(keyOf(step)) === ends.length;
}

function keyOf(step: WalkStep): string {
  if (step.kind === 'route') return `${step.hook} ${step.text}`;
  if (step.kind === 'virtualServer') return `${step.hook} ${step.result}`;
  return `${step.hook} ${step.table} ${step.chain.name} ${step.kind === 'rule' ? step.index : 'policy'}`;
}
