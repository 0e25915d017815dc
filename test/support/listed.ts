import type { ParsedDump } from '../../src/iptables/dump/types.js';
import type { Match } from '../../src/iptables/types.js';

/** The rules of a dump by table and chain, each as text without the parts that nft omits and those that it adds. */
export function comparableRules({ ruleSet }: ParsedDump): Record<string, string[]> {
  const rules: Record<string, string[]> = {};
  for (const table of ruleSet.tables)
    for (const { chain, matches, target } of table.rules) {
      const asked = matches
        .filter(isListed)
        .map((match) => JSON.stringify(match.kind === 'state' ? { ...match, kind: 'conntrackState' } : match));
      (rules[`${table.name} ${chain}`] ??= []).push([...asked.sort(), JSON.stringify(target ?? '')].join(' '));
    }
  return rules;
}

/** nft does not list comments, nor `-m tcp` without a port beside `-p tcp`. */
function isListed(match: Match): boolean {
  const isBare = ['tcp', 'udp', 'sctp'].includes(match.kind) && Object.keys(match).length === 1;
  return match.kind !== 'comment' && !isBare;
}

/** Whether nft does not show a part of the rule. */
export function isUnshown(rule: string): boolean {
  return rule.includes('unknown-to-nft') || rule.includes('[unsupported');
}
