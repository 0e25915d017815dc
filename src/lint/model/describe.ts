import { memoized } from '../../diagnostics/memoized.js';
import { nearest } from '../../diagnostics/nearest.js';
import { quote } from '../../diagnostics/quote.js';
import { describeObject } from './names.js';
import type { WorkloadView } from './workload.js';
import { someOf } from '../../diagnostics/words.js';

/** `Deployment shop/web`, `Deployment shop/web and 2 more`. */
export function describeWorkloads(workloads: readonly WorkloadView[], shown = 2): string {
  return someOf(namesOf(workloads), shown);
}

const namesOf = memoized((workloads: readonly WorkloadView[]): string[] => [
  ...new Set(workloads.map((workload) => describeObject(workload.object))),
]);

/** `"app=web,tier=front"`, in kubectl's notation of selectors. */
export function describeLabels(labels: Iterable<readonly [string, string]>): string {
  return quote(Array.from(labels, ([key, value]) => `${key}=${value}`).join(','));
}

/** How many names a misspelt one is compared with at most. */
const compared = 64;

/** A clause as the end of a sentence: a question keeps its mark, anything else gets a full stop. */
export function ended(clause: string): string {
  return clause.endsWith('?') ? clause : `${clause}.`;
}

/** What a name probably means, as a question. */
export function didYouMean(name: string): string {
  return `did you mean ${quote(name)}?`;
}

/**
 * What a name probably means, as a clause: `did you mean "web"?`, `the only Service there is "web"`; undefined if there
 * are no names.
 */
export function suggest(wanted: string, names: readonly string[], what: string): string | undefined {
  const candidates = names.filter((name) => name !== '').slice(0, compared);
  const near = nearest(wanted, candidates);
  if (near !== undefined) return didYouMean(near);
  if (candidates.length === 0) return undefined;
  return new Set(candidates).size === 1
    ? `the only ${what} there is ${quote(candidates[0] ?? '')}`
    : `${what}s there are ${listNames(names)}`;
}

/** Some of the names, quoted, for "declared are …"; `none` if there are none. */
export function listNames(names: Iterable<string>): string {
  const all = [...new Set(names)];
  return all.length === 0 ? 'none' : someOf(all, 5, quote);
}
