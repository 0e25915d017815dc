import type { ChainExplanation, ExplainedRule, OverviewExplanation, RuleExplanation } from '../types.js';
import { GraphBuilder, type Graph } from './graph.js';

const most = 40;

/** The callers of a chain, and where its rules lead. */
export function chainGraph({ chains }: ChainExplanation): Graph {
  const builder = new GraphBuilder(`Chain ${chains[0]?.chain ?? ''}`);
  for (const { chain, kind, table, family, calledBy, moreCallers, rules } of chains) {
    const own = builder.node(`${family} ${table} ${chain}`, 'chain', [
      kind === undefined ? chain : `${kind} ${chain}`,
      `table ${table}`,
    ]);
    for (const caller of calledBy)
      builder.edge(
        builder.node(`${family} ${table} ${caller.chain}`, 'chain', [caller.chain]),
        own,
        `${caller.kind ?? 'rule'} ${caller.number}`,
      );
    if (moreCallers > 0)
      builder.edge(builder.node(`${family} ${table} more callers`, 'chain', [`… and ${moreCallers} more rules`]), own);
    for (const rule of rules.slice(0, most))
      addRule(builder, `${family} ${table}`, own, rule, kind === undefined ? 'rule' : 'element');
    if (rules.length > most)
      builder.edge(own, builder.node(`${family} ${table} more`, 'chain', [`… and ${rules.length - most} more rules`]));
  }
  return builder.finish();
}

function addRule(
  builder: GraphBuilder,
  place: string,
  own: string,
  { number, text, leadsTo }: ExplainedRule,
  what = 'rule',
): void {
  for (const { name, kind } of leadsTo ?? [])
    builder.edge(own, builder.node(`${place} ${name}`, nodeKinds[kind], [name]), `${what} ${number}`);
  if (leadsTo !== undefined) return;
  const target = /(?:^| )-[jg] (\S+)(.*)$/.exec(text);
  if (target === null) return;
  const name = `${target[1] ?? ''}${target[1] === 'DNAT' ? ` ${/--to-destination (\S+)/.exec(text)?.[1] ?? ''}` : ''}`;
  const kind = target[1] === 'DNAT' ? 'endpoint' : target[1] === 'DROP' || target[1] === 'REJECT' ? 'refused' : 'chain';
  builder.edge(own, builder.node(`${place} ${name}`, kind, [name]), `rule ${number}`);
}

const nodeKinds = { chain: 'chain', map: 'chain', endpoint: 'endpoint', end: 'refused' } as const;

/** A rule's chain, the rule, and the chains that it leads to. */
export function ruleGraph({ chain, table, number, text, leadsTo, isIn, next }: RuleExplanation): Graph {
  const builder = new GraphBuilder(`Rule ${number} of ${chain}`);
  const own = builder.node(`${table} ${chain}`, 'chain', [chain, `table ${table}`]);
  const rule = { number, text, words: '', ...(leadsTo === undefined ? {} : { leadsTo }) };
  addRule(builder, table, own, rule, isIn === undefined ? 'rule' : 'element');
  for (const one of next) {
    const id = builder.node(`${table} ${one.chain}`, 'chain', [one.chain]);
    for (const rule of one.rules.slice(0, most))
      addRule(builder, table, id, rule, one.kind === undefined ? 'rule' : 'element');
  }
  return builder.finish();
}

/** Every Service with its addresses and its number of endpoints. */
export function overviewGraph({ services, node }: OverviewExplanation): Graph {
  const builder = new GraphBuilder(node === '' ? 'Services' : `Services on ${node}`);
  services.slice(0, 2 * most).forEach(({ service, port, addresses, endpoints, problem }, index) => {
    const id = builder.node(`service ${service}`, 'chain', [service]);
    if (addresses !== '')
      builder.edge(builder.node(`address ${addresses} ${index}`, 'address', addresses.split(', ')), id, port);
    const label = problem === '' ? [`${endpoints || 'no'} endpoints`] : [`${endpoints || 'no'} endpoints`, problem];
    builder.edge(
      id,
      builder.node(`endpoints ${service} ${index}`, problem === '' ? 'endpoint' : 'refused', label),
      port,
    );
  });
  if (services.length > 2 * most)
    builder.node('more', 'chain', [`… and ${services.length - 2 * most} more Service ports`]);
  return builder.finish();
}
