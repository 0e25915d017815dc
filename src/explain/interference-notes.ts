/** Describes in sentences what other programs' rules do to connections to Services, in the overview of a node. */
import { groupBy } from '../diagnostics/groups.js';
import { addressKindWords } from './explain-traffic.js';
import type { FamilyView } from './node.js';
import { interferenceOf, servedBy, type Interference } from './interference.js';
import type { FoundServicePort } from './rules/discover.js';
import type { OverviewNote, Reason } from './types.js';
import { ownerWords } from './words/decider.js';
import { plain } from './words/plain.js';
import { joinWords, someOf } from '../diagnostics/words.js';

/**
 * A sentence for each rule or policy and the clients it affects, with the Services that they do not reach. Leaves out
 * what `isReported` says is reported elsewhere.
 */
export function interferenceNotes(
  view: FamilyView,
  isReported: (found: FoundServicePort, message: string) => boolean,
): OverviewNote[] {
  const groups = groupBy(
    interferenceOf(view).filter(
      (one) => !isSerious(one) || !isReported(one.found, reasonOf(groupOf(view, one)).message),
    ),
    keyOf,
  );
  return [...groups.values()].map((alike) => {
    const where = [...groupBy(alike, servedBy)].map(
      ([name, some]) => `${plain(name)} (${joinWords([...new Set(some.map((one) => one.where))])})`,
    );
    return { message: wordsOf(alike, someOf(where, 5)), isFault: true };
  });
}

/** What keeps all clients, or all outside clients, from addresses of a service port. */
export function interferenceReasons(view: FamilyView, found: FoundServicePort): Reason[] {
  const serious = interferenceOf(view).filter((one) => one.found === found && isSerious(one));
  return [...groupBy(serious, keyOf).values()].map(reasonOf);
}

function isSerious({ extent }: Interference): boolean {
  return extent !== 'some';
}

/** The effects of the same rule on other addresses of the same service port. */
function groupOf(view: FamilyView, one: Interference): Interference[] {
  const key = keyOf(one);
  return interferenceOf(view).filter((other) => other.found === one.found && isSerious(other) && keyOf(other) === key);
}

function keyOf({ by, effect, endpoint, clients }: Interference): string {
  return JSON.stringify([by, effect, endpoint, clients.map(withoutRemark)]);
}

/** Uses the same words for all Services with the same outcome. */
function reasonOf(alike: readonly Interference[]): Reason {
  return { message: wordsOf(alike, `its ${joinWords([...new Set(alike.map(({ kind }) => addressKindWords(kind)))])}`) };
}

function wordsOf(alike: readonly Interference[], where: string): string {
  const [first] = alike;
  if (first === undefined) return '';
  const { by, effect, endpoint, owner } = first;
  const what = by.rule === 0 ? `the policy of ${plain(by.chain)}` : `rule ${by.rule} of ${plain(by.chain)}`;
  const clients = joinWords([...new Set(first.clients.map((one) => plain(withoutRemark(one))))]);
  const connections = `connections of ${clients} to ${where}`;
  return `${what} (table ${plain(by.table)}), ${ownerWords(owner)}, ${doesWords(effect, connections, endpoint)}`;
}

function doesWords(effect: Interference['effect'], connections: string, endpoint: string): string {
  switch (effect) {
    case 'sendsElsewhere':
      return `sends ${connections} to ${plain(endpoint)} instead`;
    case 'untracks':
      return `takes ${connections} out of connection tracking, so that they do not get to endpoints`;
    default:
      return `${effect} ${connections}`;
  }
}

/** Clients outside reach cluster IPs only where these are routed: all the same they are the same clients. */
function withoutRemark(client: string): string {
  return client.replace(/ \(only if the network routes cluster IPs here\)/, '');
}
