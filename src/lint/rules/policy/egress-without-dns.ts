import { describeObject } from '../../model/names.js';
import { isolationIn, type Isolation } from '../../model/isolated.js';
import { otherPolicies, type Policy, type PolicyRule } from '../../model/policy.js';
import type { LintRule } from '../../rule.js';
import { examplePolicy, exampleWeb } from './example-manifests.js';

const database = `  policyTypes: [Egress]
  egress:
  - to:
    - podSelector:
        matchLabels:
          app: db
    ports:
    - port: 5432`;
const dns = `  - to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
    ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}`;

export const egressWithoutDns: LintRule = {
  id: 'policy/egress-without-dns',
  severity: 'warning',
  documentation: {
    summary: 'Pods may open some connections, but ask no name server',
    why: `A NetworkPolicy for egress drops all that it does not admit, and asking for a Service's name is a packet to the Pods of the cluster's DNS (port 53), in another namespace. Without it every look-up
times out, and the connections that the policy admits are never opened, unless the program was given addresses.

All policies that select the same Pods count together, and a policy that admits nothing at all is meant so. It is an info where all that is admitted are ranges of addresses (\`ipBlock\`), which programs may know by
number, where no workload of the set, or of its kustomization, is selected, and where the set has policies of other APIs.`,
    remedy:
      'Admit UDP and TCP port 53 to the namespace kube-system, in this policy or in one for all Pods of the namespace.',
    falseAlarm: 'Where a policy that is not among the inputs admits DNS, or the program is given addresses.',
    bad: `${examplePolicy(database)}${exampleWeb}`,
    good: `${examplePolicy(`${database}\n${dns}`)}${exampleWeb}`,
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
      'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/',
    ],
  },
  *check(context) {
    const isolation = isolationIn(context);
    const isAlone = otherPolicies(context.objects) === undefined;
    for (const policy of isolation.policies) {
      if (!policy.isolates.egress || policy.egress.length === 0 || admitsDns(policy, isolation)) continue;
      const workloads = isolation.selectedBy(policy);
      const isByName = policy.egress.some(({ peers = [] }) => peers.some(({ kind }) => kind === 'selector'));
      const whose =
        workloads.length === 0
          ? ''
          : ` of ${workloads.length === 1 ? describeObject(workloads[0]?.object ?? policy.object) : `${workloads.length} workloads`}`;
      yield {
        object: policy.object,
        path: ['spec', 'egress'],
        severity: isByName && isAlone && workloads.some(isolation.isOwn) ? 'warning' : 'info',
        message: `The Pods${whose} may not ask a name server (UDP port 53), so that they find no Service by its name; admit port 53 to kube-system.`,
      };
    }
  },
};

/**
 * Whether each of its Pods may use DNS, by this policy or others; for Pods outside the set, by this policy or by one
 * for all Pods.
 */
function admitsDns(policy: Policy, isolation: Isolation): boolean {
  const workloads = isolation.selectedBy(policy);
  const sets =
    workloads.length === 0
      ? [isolation.policies.filter((one) => one === policy || isForAll(one, policy))]
      : workloads.map((one) => isolation.isolating(one, 'egress'));
  return sets.every((set) => set.some(({ egress, namespace }) => egress.some((rule) => isDns(rule, namespace))));
}

function isForAll({ namespace, object }: Policy, { namespace: own }: Policy): boolean {
  const selector = JSON.stringify((object.value.spec as { podSelector?: unknown } | undefined)?.podSelector ?? {});
  return namespace === own && /^\{(?:"matchLabels":\{\})?\}$/.test(selector);
}

/**
 * DNS servers listen on port 53, behind OpenShift's Service on 5353. Other Pods of the namespace are not DNS servers,
 * except in kube-system.
 */
function isDns({ peers, ports }: PolicyRule, namespace: string): boolean {
  const isPort = ports?.some(({ port, endPort }) =>
    typeof port !== 'number'
      ? port === undefined || port.includes('dns')
      : [53, 5353].some((dns) => port <= dns && dns <= (endPort ?? port)),
  );
  const isPeer = peers?.some(
    (peer) => peer.kind === 'ipBlock' || peer.namespaceSelector !== undefined || namespace === 'kube-system',
  );
  return isPort !== false && isPeer !== false;
}
