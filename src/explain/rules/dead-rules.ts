/** Finds rules that no packet reaches, because an earlier rule matches every packet. */
import { lostItsMark } from '../../iptables/dump/lost-marks.js';
import { lostItsPort } from '../../iptables/dump/lost-ports.js';
import type { TableName } from '../../iptables/types.js';
import { plain } from '../words/plain.js';
import { Endings } from './endings.js';
import { isAlwaysMet } from './implied.js';
import type { IndexedChain, RuleIndex } from './rule-index.js';
import { readServiceChainName } from './service-chain.js';

/**
 * The number (from 1) of the first rule that ends the path of every packet in a chain, if rules follow it; otherwise
 * undefined. A rule without conditions does so if its target does. Linear in the rules of the chain and of the chains
 * to which all its packets go.
 */
export function lastAsked(index: RuleIndex, { table, rules }: IndexedChain): number | undefined {
  const endings = new Endings(index);
  const position = rules.findIndex(
    (rule) =>
      rule.matches.every(isAlwaysMet) && !lostItsPort(rule) && !lostItsMark(rule) && endings.endsChain(table, rule),
  );
  return position === -1 || position === rules.length - 1 ? undefined : position + 1;
}

/**
 * A sentence for each chain of a table with such rules; balancing chains are left out, because kube-proxy manages them.
 */
export function deadRuleNotes(index: RuleIndex, table: TableName): string[] {
  return index.chains(table).flatMap((chain) => {
    if (readServiceChainName(chain.name) !== undefined) return [];
    const last = lastAsked(index, chain);
    return last === undefined
      ? []
      : [`table ${table}: ${deadRuleWords(last, chain.rules.length, ` of ${plain(chain.name)}`)}`];
  });
}

/** `rule 12 of FORWARD takes every packet that gets to it, so that rules 13 and 14 never match`. */
export function deadRuleWords(last: number, count: number, where = ''): string {
  const behind =
    count === last + 1
      ? `rule ${count} never matches`
      : `rules ${last + 1} ${count === last + 2 ? 'and' : 'to'} ${count} never match`;
  return `rule ${last}${where} matches every packet that reaches it, so ${behind}`;
}
