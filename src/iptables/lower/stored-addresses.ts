import { normaliseAddress } from '../../net/address.js';
import type { Rule, RuleSet } from '../types.js';

/**
 * Rewrites endpoint addresses to canonical form. kube-proxy up to 1.31 writes endpoints as EndpointSlices spell them;
 * the kernel stores addresses, not their spelling.
 */
export function asStored({ family, tables }: RuleSet): RuleSet {
  return {
    family,
    tables: tables.map((table) =>
      table.name === 'nat' ? { ...table, rules: table.rules.map(withStoredDestination) } : table,
    ),
  };
}

function withStoredDestination(rule: Rule): Rule {
  const { target } = rule;
  if (target?.kind !== 'destinationNat' || !/^\[|(?:^|\.)0\d/.test(target.to)) return rule;
  const [, bracketed, bare = '', port = ''] = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(target.to) ?? [];
  const address = normaliseAddress(bracketed ?? bare);
  return address === undefined
    ? rule
    : {
        chain: rule.chain,
        matches: rule.matches,
        target: { ...target, to: bracketed === undefined ? `${address}:${port}` : `[${address}]:${port}` },
      };
}
