import type { LintContext } from '../context.js';
import { Bundles } from './bundles.js';
import { folderOfObject } from './folders.js';
import { entryOf, groupBy } from '../../diagnostics/groups.js';
import type { ServiceView } from './service.js';
import { saysNamespace } from './surroundings.js';
import type { WorkloadView } from './workload.js';
import { memoized } from '../../diagnostics/memoized.js';

/** A Service and the workloads that its selector matches, at least one. */
export interface SelectingService {
  readonly service: ServiceView;
  readonly selected: readonly WorkloadView[];
  /** If only some of the matching workloads probably run with the Service: the others. */
  readonly others: readonly WorkloadView[];
  /** Both, the selected ones first. Services of one file with one selector share all three lists. */
  readonly matching: readonly WorkloadView[];
}

type Selection = Omit<SelectingService, 'service'>;

/**
 * The Services that select a workload of the set, computed once. An ExternalName's selector is ignored, because nothing
 * uses it.
 */
export const selectingServices = memoized(selectAll);

function selectAll(context: LintContext): readonly SelectingService[] {
  const bundles = new Bundles(context.objects);
  const selections = new Map<readonly WorkloadView[], Map<string, Selection>>();
  return context.services.flatMap((service) => {
    if (service.isExternalName || service.selector === undefined || bundles.makePodsOf(service)) return [];
    const matching = context.select(service.namespace, service.selector);
    if (matching.length < 2)
      return matching.length === 0 ? [] : [{ service, selected: matching, others: [], matching }];
    const { object } = service;
    const place = `${object.source.name}\0${String(saysNamespace(object))}`;
    const known = entryOf(selections, matching, () => new Map<string, Selection>());
    const selection = entryOf(known, place, () => atHome(context, service, matching));
    return [{ service, ...selection }];
  });
}

/**
 * People keep variants of an application in separate files and folders and lint them together. The workloads of a
 * Service are those applied with it: if no namespace is written, the ones in its own folder; if there are none, all
 * that match. Workloads that declare no port may be patches of other definitions.
 */
function atHome({ surroundings }: LintContext, { object }: ServiceView, matching: readonly WorkloadView[]): Selection {
  const together = surroundings.closest(object, matching, (workload) => workload.object);
  const beside = together.filter((workload) => folderOfObject(workload.object) === folderOfObject(object));
  const isOne = !saysNamespace(object) && byIdentity(beside).length === 1;
  const meant = isOne ? withOtherDefinitions(beside, together) : together;
  const patches = meant.filter(({ containers }) => containers.every(({ ports }) => ports.length === 0));
  const chosen = new Set([...meant, ...withOtherDefinitions(patches, matching)]);
  if (chosen.size === matching.length) return { selected: matching, others: [], matching };
  const selected = matching.filter((workload) => chosen.has(workload));
  const others = matching.filter((workload) => !chosen.has(workload));
  return { selected, others, matching: [...selected, ...others] };
}

/** Adds other definitions of the same workloads: a base and its variant are one. */
function withOtherDefinitions(workloads: readonly WorkloadView[], all: readonly WorkloadView[]): WorkloadView[] {
  const identities = new Set(workloads.map(identityOf));
  return all.filter((workload) => identities.has(identityOf(workload)));
}

/** Workloads by their identity in the cluster: two definitions with one name (a base and its variant) are one. */
export const byIdentity = memoized((workloads: readonly WorkloadView[]): readonly (readonly WorkloadView[])[] =>
  workloads.length === 1 ? [workloads] : [...groupBy(workloads, identityOf).values()],
);

function identityOf(workload: WorkloadView): WorkloadView | string {
  return workload.name === '' ? workload : `${workload.kind}\0${workload.name}`;
}

/** Whether a node may have none of the Pods: no DaemonSet is among the workloads. */
export function mayMissNodes(workloads: readonly WorkloadView[]): boolean {
  return workloads.every((workload) => workload.kind !== 'DaemonSet');
}
