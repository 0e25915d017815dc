import type { LintContext } from '../context.js';
import { groupBy } from './groups.js';
import type { ServiceView } from './service.js';
import type { WorkloadView } from './workload.js';

/** A Service and the workloads that its selector picks: at least one. */
export interface SelectingService {
  readonly service: ServiceView;
  readonly selected: readonly WorkloadView[];
}

const known = new WeakMap<LintContext, readonly SelectingService[]>();

/** The Services that pick some workload of the set, worked out once. An ExternalName's selector is not looked at: nothing applies it. */
export function selectingServices(context: LintContext): readonly SelectingService[] {
  let services = known.get(context);
  if (services === undefined) known.set(context, services = context.services.flatMap((service) => selecting(context, service)));
  return services;
}

function selecting(context: LintContext, service: ServiceView): SelectingService[] {
  if (service.isExternalName || service.selector === undefined) return [];
  const selected = context.select(service.namespace, service.selector);
  return selected.length > 0 ? [{ service, selected }] : [];
}

/** Workloads by what they are in the cluster: two definitions of one name (a base and its variant) are one. */
export function byIdentity(workloads: readonly WorkloadView[]): WorkloadView[][] {
  if (workloads.length === 1) return [[...workloads]];
  return [...groupBy(workloads, (workload) => workload.name === '' ? workload : `${workload.kind}\0${workload.name}`).values()];
}

/** Whether a node may be without one of the Pods: no DaemonSet is among the workloads. */
export function mayMissNodes(workloads: readonly WorkloadView[]): boolean {
  return workloads.every((workload) => workload.kind !== 'DaemonSet');
}
