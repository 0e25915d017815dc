/** One difference between two proxies, as kinds judge it. */
import type { ServicePlace } from '../compare/claims.js';
import type { Fate } from '../compare/fate.js';
import type { Impact } from '../compare/impact.js';
import type { Path } from '../diagnostics/finding.js';
import type { Endpoint } from '../proxy/endpoints.js';
import type { ServicePort } from '../proxy/service-port.js';
import type { ServicePortState } from '../proxy/state.js';
import type { AddressSet } from '../walk/address-set.js';
import type { Packets } from '../walk/packets.js';

export interface Told {
  readonly place: ServicePlace | undefined;
  readonly before: Fate;
  readonly after: Fate;
  readonly impact: Impact;
  readonly packets: readonly Packets[];
  /** Addresses that kube-proxy puts on the node, on either side. */
  readonly bound: AddressSet;
  /** The service port as each side's kube-proxy sees it; undefined where the place is none's, or it is not seen. */
  readonly ports: Sided<ServicePort>;
  /** The same with endpoints, which are looked up when they are asked for. */
  states(): Sided<ServicePortState>;
}

/** The path of a field of the port's entry in the Service. */
export function portField({ service, portName }: ServicePort, field: string): Path {
  const index = service.ports.findIndex(({ name }) => name === portName);
  return ['spec', 'ports', Math.max(index, 0), field];
}

interface Sided<Value> {
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

/** The service port that a difference is about, of the side that sees it. */
export function servicePortOf({ ports }: Told): ServicePort | undefined {
  return ports.before ?? ports.after;
}

/** All endpoints that a side knows of its service port, ready or not. */
export function knownEndpoints(told: Told): readonly Endpoint[] {
  const { before, after } = told.states();
  return (before ?? after)?.all ?? [];
}
