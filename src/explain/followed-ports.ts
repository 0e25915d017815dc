import type { Rule as TableRule } from '../nftables/types.js';
import { portsOf } from './rules/implied.js';
import { endpointsInRules } from './endpoints-in-rules.js';
import type { FamilyView } from './node.js';
import { ownerOf } from './rules/chain-owners.js';
import type { FoundServicePort } from './rules/discover.js';
import { hostAddress } from './rules/rule-index.js';
import { hostOf } from './words/host-port.js';

/** How many service ports of a family are walked, which takes a moment each; most rules treat all Services alike. */
const mostFollowed = 40;

/**
 * The service ports for which walking connections is useful: the first ones, which represent all others with the same
 * outcome, and those with an address or port in another program's rules.
 */
export function followedPorts(view: FamilyView): FoundServicePort[] {
  const served = view.found.filter(
    (found) => found.addresses.length > 0 && (found.chains.size > 0 || endpointsInRules(view, found).length > 0),
  );
  if (served.length <= mostFollowed) return served;
  const named = namedByOthers(view);
  const isNamed = (found: FoundServicePort): boolean =>
    found.addresses.some(({ address, port }) => named.has(address) || named.has(String(port))) ||
    endpointsInRules(view, found).some((endpoint) => named.has(hostOf(endpoint)));
  return [...served.slice(0, mostFollowed), ...served.slice(mostFollowed).filter(isNamed).slice(0, mostFollowed)];
}

/** The single addresses and ports in other programs' rules that end packets or rewrite them. */
function namedByOthers({ index, tables }: FamilyView): ReadonlySet<string> {
  const named = new Set<string>();
  for (const table of index.tableNames)
    for (const { name, rules } of index.chains(table)) {
      if (ownerOf(name) === 'kube-proxy') continue;
      for (const { matches, target } of rules) {
        if (target === undefined || target.kind === 'masquerade' || target.kind === 'mark') continue;
        for (const match of matches) {
          if (match.kind === 'destination') named.add(hostAddress(match.prefix) ?? '');
          for (const { from, to } of portsOf(match, 'destination') ?? []) if (from === to) named.add(String(from));
        }
      }
    }
  for (const { index: own } of tables) {
    const chains = own.table.name === 'kube-proxy' ? [] : own.table.parts.filter((part) => part.kind === 'chain');
    for (const { rules } of chains) for (const rule of rules) addWords(rule, named);
  }
  named.delete('');
  return named;
}

/** Collects nftables constants anywhere in a rule. */
function addWords({ statements }: TableRule, named: Set<string>): void {
  for (const [, text = '', number] of JSON.stringify(statements).matchAll(/"([0-9a-f.:]+)"|\b(\d+)\b/g))
    named.add(number ?? text);
}
