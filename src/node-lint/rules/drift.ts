import type { ServiceDifference } from '../../diff/types.js';
import { plain } from '../../explain/words/plain.js';
import type { NodeContext } from '../context.js';
import { natTable } from '../model/example-dumps.js';
import type { NodeProblem, NodeRule } from '../rule.js';

const manifests = (port: number): string => `# shop.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  clusterIP: 10.96.0.50
  selector: {app: web}
  ports:
  - name: http
    port: 80
    targetPort: 8080
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: web-x
  namespace: shop
  labels: {kubernetes.io/service-name: web}
addressType: IPv4
ports:
- name: http
  port: ${port}
endpoints:
- addresses: [10.244.1.15]
  conditions: {ready: true}
# node.save
${natTable()}`;

export const drift: NodeRule = {
  id: 'node/drift',
  severity: 'warning',
  documentation: {
    summary: 'The node treats a Service otherwise than the manifests beside its dump say',
    why: `kube-proxy on this node did not get, or did not write, what the cluster holds: it cannot reach the API server, it is stuck, its rules were changed behind its back, or the dump is older than the
manifests. What clients notice is compared, in all their kinds, not the text of rules. Manifests that hold neither EndpointSlices nor workloads say nothing of endpoints, and are not compared.

It is an **info** where the node only does more than the manifests say.`,
    remedy:
      '`kubechains diff MANIFESTS DUMP` prints all of it, with the packets; look at the log of kube-proxy on this node, and restart it.',
    bad: manifests(9090),
    good: manifests(8080),
    sources: ['docs/diff.md'],
  },
  *check(context) {
    for (const difference of context.drift) {
      const problem = problemOf(context, difference);
      if (problem !== undefined) yield problem;
    }
  },
};

/** Sentences begin with a capital letter, except those that begin with the name of a Service. */
function lower(sentence: string): string {
  return sentence.replace(/^[A-Z](?=[a-z]+ )/, (letter) => letter.toLowerCase());
}

function problemOf(context: NodeContext, difference: ServiceDifference): NodeProblem | undefined {
  const family = context.families.find((one) => one.family === difference.family);
  const [namespace, service] = difference.name.replace(/:.*$/, '').split('/');
  const [change, ...others] = difference.changes;
  if (family === undefined || change === undefined) return undefined;
  const found = family.services.find(
    ({ name, protocol }) => name?.text === difference.name && protocol === difference.protocol,
  );
  const [entry] = found?.entries ?? [];
  const chain = entry === undefined ? undefined : family.index.chain(entry.table, entry.chain);
  const [firstText] = context.node.dump?.texts ?? [];
  const place =
    entry !== undefined && chain !== undefined
      ? family.placeOf({ chain, number: entry.number, rule: entry.rule })
      : { file: firstText?.name ?? '', line: 1 };
  return {
    place,
    severity: difference.severity === 'starts' ? 'info' : 'warning',
    message:
      `${plain(difference.name)} is not as in the manifests: ${lower(change.sentence.replace(/\.$/, ''))}` +
      `${others.length === 0 ? '' : `, and ${others.length} more differ`}; kubechains diff prints all.`,
    service: namespace === undefined || service === undefined ? undefined : { namespace, name: service },
  };
}
