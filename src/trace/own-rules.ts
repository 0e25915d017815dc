/** kube-proxy's own rules that the inputs leave out, so that packets can be followed nevertheless. */
import { asInstalled as iptablesAsInstalled } from '../iptables/lower/node.js';
import type { Rule, RuleSet, Table } from '../iptables/types.js';
import { asInstalled as serversAsInstalled } from '../ipvs/lower-node.js';
import { defaultMasqueradeBit } from '../proxy/configuration.js';
import { addToGroup } from '../diagnostics/groups.js';

const builtIn: ReadonlySet<string> = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']);

/**
 * If the input contains no built-in chain, like the input for iptables-restore or the output of grep for a Service,
 * kube-proxy's own jumps are assumed. Where only a part of the table nat is given, so are the rules that all Services
 * share: those that mark and masquerade, and the jump to the node ports.
 */
export function withOwnRules(ruleSet: RuleSet, hasVirtualServers: boolean): RuleSet {
  if (ruleSet.tables.length === 0 || ruleSet.tables.some(hasBuiltIn)) return ruleSet;
  const whole = { ...ruleSet, tables: ruleSet.tables.map(withSharedRules) };
  const installed = hasVirtualServers ? serversAsInstalled(whole) : iptablesAsInstalled(whole);
  const given = new Set(ruleSet.tables.map(({ name }) => name));
  return { ...installed, tables: installed.tables.filter(({ name }) => given.has(name)).map(withoutLooseJumps) };
}

/** What {@link withOwnRules} assumes, as a clause; undefined if it assumes nothing. */
export function ownRulesNote({ tables }: RuleSet): string | undefined {
  if (tables.some(hasBuiltIn) || !tables.some((table) => chainsOf(table).has('KUBE-SERVICES'))) return undefined;
  return tables.some(isPart)
    ? "kube-proxy's rules for all Services are there, which the inputs leave out: the jumps to KUBE-SERVICES, KUBE-NODEPORTS and from KUBE-EXT chains, and those that masquerade"
    : "kube-proxy's jumps in the built-in chains are there, which the inputs leave out";
}

function hasBuiltIn({ chains, rules }: Table): boolean {
  return chains.some(({ name }) => builtIn.has(name)) || rules.some(({ chain }) => builtIn.has(chain));
}

/** Whether lines of kube-proxy's table nat are missing. */
function isPart(table: Table): boolean {
  return table.name === 'nat' && table.isPartial === true && chainsOf(table).has('KUBE-SERVICES');
}

function chainsOf({ chains, rules }: Table): Set<string> {
  return new Set([...chains.map(({ name }) => name), ...rules.map(({ chain }) => chain)]);
}

function withSharedRules(table: Table): Table {
  if (!isPart(table)) return table;
  const given = chainsOf(table);
  const called = new Set(table.rules.flatMap(({ target }) => (target?.kind === 'jump' ? [target.chain] : [])));
  const nodePorts = given.has('KUBE-NODEPORTS') && !called.has('KUBE-NODEPORTS') ? [toNodePorts] : [];
  return {
    ...table,
    rules: [
      ...table.rules,
      ...lastOfExternal(table),
      ...masquerading.filter(({ chain }) => !given.has(chain)),
      ...nodePorts,
    ],
  };
}

/** The last rule of KUBE-EXT chains, which alone has no comment, so that grep for a Service leaves it out. */
function lastOfExternal({ rules }: Table): Rule[] {
  const byChain = new Map<string, Rule[]>();
  for (const rule of rules) {
    if (!rule.chain.startsWith('KUBE-EXT-')) continue;
    addToGroup(byChain, rule.chain, rule);
  }
  return [...byChain].flatMap(([chain, own]) => {
    if (own.some(({ matches, target }) => matches.length === 0 && target?.kind === 'jump')) return [];
    // With externalTrafficPolicy Local, other rules of the chain choose what the node and its Pods send.
    const isLocal = own.some(({ target }) => target?.kind === 'jump' && target.chain.startsWith('KUBE-SVC-'));
    const next = chain.replace('KUBE-EXT-', isLocal ? 'KUBE-SVL-' : 'KUBE-SVC-');
    return [{ chain, matches: [], target: { kind: 'jump', chain: next } }];
  });
}

const toNodePorts: Rule = {
  chain: 'KUBE-SERVICES',
  matches: [{ kind: 'addressType', destinationType: 'LOCAL' }],
  target: { kind: 'jump', chain: 'KUBE-NODEPORTS' },
};

const bits = 1 << defaultMasqueradeBit;

const masquerading: readonly Rule[] = [
  { chain: 'KUBE-MARK-MASQ', matches: [], target: { kind: 'mark', operation: 'orMark', bits } },
  {
    chain: 'KUBE-POSTROUTING',
    matches: [{ kind: 'mark', mark: { value: bits, mask: bits } }],
    target: { kind: 'masquerade' },
  },
];

/** Without the jumps to chains that are not there. */
function withoutLooseJumps(table: Table): Table {
  const chains = chainsOf(table);
  return {
    ...table,
    rules: table.rules.filter(
      ({ chain, target }) => !builtIn.has(chain) || target?.kind !== 'jump' || chains.has(target.chain),
    ),
  };
}
