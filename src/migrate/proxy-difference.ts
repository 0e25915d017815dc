/** One difference between two proxies, with the data that kinds need. */
import type { ServicePlace } from '../compare/claims.js';
import type { Fate } from '../compare/fate.js';
import type { Impact } from '../compare/impact.js';
import type { Path } from '../diagnostics/finding.js';
import type { Endpoint } from '../proxy/endpoints.js';
import type { ServicePort } from '../proxy/service-port.js';
import type { ServicePortState } from '../proxy/state.js';
import type { AddressSet } from '../walk/address-set.js';
import type { Packets } from '../walk/packets.js';

export interface ProxyDifference {
  readonly place: ServicePlace | undefined;
  readonly before: Fate;
  readonly after: Fate;
  readonly impact: Impact;
  readonly packets: readonly Packets[];
  /** Addresses that kube-proxy adds to the node, on either side. */
  readonly bound: AddressSet;
  /** The service port on each side; undefined if the place belongs to none, or kube-proxy skips it. */
  readonly ports: Sided<ServicePort>;
  /** The same with endpoints, which are looked up on demand. */
  states(): Sided<ServicePortState>;
}

/** The path of a field in the port's entry of the Service. */
export function portField({ service, portName }: ServicePort, field: string): Path {
  const index = service.ports.findIndex(({ name }) => name === portName);
  return ['spec', 'ports', Math.max(index, 0), field];
}

interface Sided<Value> {
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

/** The service port of a difference: as before the migration, else as after it. */
export function servicePortOf({ ports }: ProxyDifference): ServicePort | undefined {
  return ports.before ?? ports.after;
}

/** All endpoints of its service port, ready or not: those before the migration, else those after it. */
export function knownEndpoints(difference: ProxyDifference): readonly Endpoint[] {
  const { before, after } = difference.states();
  return (before ?? after)?.all ?? [];
}
