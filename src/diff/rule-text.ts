import { jumpsTo } from '../explain/rules/rule-index.js';
import { saveRule } from '../iptables/print/save.js';
import type { Match, Rule, TableName } from '../iptables/types.js';
import type { Family } from '../net/address.js';
import { printable } from '../diagnostics/terminal.js';
import { compareText } from '../diagnostics/words.js';

/** Probabilities with a smaller difference count as equal: kube-proxy before 1.19 wrote five decimals. */
const sameProbability = 6e-6;

/**
 * A rule in the form for comparison and display: as iptables-save prints it, without parts that do not affect traffic
 * (comments, counters of nfacct). `''` for a rule that has no effect.
 */
export function comparableText(table: TableName, rule: Rule, family: Family): string {
  const { matches, target } = rule;
  if (
    target === undefined ||
    matches.some((match) => match.kind === 'nfacct' && match.name === 'localhost_nps_accepted_pkts')
  )
    return '';
  const kept = matches.filter(({ kind }) => kind !== 'comment' && kind !== 'nfacct');
  return `-t ${table} ${print({ chain: rule.chain, matches: kept, target }, family)}`;
}

function print(rule: Rule, family: Family): string {
  try {
    return saveRule(rule, family).trimEnd();
  } catch {
    return `-A ${printable(rule.chain)} (a rule that cannot be shown)`;
  }
}

/**
 * The rules of one balancing chain in canonical order, because their order does not matter: endpoints by name, with the
 * probabilities 1/n, 1/(n-1), … of equal shares, if the written ones are such and each rule leads to an endpoint. Rules
 * of other chains keep their order.
 */
export function inBalancedOrder(rules: readonly Rule[], nameOf: (chain: string) => string): readonly Rule[] {
  const first = rules.findIndex(leadsToEndpoint);
  if (first < 0) return rules;
  const before = rules.slice(0, first);
  const rest = rules.slice(first);
  if (!rest.every(leadsToEndpoint)) return rules;
  const remembered = rest.filter(remembers);
  const balanced = rest.filter((rule) => !remembers(rule));
  const sort = (list: readonly Rule[]): Rule[] =>
    [...list].sort((a, b) => compareText(nameOf(jumpsTo(a) ?? ''), nameOf(jumpsTo(b) ?? '')));
  const areKnown = balanced.every((rule) => nameOf(jumpsTo(rule) ?? '') !== jumpsTo(rule));
  const cascade =
    areKnown && isFair(balanced)
      ? sort(balanced).map((rule, index) => withProbability(rule, balanced.length - index))
      : balanced;
  return [...before, ...sort(remembered), ...cascade];
}

function leadsToEndpoint(rule: Rule): boolean {
  return (
    jumpsTo(rule)?.startsWith('KUBE-SEP-') === true &&
    rule.matches.every(({ kind }) => kind === 'comment' || kind === 'statistic' || kind === 'recent')
  );
}

function remembers({ matches }: Rule): boolean {
  return matches.some(({ kind }) => kind === 'recent');
}

function isFair(rules: readonly Rule[]): boolean {
  return rules.every(
    (rule, index) => Math.abs((probabilityOf(rule) ?? 1) - 1 / (rules.length - index)) < sameProbability,
  );
}

/** The probability of a rule; undefined if it always matches. */
export function probabilityOf({ matches }: Rule): number | undefined {
  return matches.flatMap((match) => (match.kind === 'statistic' ? [match.probability] : []))[0];
}

function withProbability(rule: Rule, left: number): Rule {
  const others = rule.matches.filter(({ kind }) => kind !== 'statistic');
  const statistic: Match = { kind: 'statistic', mode: 'random', probability: 1 / left };
  const { chain, target } = rule;
  const matches = left === 1 ? others : [...others, statistic];
  return target === undefined ? { chain, matches } : { chain, matches, target };
}
