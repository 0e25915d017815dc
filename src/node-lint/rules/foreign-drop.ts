import { joinWords, plain, someOf } from '../../explain/words/plain.js';
import type { TableName } from '../../iptables/types.js';
import type { Stop } from '../../explain/stops.js';
import type { FamilyContext } from '../context.js';
import { natTable } from '../model/example-dumps.js';
import { serviceOfPort } from '../model/services.js';
import type { NodeRule } from '../rule.js';

const filterTable = (...rules: readonly string[]): string =>
  `${natTable()}
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:KUBE-FORWARD - [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
${rules.join('\n')}
-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT`;
const jump = '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD';

export const foreignDrop: NodeRule = {
  id: 'node/foreign-drop',
  severity: 'error',
  documentation: {
    summary: 'A firewall rule, or a policy, drops what Services send to their endpoints',
    why: `After kube-proxy has chosen an endpoint, the packet still passes the filter table: a DROP or REJECT there, or a policy DROP without a rule that accepts it before, ends it although Service, endpoints and
kube-proxy's rules are all in order. Docker, and many firewalls, set the policy of FORWARD to DROP; kube-proxy accepts only what it masquerades, so that traffic between Pods needs a rule of the CNI
plugin. Connections of every client are followed through all rules of the node.

It is an **error** where no client of a cluster IP gets through, and an **info** where a rule stops some clients only, which is what firewalls are for.`,
    remedy:
      'Accept traffic of the Pod range in FORWARD (`-s POD-CIDR -j ACCEPT`, `-d POD-CIDR -j ACCEPT`), or put the rule that drops behind what the CNI plugin accepts.',
    bad: filterTable(jump),
    good: filterTable(jump, '-A FORWARD -s 10.244.0.0/16 -j ACCEPT', '-A FORWARD -d 10.244.0.0/16 -j ACCEPT'),
    sources: [
      'https://docs.docker.com/engine/network/packet-filtering-firewalls/',
      'kube-proxy, pkg/proxy/iptables/proxier.go, kubeForwardChain',
    ],
  },
  *check({ families }) {
    for (const family of families) {
      const groups = new Map<string, Group>();
      for (const stop of family.stops) add(groups, stop);
      for (const group of groups.values()) yield* problemOf(family, group);
    }
  },
};

interface Group extends Stop {
  readonly others: Set<string>;
}

function add(groups: Map<string, Group>, stop: Stop): void {
  const { by, isAll, isClusterIP, where, found } = stop;
  const isError = isAll && isClusterIP;
  const key = `${by.table} ${by.chain} ${by.rule} ${isError}`;
  const known = groups.get(key);
  if (known === undefined) groups.set(key, { ...stop, isAll: isError, others: new Set() });
  else if (known.found !== found) known.others.add(found.name?.text ?? where);
}

function* problemOf(family: FamilyContext, group: Group): ReturnType<NodeRule['check']> {
  const { by, fate, found, where, clients, isAll, others } = group;
  const chain = family.index.chain(by.table as TableName, by.chain);
  if (chain === undefined) return;
  const rule = chain.rules[by.rule - 1];
  const what =
    by.rule === 0 || rule === undefined ? `The policy of ${plain(by.chain)}` : `This rule of ${plain(by.chain)}`;
  const verb = fate === 'dropped' ? 'drops' : 'rejects';
  const more =
    others.size === 0
      ? ''
      : `, and so for ${someOf(
          [...others].map((one) => plain(one)),
          3,
        )}`;
  yield {
    place: rule === undefined ? family.placeOfChain(chain) : family.placeOf({ chain, number: by.rule, rule }),
    severity: isAll ? 'error' : 'info',
    message: isAll
      ? `${what} ${verb} all that comes in for ${found.name?.text ?? 'a Service'} (${where}) after kube-proxy has sent it on${more}; accept the Pod range before it.`
      : `${what} ${verb} connections of ${joinWords(clients.slice(0, 3).map((one) => plain(one)))} to ${found.name?.text ?? 'a Service'} (${where})${more}.`,
    service: others.size === 0 ? serviceOfPort(found) : undefined,
  };
}
