import { entryOf } from '../../../diagnostics/groups.js';
import { memoized } from '../../../diagnostics/memoized.js';
import { describeLabels, describeWorkloads } from '../../model/describe.js';
import { folderOfObject } from '../../model/folders.js';
import { faultyNamedPorts } from '../../model/named-ports.js';
import { byIdentity, selectingServices, type SelectingService } from '../../model/selected.js';
import { isEndpointOf, servingPorts } from '../../model/serving-ports.js';
import { runOneImage } from '../../model/one-image.js';
import type { ServiceView } from '../../model/service.js';
import { saysNamespace } from '../../model/surroundings.js';
import { areVariants } from '../../model/variants.js';
import type { WorkloadView } from '../../model/workload.js';
import type { LintRule, Problem } from '../../rule.js';

const deployment = (name: string): string => `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
        tier: front
    spec:
      containers:
      - name: ${name}
        image: registry.example.com/${name}:1.4
        ports:
        - name: http
          containerPort: 8080
        readinessProbe:
          httpGet:
            path: /healthz
            port: http
`;

const service = (selector: string): string => `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    ${selector}
  ports:
  - name: http
    port: 80
    targetPort: http
${deployment('web')}${deployment('search')}`;

export const selectsManyWorkloads: LintRule = {
  id: 'service/selects-many-workloads',
  severity: 'warning',
  documentation: {
    summary: 'The selector matches Pods of more than one workload',
    why: `A Service does not know workloads, only labels: every ready Pod of its namespace that has them is an endpoint,
and each connection goes to one of them by chance. A selector that is too wide therefore mixes applications: a share of
the requests, in proportion to the Pods, reaches a program that knows nothing of them. The same happens with Pods of a
Job that took over the labels of a Deployment, while they run. Where each targetPort is a name, Jobs without it and
workloads that declare no port do not count, as their Pods are endpoints of no port.

Workloads of one kind that are equal but for name, replicas, images and the value of one label (a stable and a canary
Deployment) are meant to share a Service, and are an info. So are workloads that run one image and all declare the
Service's ports, and Pods of one image that declare none. So are members of a cluster that are numbered by hand, one
workload as two kinds, and all that a headless Service selects: its clients see every Pod. So are workloads of other directories than the Service's,
where one is beside it, or all in different ones, and nothing says the namespace, or the Service is defined more than once: they may never run
together.`,
    remedy:
      "Select a label that only the wanted workload's Pods have, such as `app.kubernetes.io/name` together with " +
      '`app.kubernetes.io/component`.',
    falseAlarm:
      'Where the workloads answer alike on purpose: a canary, a second generation during a move, shards behind one name.',
    bad: service('tier: front'),
    good: service('app: web'),
    sources: [
      'https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service',
      'https://kubernetes.io/docs/concepts/workloads/management/#canary-deployments',
    ],
  },
  *check(context) {
    const partial = new Set(faultyNamedPorts(context).map((found) => found.service));
    for (const selecting of selectingServices(context)) {
      const { service, matching } = selecting;
      const { object, isHeadless } = service;
      if (matching.length < 2 || context.isRefused(object, ['spec', 'selector'])) continue;
      const ports = service.ports.map(({ targetPort, port, protocol }) => [targetPort, port, protocol]);
      const key = JSON.stringify([
        isHeadless,
        partial.has(service),
        saysNamespace(object),
        folderOfObject(object),
        ports,
      ]);
      for (const verdict of entryOf(verdictsOn(matching), key, () => judge(selecting, partial.has(service))))
        yield { object, path: ['spec', 'selector'], ...verdict };
    }
  },
};

/** What is said of a Service, apart from its name. */
type Verdict = Pick<Problem, 'severity' | 'message'>;

/** The verdicts on a list of workloads; many Services may select the same one. */
const verdictsOn = memoized<readonly WorkloadView[], Map<string, readonly Verdict[]>>(() => new Map());

function judge({ service, matching, others }: SelectingService, isPartial: boolean): readonly Verdict[] {
  const workloads = byIdentity(matching)
    .flatMap((definitions) => definitions.slice(0, 1))
    .filter((workload) => isMeantToServe(workload) || isEndpointOf(workload, service.ports));
  if (workloads.length < 2) return [];
  const who = `The selector ${describeLabels(service.selector ?? [])} matches Pods of ${describeWorkloads(workloads, 3)}`;
  const excuse = excuseOf(workloads, service, others, isPartial);
  if (excuse !== undefined) return [{ severity: 'info', message: `${who}, ${excuse}.` }];
  const effect = `so each connection reaches one of ${count(workloads)} by chance`;
  return [{ message: `${who}, ${effect}; add a label that only the wanted Pods have.` }];
}

/** Why it may be right that the Service selects all these workloads. */
function excuseOf(
  workloads: readonly WorkloadView[],
  service: ServiceView,
  others: readonly WorkloadView[],
  isPartial: boolean,
): string | undefined {
  if (service.isHeadless || areOneCluster(workloads))
    return 'which is right if they are members of one cluster or alternatives; otherwise add a label that only the wanted Pods have';
  if (areVariants(workloads, isPartial) || areCanaries(workloads))
    return "which differ in little but a label and share the Service's traffic by number of Pods; that is a canary if it is meant";
  if (runOneImage(workloads, service))
    return "which run one image; if they are not meant to share the Service's connections, add a label that only the wanted Pods have";
  if (others.length > 0)
    return 'of which the first is in its folder; if the others run in the same namespace, each connection reaches one of them by chance';
  return areApart(service, workloads)
    ? 'which are in different folders; if they run in the same namespace, each connection reaches one of them by chance'
    : undefined;
}

/** Whether the Pods declare ports and are none of a Job, so that it may be a mistake if they lack a name. */
function isMeantToServe(workload: WorkloadView): boolean {
  return workload.kind !== 'Job' && workload.kind !== 'CronJob' && servingPorts(workload).length > 0;
}

/** Whether one name is the other with a canary suffix, or with a version of several numbers: `istiod-1-10-0`. */
function areCanaries(workloads: readonly WorkloadView[]): boolean {
  const [first, ...rest] = workloads.map(({ name }) =>
    name.replace(/-(?:canary|stable|baseline|blue|green|v?\d+(?:[-.]\d+)+)$/, ''),
  );
  return first !== '' && rest.every((name) => name === first);
}

/** Whether the workloads are in several folders, none of them the Service's, and no namespace is written. */
function areApart({ object }: ServiceView, workloads: readonly WorkloadView[]): boolean {
  const folders = new Set(workloads.map((workload) => folderOfObject(workload.object)));
  return !saysNamespace(object) && folders.size > 1 && !folders.has(folderOfObject(object));
}

/**
 * Whether workloads are members of one cluster, numbered by hand (`zookeeper-1`, `zookeeper-2`), or the same workload
 * in two kinds, of which users choose one.
 */
function areOneCluster(workloads: readonly WorkloadView[]): boolean {
  const names = new Set(workloads.map(({ name }) => name.replace(/\d+/g, '#')));
  return names.size === 1 && !names.has('');
}

function count(workloads: readonly WorkloadView[]): string {
  return workloads.length === 2 ? 'the two' : `these ${workloads.length}`;
}
