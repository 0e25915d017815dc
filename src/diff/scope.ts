import { namespacesOf } from './adopt.js';
import type { Pair } from './pair.js';
import type { Sides } from './view.js';
import { someOf } from '../diagnostics/words.js';

/**
 * A node has the Services of all namespaces; manifests for some namespaces need not contain the others. The node's
 * other Services are left out, with a note.
 */
export function withinScope(
  pairs: readonly Pair[],
  { before, after }: Sides,
): { readonly pairs: readonly Pair[]; readonly notes: readonly string[] } {
  const state =
    (before.rules.state === undefined) === (after.rules.state === undefined)
      ? undefined
      : (before.rules.state ?? after.rules.state);
  const namespaces = namespacesOf(state?.servicePorts ?? []);
  if (namespaces.size === 0) return { pairs, notes: [] };
  const isOutside = (pair: Pair): boolean =>
    (pair.before === undefined) !== (pair.after === undefined) &&
    !namespaces.has((pair.before ?? pair.after)?.found.name?.namespace ?? [...namespaces][0] ?? '');
  const outside = pairs.filter(isOutside).map((pair) => (pair.before ?? pair.after)?.label ?? '');
  if (outside.length === 0) return { pairs, notes: [] };
  return {
    pairs: pairs.filter((pair) => !isOutside(pair)),
    notes: [`Left out, because the manifests contain nothing of their namespaces: ${someOf(outside, 4)}`],
  };
}
