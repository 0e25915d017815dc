import { quote } from '../../diagnostics/quote.js';
import { describeObject } from './names.js';
import type { WorkloadView } from './workload.js';

/** `Deployment shop/web`, `Deployment shop/web and 2 more`. */
export function describeWorkloads(workloads: readonly WorkloadView[], shown = 2): string {
  const names = workloads.slice(0, shown).map((workload) => describeObject(workload.object));
  const rest = workloads.length - names.length;
  return rest > 0 ? `${names.join(', ')} and ${rest} more` : joinWords(names);
}

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** `"app=web,tier=front"`, as kubectl writes a selector. */
export function describeLabels(labels: Iterable<readonly [string, string]>): string {
  return quote(Array.from(labels, ([key, value]) => `${key}=${value}`).join(','));
}

/** Some of the names, quoted, for "declared are …"; `none` where there are none. */
export function listNames(names: Iterable<string>, shown = 5): string {
  const all = [...new Set(names)];
  const quoted = all.slice(0, shown).map((name) => quote(name));
  if (all.length === 0) return 'none';
  return all.length > shown ? `${quoted.join(', ')} and ${all.length - shown} more` : joinWords(quoted);
}
