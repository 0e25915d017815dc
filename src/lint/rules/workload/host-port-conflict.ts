import { canMeet, hostPortsOf, type HostPortClaim } from '../../model/host-ports.js';
import { describeObject, placeOf } from '../../model/names.js';
import { imagesOf } from '../../model/one-image.js';
import { nodePortsOf, takesNodePorts } from '../../model/node-ports.js';
import type { ServiceView } from '../../model/service.js';
import { Claims } from '../../model/surroundings.js';
import type { WorkloadView } from '../../model/workload.js';
import type { LintRule, Problem } from '../../rule.js';
import { listAt } from '../../values.js';
import { valueAt } from '../../../manifests/values.js';

const proxy = (kind: string, replicas: string): string => `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: proxy
spec:
${replicas}  selector:
    matchLabels:
      app: proxy
  template:
    metadata:
      labels:
        app: proxy
    spec:
      containers:
      - name: proxy
        image: registry.example.com/proxy:1.9
        ports:
        - name: http
          containerPort: 8080
          hostPort: 80
`;

export const hostPortConflict: LintRule = {
  id: 'workload/host-port-conflict',
  severity: 'warning',
  documentation: {
    summary: 'A hostPort with several replicas outside a DaemonSet, or claimed by two workloads',
    why: `A hostPort belongs to one Pod of a node. The scheduler puts no second Pod with the same (protocol, hostIP, hostPort)
there: it waits as Pending ("didn't have free ports for the requested pod ports") until another node is free, so a
workload runs no more Pods than there are nodes, and a rollout that first adds a Pod may not get on. Pods that bypass
the scheduler fail on the node. Two workloads that claim one port, of whatever namespaces, keep each other off the
nodes, and which of them runs where is a matter of who came first.

Two workloads are reported once, however many ports both claim.

Pods on the host's network take the ports they declare. A hostPort that is a node port of a Service as well is
reported, too: kube-proxy rewrites what arrives there. It is an info where the two are in different folders of a set
that holds alternatives, and nothing is said of alternatives themselves. Nothing is said of two workloads that
nodeName or nodeSelector keeps on different nodes, or of one that has no replicas.`,
    remedy:
      'Use a DaemonSet, a single replica, or a Service (NodePort or LoadBalancer) instead of the hostPort; ' +
      'give the other workload another port.',
    falseAlarm:
      'Where the Pods never meet on one node: node selectors, or as many nodes as replicas and the wish that the rest waits. Replicas that keep apart by a podAntiAffinity, one workload as two kinds, and two of one image, are an info.',
    bad: proxy('Deployment', '  replicas: 3\n'),
    good: proxy('DaemonSet', ''),
    sources: [
      'https://kubernetes.io/docs/concepts/configuration/overview/ (hostPort)',
      'Scheduler: plugin NodePorts, HostPortInfo.CheckConflict',
      'API defaults: SetDefaults_PodSpec sets hostPort for hostNetwork',
    ],
  },
  *check({ workloads, services, surroundings }) {
    const nodePorts = nodePortHolders(services);
    const claims = new Claims<HostPortClaim>(surroundings, ({ workload }) => workload.object);
    for (const workload of workloads) {
      if (workload.replicas === 0) continue;
      const reported = new Set<WorkloadView>();
      for (const claim of hostPortsOf(workload)) {
        const found = claims.note(
          `${claim.protocol}\0${claim.hostPort}`,
          claim,
          (held) => !isSame(held.workload, claim.workload) && canMeet(held, claim),
        );
        const holder = found?.holder.workload ?? workload;
        if (!reported.has(holder)) {
          if (found !== undefined)
            yield conflict(found.holder, claim, found.isCertain && !areAlternatives(found.holder, claim));
          else yield* tooMany(claim);
        }
        reported.add(holder);
        const service = nodePorts.get(`${claim.protocol}\0${claim.hostPort}`);
        if (service !== undefined && surroundings.areTogether(service.object, workload.object))
          yield takenByNodePort(claim, service);
      }
    }
  },
};

/** The Services that request a node port by number, by protocol and number. */
function nodePortHolders(services: readonly ServiceView[]): ReadonlyMap<string, ServiceView> {
  const holders = new Map<string, ServiceView>();
  for (const service of services) {
    if (!takesNodePorts(service)) continue;
    for (const { number, protocol } of nodePortsOf(service)) holders.set(`${protocol}\0${number}`, service);
  }
  return holders;
}

function takenByNodePort({ workload, path, protocol, hostPort }: HostPortClaim, { object }: ServiceView): Problem {
  return {
    object: workload.object,
    path,
    message: `${protocol} port ${hostPort} is a node port of ${describeObject(object)}, too, and kube-proxy sends what arrives there to that Service's Pods, so this one is not reached by it; use another port.`,
  };
}

/** One workload, or two definitions of it. */
function isSame(first: WorkloadView, second: WorkloadView): boolean {
  return (
    first === second ||
    (first.kind === second.kind &&
      first.namespace === second.namespace &&
      first.name === second.name &&
      first.name !== '')
  );
}

/** The same workload in two kinds, or two workloads of one image, of which users choose one. */
function areAlternatives(first: HostPortClaim, second: HostPortClaim): boolean {
  const [one, two] = [first.workload, second.workload];
  if (one.name !== '' && one.name === two.name && one.namespace === two.namespace) return true;
  const images = imagesOf(one);
  return images !== '' && images === imagesOf(two);
}

/** Whether its Pods have anti-affinity to each other: its author knows that each needs a node of its own. */
function keepsApart({ podSpec }: WorkloadView): boolean {
  const affinity = valueAt(podSpec, 'affinity', 'podAntiAffinity') ?? {};
  return [
    ...listAt(affinity, 'requiredDuringSchedulingIgnoredDuringExecution'),
    ...listAt(affinity, 'preferredDuringSchedulingIgnoredDuringExecution').map(
      (term) => valueAt(term, 'podAffinityTerm') ?? {},
    ),
  ].some((term) => valueAt(term, 'topologyKey') === 'kubernetes.io/hostname');
}

function conflict(
  other: HostPortClaim,
  { workload, path, hostPort, protocol }: HostPortClaim,
  isCertain: boolean,
): Problem {
  const what =
    `${protocol} port ${hostPort} of the node is already claimed by ${describeObject(other.workload.object)} at ` +
    placeOf(other.workload.object, other.path);
  return {
    object: workload.object,
    path,
    ...(isCertain ? {} : { severity: 'info' as const }),
    message:
      `${what}${isCertain ? ', so' : '; if one cluster gets both,'} a node runs one of the two and the other ` +
      'waits as Pending; use another port, or a Service.',
  };
}

function* tooMany({ workload, path, hostPort, protocol }: HostPortClaim): Generator<Problem> {
  const { object, replicas = 1 } = workload;
  if (replicas > 1)
    yield {
      object,
      path,
      ...(keepsApart(workload) ? { severity: 'info' as const } : {}),
      message:
        `Only one Pod of a node can have its ${protocol} port ${hostPort}, so each of the ${replicas} replicas needs ` +
        'a node of its own and others wait as Pending; use a DaemonSet, or a Service instead of the hostPort.',
    };
}
