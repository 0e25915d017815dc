import type { Path } from '../../../diagnostics/finding.js';
import { nearest } from '../../../diagnostics/nearest.js';
import { quote } from '../../../diagnostics/quote.js';
import type { LintContext } from '../../context.js';
import { databaseStatefulSet } from '../../model/example-manifests.js';
import { addToGroup } from '../../../diagnostics/groups.js';
import { describeObject } from '../../model/names.js';
import { OperatorIndex } from '../../model/operators.js';
import { selectingServices } from '../../model/selected.js';
import type { ServiceView } from '../../model/service.js';
import type { WorkloadView } from '../../model/workload.js';
import type { LintRule, Problem } from '../../rule.js';
import { textAt } from '../../values.js';

const service = (name: string): string => `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  clusterIP: None
  selector:
    app: db
  ports:
  - name: pg
    port: 5432
${databaseStatefulSet}`;

export const governingService: LintRule = {
  id: 'workload/governing-service',
  severity: 'warning',
  documentation: {
    summary: 'A StatefulSet or a Pod names a governing Service that is not there, or is not headless',
    why: `The Pods of a StatefulSet have names of their own in DNS: \`db-0.db.shop.svc.cluster.local\` for the first Pod of
StatefulSet \`db\` with the \`serviceName\` \`db\`. The cluster's DNS makes them from the endpoints of a *headless*
Service of that name. Without that Service the names do not resolve, and replicas that look for each other by name
never meet; nothing says so, since the API server checks neither. The same holds for the \`hostname\` and
\`subdomain\` of a Pod.

It is an info where a StatefulSet's Service is there and has a cluster IP: Pods are then reached through the Service, and by no
name of their own. It is an info, too, where the Service may be made elsewhere: where none of the set selects the Pods
that is headless or has a name like the one asked for. Nothing is said where the set holds no Service in that
namespace.`,
    remedy: 'Make a headless Service (`clusterIP: None`) of that name that selects the Pods, or name the one there is.',
    falseAlarm: 'Where nothing asks for the Pods by name, or an operator makes the Service.',
    bad: service('database'),
    good: service('db'),
    sources: [
      'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id',
      'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-hostname-and-subdomain-field',
    ],
  },
  *check(context) {
    const governed = context.workloads.flatMap(viewGoverned);
    if (governed.length === 0) return;
    let missing: MissingServices | undefined;
    for (const workload of governed) {
      const { object, namespace } = workload.workload;
      const found = context.service(namespace, workload.service);
      if (found === undefined) yield* (missing ??= new MissingServices(context)).describe(workload);
      else if (
        !found.isHeadless &&
        !context.isRefused(found.object, ['spec', 'clusterIP']) &&
        hasNoHeadless(context, workload)
      )
        yield {
          object,
          path: workload.path,
          // A StatefulSet must name some Service; a subdomain, in contrast, shows that the DNS names are wanted.
          ...(workload.workload.kind === 'StatefulSet' ? { severity: 'info' as const } : {}),
          message: `${describeObject(found.object)} is not headless, so the Pods have no names of their own such as ${nameOf(workload)}; set clusterIP: None if they need them.`,
        };
    }
  },
};

/** A workload and the Service that gives its Pods DNS names. */
interface Governed {
  readonly workload: WorkloadView;
  readonly service: string;
  readonly path: Path;
}

function viewGoverned(workload: WorkloadView): Governed[] {
  const isStateful = workload.kind === 'StatefulSet';
  const path = isStateful ? ['spec', 'serviceName'] : [...workload.podSpecPath, 'subdomain'];
  const service = textAt(workload.object.value, ...path);
  return service === '' ? [] : [{ workload, service, path }];
}

/** Two definitions may differ: it is enough if one of them is headless. */
function hasNoHeadless(context: LintContext, { workload, service }: Governed): boolean {
  return !context.servicesIn(workload.namespace).some((view) => view.name === service && view.isHeadless);
}

function nameOf({ workload, service }: Governed): string {
  const host =
    workload.kind === 'StatefulSet' ? `${workload.name}-0` : textAt(workload.podSpec, 'hostname') || workload.name;
  return quote(`${host}.${service}`);
}

class MissingServices {
  readonly #context: LintContext;
  readonly #operators: OperatorIndex;
  readonly #selecting: ReadonlyMap<WorkloadView, readonly ServiceView[]>;

  constructor(context: LintContext) {
    this.#context = context;
    this.#operators = new OperatorIndex(context);
    const selecting = new Map<WorkloadView, ServiceView[]>();
    for (const { service, selected } of selectingServices(context)) {
      if ([...(service.selector ?? [])].some(([key]) => key.includes('kubernetes.io/pod-'))) continue;
      for (const workload of selected) addToGroup(selecting, workload, service);
    }
    this.#selecting = selecting;
  }

  *describe(governed: Governed): Generator<Problem> {
    const { workload, service, path } = governed;
    const { object, namespace } = workload;
    const context = this.#context;
    if (context.servicesIn(namespace).length === 0 || this.#operators.mayMakeService(namespace, service)) return;
    const others = this.#selecting.get(workload) ?? [];
    const other = others.find(({ isHeadless }) => isHeadless) ?? others[0];
    const isExpected =
      other !== undefined &&
      (other.isHeadless || isMeantBy(service, other.name)) &&
      !context.unread.mention(['Service', service]) &&
      context.surroundings.areTogether(object, other.object);
    const what = `There is no Service ${quote(service)} in namespace ${quote(namespace)}`;
    yield isExpected
      ? {
          object,
          path,
          message: `${what}, so names such as ${nameOf(governed)} do not resolve; ${advice(other)}.`,
        }
      : {
          object,
          path,
          severity: 'info',
          message: `${what} of the set; lint it together with the ${object.kind} to know that names such as ${nameOf(governed)} resolve.`,
        };
  }
}

/**
 * Whether a name probably means that Service: misspelt, shortened (`db` for `shop-db`), or with another ending
 * (`shop-orders-db-set` for `shop-orders-db-service`).
 */
function isMeantBy(name: string, service: string): boolean {
  return nearest(name, [service]) !== undefined || `-${service}-`.includes(`-${name}-`) || haveOneStem(name, service);
}

/** Whether more than half of the dash-separated parts of both names are equal, and both end in something else. */
function haveOneStem(name: string, other: string): boolean {
  const [parts, others] = [name.split('-'), other.split('-')];
  const differing = parts.findIndex((part, index) => part !== others[index]);
  return differing < others.length && differing > Math.max(parts.length, others.length) / 2;
}

function advice({ name, isHeadless }: ServiceView): string {
  return `the Service that selects these Pods is ${quote(name)}${isHeadless ? ': name it' : ', which is not headless: add one that is'}`;
}
