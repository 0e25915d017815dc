import { append } from '../../diagnostics/extremes.js';
import type { Path } from '../../diagnostics/finding.js';
import type { ManifestObject } from '../../manifests/types.js';
import type { LintContext } from '../context.js';
import { isProtocol } from './ports.js';
import { byIdentity, selectingServices } from './selected.js';
import { findNamedPort, servingPorts } from './serving-ports.js';
import type { ServicePortView, ServiceView } from './service.js';
import type { ContainerView, WorkloadView } from './workload.js';
import { entryOf } from '../../diagnostics/groups.js';
import { memoized } from '../../diagnostics/memoized.js';

/** The result of looking up a named targetPort: one result for each port, the worst. */
export interface NamedPortLookup {
  readonly service: ServiceView;
  readonly port: ServicePortView;
  /** The path of the targetPort. */
  readonly path: Path;
  readonly name: string;
  readonly selected: readonly WorkloadView[];
  /**
   * `missing`: no selected Pod has the name. `protocol`: some have it, none with the Service port's protocol.
   * `partial`: only some workloads have name and protocol. `numbers`: all have it, with different numbers. `found`: all
   * have it, with one number.
   */
  readonly lookup: 'missing' | 'protocol' | 'partial' | 'numbers' | 'found';
  /** The workloads with name and protocol, and those without; two definitions of one workload count as one. */
  readonly having: readonly WorkloadView[];
  readonly lacking: readonly WorkloadView[];
  /** The numbers of the named port, without repetition. */
  readonly numbers: readonly number[];
}

/**
 * Looks up every named targetPort of Services with selected Pods, once. Ports that are found, and names that the API
 * server rejects, are left out.
 */
export const faultyNamedPorts = memoized((context: LintContext): readonly NamedPortLookup[] =>
  Array.from(lookUpNamedPorts(context)),
);

function* lookUpNamedPorts(context: LintContext): Generator<NamedPortLookup> {
  const haveRefusedName = memoized((selected: readonly WorkloadView[]) =>
    selected.some((workload) => hasRefusedPortName(context, workload)),
  );
  for (const { service, selected } of selectingServices(context)) {
    for (const port of service.ports) {
      const path = [...port.path, 'targetPort'];
      if (typeof port.targetPort !== 'string' || context.isRefused(service.object, path) || !isProtocol(port.protocol))
        continue;
      const lookup = lookUp(port.targetPort, port.protocol, selected);
      if (lookup.lookup === 'found') continue;
      if (lookup.lookup === 'missing' && haveRefusedName(selected)) continue;
      if (lookup.lacking.some((workload) => hasRefusedPort(workload, port.targetPort))) continue;
      yield { service, port, path, name: port.targetPort, selected, ...lookup };
    }
  }
}

type Lookup = Pick<NamedPortLookup, 'lookup' | 'having' | 'lacking' | 'numbers'>;

/** The results for a list of workloads, by name and protocol: many Services may ask for the same port. */
const lookupsIn = memoized<readonly WorkloadView[], Map<string, Lookup>>(() => new Map());

function lookUp(name: string, protocol: string, selected: readonly WorkloadView[]): Lookup {
  return entryOf(lookupsIn(selected), `${protocol}\0${name}`, () => lookUpAnew(name, protocol, selected));
}

function lookUpAnew(name: string, protocol: string, selected: readonly WorkloadView[]): Lookup {
  const having: WorkloadView[] = [];
  const lacking: WorkloadView[] = [];
  const numbers: number[][] = [];
  for (const definitions of byIdentity(selected)) {
    const found = definitions.flatMap((workload) => findNamedPort(workload, name, protocol) ?? []);
    append(found.length > 0 ? having : lacking, definitions.slice(0, 1));
    if (found.length > 0) numbers.push(found);
  }
  const distinct = [...new Set(numbers.flat())];
  if (having.length === 0)
    return {
      lookup: selected.some((workload) => hasName(workload, name)) ? 'protocol' : 'missing',
      having,
      lacking,
      numbers: distinct,
    };
  if (lacking.length > 0) return { lookup: 'partial', having, lacking, numbers: distinct };
  const agree = distinct.length === 1 || distinct.some((number) => numbers.every((found) => found.includes(number)));
  return { lookup: agree ? 'found' : 'numbers', having, lacking, numbers: distinct };
}

function hasName(workload: WorkloadView, name: string): boolean {
  return servingPorts(workload).some(({ port }) => port.name === name);
}

/**
 * A container port with an invalid or misspelt name may be the intended one, and so may a port of a Pod with unreadable
 * containers. This is already reported.
 */
function hasRefusedPortName(context: LintContext, { object, containers }: WorkloadView): boolean {
  return containers.length === 0 || containers.some((container) => hasRefusedName(context, object, container));
}

/** Whether a port of the container, or all of them, cannot be found by name because the name is invalid. */
export function hasRefusedName(context: LintContext, object: ManifestObject, { path, ports }: ContainerView): boolean {
  return ports.length === 0
    ? context.isRefused(object, [...path, 'ports'])
    : ports.some((port) => context.isRefused(object, [...port.path, 'name']));
}

/** The same for its number and protocol. */
function hasRefusedPort(workload: WorkloadView, name: ServicePortView['targetPort']): boolean {
  return servingPorts(workload).some(
    ({ port }) => port.name === name && (port.containerPort === undefined || !isProtocol(port.protocol)),
  );
}
