import { isAlwaysMet } from '../../explain/rules/implied.js';
import { plain } from '../../explain/words/plain.js';
import type { TableName } from '../../iptables/types.js';
import type { Rule } from '../../nftables/types.js';
import type { NodeContext } from '../context.js';
import { deciderName, placeOfDecider } from '../model/decider-place.js';
import { chainsOf } from '../model/nftables.js';
import { nftablesOf, tableName } from '../model/nftables-words.js';
import { natTable } from '../model/example-dumps.js';
import { ruleName } from '../model/words.js';
import type { NodeProblem, NodeRule } from '../rule.js';
import { someOf } from '../../diagnostics/words.js';

export const masqueradeEverything: NodeRule = {
  id: 'node/masquerade-everything',
  severity: 'warning',
  documentation: {
    summary: "POSTROUTING gives every packet the node's address, so that Pods see no client's",
    why: `A MASQUERADE or SNAT without any condition rewrites whatever leaves the node, and what it sends to its own Pods: every Pod sees the node's address instead of the client's. Logs, rate
limits and \`externalTrafficPolicy: Local\` lose their point, and a NetworkPolicy that admits Pods by their addresses or labels does not know them any more. It is often left from a VPN, a
router's set-up, or a first try with a cluster. The same happens with a condition on a range that is not the cluster's (\`! -d 10.200.0.0/16\`): connections of this node's Pods to
Service addresses are followed through all rules, and reported where a rule of another program than kube-proxy masquerades all of them.`,
    remedy:
      'Limit it to what leaves the cluster: `-s POD-CIDR ! -d POD-CIDR -o eth0 -j MASQUERADE`, as CNI plugins and ip-masq-agent do.',
    bad: natTable((rules) => [...rules, '-A POSTROUTING -j MASQUERADE']),
    good: natTable((rules) => [...rules, '-A POSTROUTING -s 10.244.0.0/16 ! -d 10.244.0.0/16 -j MASQUERADE']),
    sources: [
      'https://kubernetes.io/docs/tutorials/services/source-ip/',
      'https://kubernetes.io/docs/tasks/administer-cluster/ip-masq-agent/',
      'iptables-extensions(8), MASQUERADE',
    ],
  },
  *check(context) {
    for (const family of context.families) {
      const chain = family.isKubeProxys ? family.index.chain('nat', 'POSTROUTING') : undefined;
      const position =
        chain?.rules.findIndex(
          ({ target, matches }) =>
            (target?.kind === 'masquerade' || target?.kind === 'sourceNat') && matches.every(isAlwaysMet),
        ) ?? -1;
      const rule = chain?.rules[position];
      if (chain === undefined || rule === undefined) continue;
      yield {
        place: family.placeOf({ chain, number: position + 1, rule }),
        message:
          `${ruleName(rule, position + 1).replace(/^r/, 'R')} of POSTROUTING takes every packet: Pods see this node's address instead of their clients'; ` +
          'limit it to what leaves the cluster.',
      };
    }
    if (!context.families.some(({ isKubeProxys }) => isKubeProxys)) return;
    const takingAll = [...ofTables(context)];
    yield* takingAll;
    for (const problem of ofPods(context))
      if (!takingAll.some(({ place }) => place.file === problem.place.file && place.line === problem.place.line))
        yield problem;
  },
};

/** Rules with conditions that everything from Pods to Services meets, such as a range that is not the cluster's. */
function* ofPods(context: NodeContext): Iterable<NodeProblem> {
  for (const family of context.families)
    for (const { by, services } of family.hiddenClients) {
      const rule = family.index.chain(by.table as TableName, by.chain)?.rules[by.rule - 1];
      const place = placeOfDecider(context, family, by);
      if (place === undefined || rule?.matches.every(isAlwaysMet) === true) continue;
      const names = someOf(
        services.map(({ name }) => plain(name?.text ?? 'a Service')),
        3,
      );
      yield {
        place,
        message:
          `${deciderName(by)} gives what Pods of this node send to ${names} the node's address, so that the endpoints do not see which Pod it is; ` +
          'limit it to what leaves the cluster.',
      };
    }
}

function* ofTables(context: NodeContext): Iterable<NodeProblem> {
  for (const { table, place } of nftablesOf(context))
    for (const { base, name, rules } of chainsOf(table)) {
      const index = base?.hook === 'postrouting' && base.type === 'nat' ? rules.findIndex(takesAll) : -1;
      if (index < 0) continue;
      yield {
        place: { file: place.file, line: rules[index]?.place?.line ?? place.line },
        message:
          `Rule ${index + 1} of ${plain(name)} (${tableName(table)}) takes every packet: Pods see this node's address instead of their clients'; ` +
          'limit it to what leaves the cluster.',
      };
    }
}

/** A rule of nftables without conditions that gives packets another source address. */
function takesAll({ statements }: Rule): boolean {
  const [target] = statements.filter(({ kind }) => kind !== 'counter');
  return target?.kind === 'masquerade' || target?.kind === 'snat';
}
