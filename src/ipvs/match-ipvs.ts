import type { Match, Protocol, Rule, RuleSet } from '../iptables/types.js';

const protocolNumbers: Record<Protocol, number> = { tcp: 6, udp: 17, sctp: 132 };

/** `-m ipvs --vaddr … --vproto … --vport …`, as kube-proxy writes it: packets that IPVS took up for this virtual server. */
export function ipvsService(protocol: Protocol, address: string, port: number): Match {
  return { kind: 'other', module: 'ipvs', words: ['--vaddr', address, '--vproto', protocol, '--vport', String(port)] };
}

/** The rules with that match as iptables-save prints it: protocol first, and as a number. */
export function withSavedIpvsMatches(ruleSet: RuleSet): RuleSet {
  return { family: ruleSet.family, tables: ruleSet.tables.map((table) => ({ ...table, rules: table.rules.map(savedRule) })) };
}

function savedRule(rule: Rule): Rule {
  return rule.matches.some((match) => match.kind === 'other') ? { ...rule, matches: rule.matches.map(savedMatch) } : rule;
}

function savedMatch(match: Match): Match {
  if (match.kind !== 'other' || match.module !== 'ipvs') return match;
  const [, address = '', , protocol = '', , port = ''] = match.words;
  return { ...match, words: ['--vproto', String(protocolNumbers[protocol as Protocol]), '--vaddr', address, '--vport', port] };
}
