import type { Severity } from '../../diagnostics/finding.js';
import type { Interference } from '../../explain/interference.js';
import { plain } from '../../explain/words/plain.js';
import { deciderName, placeOfDecider } from '../model/decider-place.js';
import { natTable } from '../model/example-dumps.js';
import { groupsOfInterference, type InterferenceGroup } from '../model/interference.js';
import type { NodeRule } from '../rule.js';
import { joinWords } from '../../diagnostics/words.js';

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

It is an **error** where no Pod gets to a cluster IP, a **warning** where nobody, or nobody outside of the cluster, gets to a node port, an external IP or a load balancer's address, and an **info** where a rule
stops some clients only, or is that of a network plugin: that is what firewalls and NetworkPolicies are for.`,
    remedy:
      'Accept traffic of the Pod range in FORWARD (`-s POD-CIDR -j ACCEPT`, `-d POD-CIDR -j ACCEPT`), or put the rule that drops behind what the CNI plugin accepts.',
    bad: filterTable(jump),
    good: filterTable(jump, '-A FORWARD -s 10.244.0.0/16 -j ACCEPT', '-A FORWARD -d 10.244.0.0/16 -j ACCEPT'),
    sources: [
      'https://docs.docker.com/engine/network/packet-filtering-firewalls/',
      'kube-proxy, pkg/proxy/iptables/proxier.go, kubeForwardChain',
    ],
  },
  *check(context) {
    for (const family of context.families) {
      const stops = family.interference.filter(({ effect }) => effect === 'drops' || effect === 'rejects');
      for (const group of groupsOfInterference(stops, severityOf)) {
        const place = placeOfDecider(context, family, group.first.by);
        if (place === undefined) continue;
        yield { place, severity: severityOf(group.first), message: messageOf(group), service: group.service };
      }
    }
  },
};

/** Network plugins block packets because of NetworkPolicies. */
const plugins: ReadonlySet<string> = new Set([
  'Antrea',
  'Calico',
  'Cilium',
  'OVN-Kubernetes',
  'Weave Net',
  'kube-network-policies',
  'kube-router',
  'kindnet',
]);

function severityOf({ extent, kind, owner }: Interference): Severity {
  if (extent === 'some' || plugins.has(owner)) return 'info';
  return extent === 'all' && kind === 'clusterIP' ? 'error' : 'warning';
}

function messageOf({ first, others }: InterferenceGroup): string {
  const { by, effect, found, where, clients } = first;
  const name = plain(found.name?.text ?? 'a Service');
  if (severityOf(first) === 'error')
    return `${deciderName(by)} ${effect} all that Pods send to ${name} (${where}) after kube-proxy has sent it on${others}; accept the Pod range before it.`;
  return `${deciderName(by)} ${effect} connections of ${joinWords(clients.slice(0, 3).map((one) => plain(one)))} to ${name} (${where})${others}.`;
}
