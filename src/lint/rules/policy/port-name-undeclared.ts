import { quote } from '../../../diagnostics/quote.js';
import { describeWorkloads, suggest } from '../../model/describe.js';
import { isolationIn } from '../../model/isolated.js';
import { findNamedPort, servingPorts } from '../../model/serving-ports.js';
import type { WorkloadView } from '../../model/workload.js';
import type { LintRule } from '../../rule.js';
import { examplePolicy, exampleWeb } from './example-manifests.js';

const admits = (port: string): string => `${examplePolicy(`  ingress:\n  - ports:\n    - port: ${port}`)}${exampleWeb}`;

export const portNameUndeclared: LintRule = {
  id: 'policy/port-name-undeclared',
  severity: 'warning',
  documentation: {
    summary: 'A NetworkPolicy admits a port by a name that no container of its Pods declares',
    why: `A name means the container port of that name and protocol, Pod by Pod. Where no container declares it, the entry admits nothing: connections that it was written for are dropped, unless another one admits
them. The name of a Service's port is not such a name.

Pods in another folder than a policy without a namespace count as its own only if no other Pods are beside it, it is not an example, and the set has no alternatives.`,
    remedy: 'Give the container port that name, or write the number.',
    falseAlarm: 'Where other Pods than those of the set are meant, too, which declare the name.',
    bad: admits('web'),
    good: admits('http'),
    sources: ['networking.k8s.io/v1, NetworkPolicyPort: "port … can either be a numerical or named port on a pod"'],
  },
  *check(context) {
    const isolation = isolationIn(context);
    for (const policy of isolation.policies) {
      const workloads = isolation.selectedBy(policy);
      if (workloads.length === 0) continue;
      for (const { path, ports = [] } of policy.ingress)
        for (const [index, { port, protocol }] of ports.entries()) {
          if (typeof port !== 'string' || workloads.some((one) => findNamedPort(one, port, protocol) !== undefined))
            continue;
          yield {
            object: policy.object,
            path: [...path, 'ports', index, 'port'],
            message:
              `No container of ${describeWorkloads(workloads)} declares a ${protocol} port of the name ${quote(port)}, so this entry admits nothing; ` +
              `${adviceFor(port, workloads)}.`,
          };
        }
    }
  },
};

function adviceFor(name: string, workloads: readonly WorkloadView[]): string {
  const declared = workloads.flatMap(servingPorts).map(({ port }) => port);
  const other = declared.find((port) => port.name === name);
  if (other !== undefined) return `the port of that name is of ${other.protocol}: write protocol: ${other.protocol}`;
  return suggest(name, [...new Set(declared.map((port) => port.name))], 'name') ?? 'write the number';
}
