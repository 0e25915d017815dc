import type { LintContext } from '../context.js';
import { groupBy } from './groups.js';
import type { ServiceView } from './service.js';
import { directoryOf, saysNamespace } from './vicinity.js';
import type { WorkloadView } from './workload.js';

/** A Service and the workloads that its selector picks: at least one. */
export interface SelectingService {
  readonly service: ServiceView;
  readonly selected: readonly WorkloadView[];
  /** Where only one of them is likely to run with the Service: those of the set that match as well. */
  readonly others: readonly WorkloadView[];
}

const known = new WeakMap<LintContext, readonly SelectingService[]>();

/**
 * The Services that pick some workload of the set, worked out once. An ExternalName's selector is not looked at:
 * nothing applies it.
 */
export function selectingServices(context: LintContext): readonly SelectingService[] {
  let services = known.get(context);
  if (services === undefined) known.set(context, (services = selectAll(context)));
  return services;
}

function selectAll(context: LintContext): SelectingService[] {
  const definitions = new Map<string, number>();
  const key = ({ namespace, name }: ServiceView): string => `${namespace}\0${name}`;
  for (const service of context.services) definitions.set(key(service), (definitions.get(key(service)) ?? 0) + 1);
  return context.services.flatMap((service) => {
    if (service.isExternalName || service.selector === undefined) return [];
    const matching = context.select(service.namespace, service.selector);
    if (matching.length < 2) return matching.length === 0 ? [] : [{ service, selected: matching, others: [] }];
    const hasVariants = !saysNamespace(service.object) || (definitions.get(key(service)) ?? 0) > 1;
    return [{ service, ...(hasVariants ? atHome(service, matching) : { selected: matching, others: [] }) }];
  });
}

/**
 * People keep variants of one application in directories of their own and lint them as one set: where nothing says the
 * namespace, or the Service is defined more than once, and one workload alone stands in the Service's directory, that
 * is the one it is for.
 */
function atHome(
  { object }: ServiceView,
  matching: readonly WorkloadView[],
): { selected: readonly WorkloadView[]; others: readonly WorkloadView[] } {
  const directory = directoryOf(object.source.name);
  const beside = byIdentity(matching.filter((workload) => directoryOf(workload.object.source.name) === directory));
  const [home] = beside;
  if (beside.length !== 1 || home === undefined) return { selected: matching, others: [] };
  const isHome = (workload: WorkloadView): boolean =>
    home.includes(workload) || identityOf(workload) === identityOf(home[0] ?? workload);
  return { selected: matching.filter(isHome), others: matching.filter((workload) => !isHome(workload)) };
}

/** Workloads by what they are in the cluster: two definitions of one name (a base and its variant) are one. */
export function byIdentity(workloads: readonly WorkloadView[]): WorkloadView[][] {
  if (workloads.length === 1) return [[...workloads]];
  return [...groupBy(workloads, identityOf).values()];
}

function identityOf(workload: WorkloadView): WorkloadView | string {
  return workload.name === '' ? workload : `${workload.kind}\0${workload.name}`;
}

/** Whether a node may be without one of the Pods: no DaemonSet is among the workloads. */
export function mayMissNodes(workloads: readonly WorkloadView[]): boolean {
  return workloads.every((workload) => workload.kind !== 'DaemonSet');
}
