/** Which clients of which Services other programs' rules stop, for those who ask what is wrong on a node. */
import { groupBy } from '../lint/model/groups.js';
import type { Stop } from './stops.js';
import type { OverviewNote } from './types.js';
import { joinWords, plain, someOf } from './words/plain.js';

/** A sentence for each rule or policy and the clients that it stops, the Services that these cannot reach with it. */
export function stopNotes(stops: readonly Stop[]): OverviewNote[] {
  const groups = groupBy(stops, ({ by, fate, clients }) =>
    JSON.stringify([by.table, by.chain, by.rule, fate, clients.map(withoutRemark)]),
  );
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike;
    return first === undefined ? [] : [{ message: wordsOf(first, alike), isFault: true }];
  });
}

function wordsOf({ by, fate, clients }: Stop, alike: readonly Stop[]): string {
  const what = by.rule === 0 ? `the policy of ${plain(by.chain)}` : `rule ${by.rule} of ${plain(by.chain)}`;
  const where = [...groupBy(alike, nameOf)].map(
    ([name, all]) => `${plain(name)} (${joinWords([...new Set(all.map((one) => one.where))])})`,
  );
  return (
    `${what} (table ${by.table}), which is not kube-proxy's, ${fate === 'dropped' ? 'drops' : 'rejects'} connections of ` +
    `${joinWords(clients.map((one) => plain(withoutRemark(one))))} to ${someOf(where, 5)}`
  );
}

function nameOf({ found, where }: Stop): string {
  return found.name?.text ?? where;
}

/** Clients outside reach cluster IPs only where these are routed: all the same they are the same clients. */
function withoutRemark(client: string): string {
  return client.replace(/ \(only if the network routes cluster IPs here\)/, '');
}
