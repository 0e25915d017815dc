import { printable } from '../diagnostics/terminal.js';
import { RuleIndex, type IndexedChain } from '../explain/rules/rule-index.js';
import { ownerOf } from '../explain/rules/chain-owners.js';
import type { RuleSet, TableName } from '../iptables/types.js';
import { isKubeProxyRule } from './chain-labels.js';
import { comparableText } from './rule-text.js';
import { joinWords, someOf } from '../diagnostics/words.js';
import { countsOf } from '../diagnostics/groups.js';

/** How many places are named; a host with another firewall has hundreds. */
const mostNamed = 4;

/**
 * Where two dumps, or two sets of manifests with host ports, differ in rules other than kube-proxy's: policies of
 * built-in chains and rules of other programs. Their effect on Services is reported there; this reports that they
 * differ. One clause for each place.
 */
export function foreignDifferences(before: RuleSet, after: RuleSet): string[] {
  const [own, other] = [new RuleIndex(before), new RuleIndex(after)];
  const tables = own.tableNames.filter((table) => other.tableNames.includes(table));
  return tables.flatMap((table) => {
    const names = new Set(
      [...own.chains(table), ...other.chains(table)]
        .map(({ name }) => name)
        .filter((name) => ownerOf(name) !== 'kube-proxy'),
    );
    return [...names].flatMap((name) =>
      chainDifference(table, before, own.chain(table, name), other.chain(table, name)),
    );
  });
}

/** One sentence for all places. */
export function foreignNote(places: readonly string[]): string[] {
  return places.length === 0 ? [] : [`Rules that are not kube-proxy's also differ: ${someOf(places, mostNamed)}`];
}

/** Whether rules or policies other than kube-proxy's may stop packets in one of the rule sets. */
export function stopsByOthers(...ruleSets: readonly RuleSet[]): boolean {
  return ruleSets.some(({ tables }) =>
    tables.some(
      ({ chains, rules }) =>
        chains.some(({ policy }) => policy === 'DROP') ||
        rules.some(
          (rule) => stops(rule) && !['kube-proxy', 'kubelet'].includes(ownerOf(rule.chain)) && !isKubeProxyRule(rule),
        ),
    ),
  );
}

function stops({ target }: RuleSet['tables'][number]['rules'][number]): boolean {
  return target?.kind === 'reject' || (target?.kind === 'verdict' && target.verdict === 'DROP');
}

function chainDifference(
  table: TableName,
  { family }: RuleSet,
  before: IndexedChain | undefined,
  after: IndexedChain | undefined,
): string[] {
  const name = printable((before ?? after)?.name ?? '');
  const policy =
    before?.policy !== undefined && after?.policy !== undefined && before.policy !== after.policy
      ? [`the policy of ${name} (table ${table}) was ${before.policy} and is ${after.policy}`]
      : [];
  const texts = (chain: IndexedChain | undefined): string[] =>
    (chain?.rules ?? []).filter((rule) => !isKubeProxyRule(rule)).map((rule) => comparableText(table, rule, family));
  const [own, other] = [texts(before), texts(after)];
  if (own.length === other.length && own.every((text, index) => text === other[index])) return policy;
  const [removed, added] = [without(own, other), without(other, own)];
  const counts = [
    ...(removed === 0 ? [] : [`${removed} ${removed === 1 ? 'rule' : 'rules'} fewer`]),
    ...(added === 0 ? [] : [`${added} more`]),
  ];
  return [
    ...policy,
    `${name} (table ${table}) has ${counts.length === 0 ? 'its rules in another order' : joinWords(counts)}`,
  ];
}

/** How many of `all` have no counterpart in `others`. */
function without(all: readonly string[], others: readonly string[]): number {
  const left = countsOf(others);
  let count = 0;
  for (const text of all) {
    const remaining = left.get(text) ?? 0;
    if (remaining === 0) count++;
    else left.set(text, remaining - 1);
  }
  return count;
}
