import { addToGroup } from '../../diagnostics/groups.js';
import { jumpsTo } from '../../explain/rules/rule-index.js';
import type { ImpossibleRule, PlacedRule, RulesContext } from '../context.js';
import { natTable } from '../model/example-dumps.js';
import { ruleName } from '../model/words.js';
import type { NodeProblem, NodeRule } from '../rule.js';

export const impossibleRule: NodeRule = {
  id: 'node/impossible-rule',
  severity: 'warning',
  documentation: {
    summary: 'A rule with conditions that no packet can meet at its place',
    why: `Its target never acts. Table nat sees the first packet of a connection only, so that \`ESTABLISHED\` never holds there; before routing, packets have no interface to leave by; what the node sends itself has come in by none; a
rule for UDP in a chain that only TCP is led to waits for ever; two conditions may exclude each other; bits of a mark that its mask takes away are never seen. Mostly it is a
slip of whoever wrote the rule, and something is not done that should be.

It is an **info** where only the rules that lead to its chain keep such packets out, or where other rules lead to the same chain: programs share chains between callers.`,
    remedy: 'Correct the condition, or move the rule to the table and chain where it can be met.',
    bad: natTable((rules) => [
      ...rules,
      '-A POSTROUTING -s 192.168.7.0/24 -m conntrack --ctstate ESTABLISHED -j MASQUERADE',
    ]),
    good: natTable((rules) => [...rules, '-A POSTROUTING -s 192.168.7.0/24 -j MASQUERADE']),
    sources: ['net/netfilter/nf_nat_core.c, nf_nat_inet_fn', 'iptables-extensions(8)', 'net/netfilter/xt_mark.c'],
  },
  *check({ families, tables }) {
    for (const rules of [...families, ...tables]) {
      const byCallers = new Map<string, ImpossibleRule[]>();
      for (const impossible of rules.impossible) {
        const { placed, why, isByCallers } = impossible;
        const { chain } = placed;
        if (!isByCallers)
          yield {
            place: rules.placeOf(placed),
            severity: isOneOfSeveral(rules, placed) ? 'info' : 'warning',
            message: `No packet can meet ${ruleName(placed.rule, placed.number)} of ${rules.chainWords(chain)}: ${why}.`,
          };
        // kube-proxy writes the same rules for all paths to a Service, although some paths are narrower.
        else if (!rules.isOfKubeProxy(chain)) addToGroup(byCallers, `${chain.table} ${chain.name}`, impossible);
      }
      for (const [first, ...others] of byCallers.values())
        if (first !== undefined) yield ofChain(rules, first, others.length);
    }
  },
};

/** Programs write the same jump into several hooks, although it can be met in some of them only. */
function isOneOfSeveral({ index }: RulesContext, { chain: { table }, rule }: PlacedRule): boolean {
  const to = jumpsTo(rule);
  return to !== undefined && index.callers(table, to).length > 1;
}

/** One finding for all rules of a chain that cannot match because of the chain's callers. */
function ofChain(rules: RulesContext, { placed, why }: ImpossibleRule, others: number): NodeProblem {
  const more = others === 0 ? '' : `, nor ${others} more of its rules`;
  return {
    place: rules.placeOf(placed),
    severity: 'info',
    message: `No packet can meet ${ruleName(placed.rule, placed.number)} of ${rules.chainWords(placed.chain)}${more}: ${why}.`,
  };
}
