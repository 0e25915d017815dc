import type { Severity } from '../../diagnostics/finding.js';
import type { Interference } from '../../explain/interference.js';
import { groupBy } from '../../diagnostics/groups.js';
import { plain } from '../../explain/words/plain.js';
import { serviceOfPort } from './services.js';
import type { NodeProblem } from '../rule.js';
import { joinWords, someOf } from '../../diagnostics/words.js';
import { servedBy } from '../../explain/interference.js';

/** Equal effects of one rule on several Services, which are one finding. */
export interface InterferenceGroup {
  readonly first: Interference;
  /** `, and so for shop/api and 3 more`; `''` if there is one Service. */
  readonly others: string;
  /** The Service, if there is only one. */
  readonly service: NodeProblem['service'];
}

/** Interference by rule; for each rule the worst effect. */
export function groupsOfInterference(
  all: readonly Interference[],
  severityOf: (one: Interference) => Severity,
): InterferenceGroup[] {
  const groups = groupBy(all, ({ by, endpoint }) => JSON.stringify([by, endpoint]));
  return [...groups.values()].flatMap((alike) => {
    const worst = severities.find((severity) => alike.some((one) => severityOf(one) === severity));
    const [first, ...others] = alike.filter((one) => severityOf(one) === worst);
    return first === undefined ? [] : groupOf(first, others);
  });
}

const severities = ['error', 'warning', 'info'] as const;

/** By whom it concerns: an error if every client, a warning if all outside of the cluster, an info if only some. */
export function severityOfExtent({ extent }: Interference): Severity {
  return extent === 'all' ? 'error' : extent === 'outside' ? 'warning' : 'info';
}

/** `all connections`, or those of which clients. */
export function connectionWords({ extent, clients }: Interference): string {
  return extent === 'all'
    ? 'all connections'
    : `connections of ${joinWords(clients.slice(0, 3).map((one) => plain(one)))}`;
}

function groupOf(first: Interference, rest: readonly Interference[]): InterferenceGroup {
  const names = new Set(rest.filter(({ found }) => found !== first.found).map(servedBy));
  const others = [...names].map((name) => plain(name));
  return {
    first,
    others: others.length === 0 ? '' : `, and so for ${someOf(others, 3)}`,
    service: others.length === 0 ? serviceOfPort(first.found) : undefined,
  };
}
