import { describeObject } from '../../model/names.js';
import { isolationIn, isPort, podSelectorPath, type Isolation } from '../../model/isolated.js';
import { lostEgress, type LostEgress } from '../../model/lost-egress.js';
import { otherPolicies, type Policy, type PolicyPort } from '../../model/policy.js';
import { selectingServices, type SelectingService } from '../../model/selected.js';
import { findNamedPort, targetOf } from '../../model/serving-ports.js';
import type { ServicePortView } from '../../model/service.js';
import type { WorkloadView } from '../../model/workload.js';
import { quote } from '../../../diagnostics/quote.js';
import type { LintRule, Problem } from '../../rule.js';
import { examplePolicy, exampleWeb } from './example-manifests.js';
import { isObject, valueAt } from '../../../manifests/values.js';
import { joinWords } from '../../../diagnostics/words.js';

const admits = (port: number): string => `${examplePolicy(`  ingress:\n  - ports:\n    - port: ${port}`)}${exampleWeb}`;

export const portNotAdmitted: LintRule = {
  id: 'policy/port-not-admitted',
  severity: 'warning',
  documentation: {
    summary: 'NetworkPolicies admit ports of a Service, but not those that it sends to',
    why: `A NetworkPolicy looks at packets where they come to the Pod, after kube-proxy has rewritten the Service's port to the targetPort. A policy that names the Service's port instead admits nothing, and
whatever is not admitted is dropped: connections to the Service time out.

Reported are Services if NetworkPolicies with ports select all of their Pods, and none of these ports is a port that the Service sends to, and ports of a Service that are admitted by the Service's number only. Policies without ports admit
all, and policies that admit nothing at all are meant so.

The same holds where connections leave: a rule for egress to Pods by their labels that names the port of their Service. It is reported where no container of them declares that number, and no rule for egress of the namespace admits the right one to them.

It is an info where only policies for all Pods of the namespace name ports, or the set has policies of other APIs (Calico's, Cilium's), which may admit more.`,
    remedy:
      'Name the port of the Pods: the targetPort of the Service, by its number or by the name of the container port.',
    falseAlarm:
      'Where another policy, which is not among the inputs, admits the port. Lint it together with these, or accept the finding.',
    bad: admits(80),
    good: admits(8080),
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
      'networking.k8s.io/v1, NetworkPolicyPort: "port: The port on the given protocol", of the Pods',
    ],
  },
  *check(context) {
    const isolation = isolationIn(context);
    if (isolation.policies.length === 0) return;
    const isAlone = otherPolicies(context.objects) === undefined;
    for (const selecting of selectingServices(context)) yield* problemsOf(selecting, isolation, isAlone);
    for (const lost of lostEgress(context, isolation)) yield egressProblem(lost, isAlone);
  },
};

function* problemsOf(
  { service, selected }: SelectingService,
  isolation: Isolation,
  isAlone: boolean,
): Iterable<Problem> {
  const [first] = selected;
  const policies = new Set(selected.flatMap((workload) => isolation.isolating(workload, 'ingress')));
  const named = [...policies].filter((policy) => portsOf(policy).length > 0);
  const [policy] = named;
  const isOpen = selected.some((workload) => isolation.isolating(workload, 'ingress').length === 0);
  if (first === undefined || policy === undefined || isOpen) return;
  const lost = service.ports.filter((port) => selected.every((workload) => isLost(port, workload, isolation)));
  const byNumber = lost.filter((port) => isNamedInstead(port, named, first));
  const all = lost.length === service.ports.length ? lost : byNumber;
  if (all.length === 0) return;
  const isMeant = named.some(({ object }) => isObject(valueAt(object.value, ...podSelectorPath, 'matchLabels')));
  const ports = [...new Set(named.flatMap((one) => portsOf(one).map(({ port }) => String(port))))];
  const targets = all.map((port) => quote(String(targetOf(port) ?? '')));
  yield {
    object: policy.object,
    path: ['spec', 'ingress'],
    severity: isMeant && isAlone && selected.every(isolation.isOwn) ? 'warning' : 'info',
    message:
      `${describeObject(policy.object)} admits ${ports.length === 1 ? 'port' : 'ports'} ${joinWords(ports.slice(0, 5).map((one) => quote(one)))} of the Pods of ` +
      `${describeObject(service.object)}, which sends to ${joinWords(targets.slice(0, 5))}: connections to it are dropped; admit the port of the Pods.`,
  };
}

function egressProblem({ policy, path, sender: { service, port, target } }: LostEgress, isAlone: boolean): Problem {
  return {
    object: policy.object,
    path,
    severity: isAlone ? 'warning' : 'info',
    message:
      `${describeObject(policy.object)} lets its Pods connect to port ${port.port ?? ''} of the Pods of ${describeObject(service.object)}, which sends to port ${target}: ` +
      `connections to it are dropped; admit port ${target}.`,
  };
}

function portsOf(policy: Policy): readonly PolicyPort[] {
  return policy.ingress.flatMap(({ ports }) => ports ?? []).filter(({ port }) => port !== undefined);
}

/** Whether no policy of a workload's Pods allows the Service's target port. */
function isLost(port: ServicePortView, workload: WorkloadView, isolation: Isolation): boolean {
  const target = targetOf(port);
  const number = typeof target === 'string' ? findNamedPort(workload, target, port.protocol) : target;
  if (number === undefined) return false;
  const wanted = { protocol: port.protocol, port: number };
  const rules = isolation.isolating(workload, 'ingress').flatMap(({ ingress }) => ingress);
  return !rules.some(
    ({ ports }) =>
      ports === undefined || ports.some((one) => isUndeclared(one, workload) || isPort(one, wanted, workload)),
  );
}

/** policy/port-name-undeclared reports these: the intended port is unknown. */
function isUndeclared({ port, protocol }: PolicyPort, workload: WorkloadView): boolean {
  return typeof port === 'string' && findNamedPort(workload, port, protocol) === undefined;
}

/** Whether a policy contains the Service's own port instead. */
function isNamedInstead(
  { port, protocol, targetPort }: ServicePortView,
  named: readonly Policy[],
  workload: WorkloadView,
): boolean {
  if (port === undefined || targetPort === undefined || targetPort === port) return false;
  return named.some(({ ingress }) =>
    ingress.some(({ ports = [] }) =>
      ports.some((one) => one.port !== undefined && isPort(one, { protocol, port }, workload)),
    ),
  );
}
