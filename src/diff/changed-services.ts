/**
 * Leaves out the Services that two clusters share, if no packet meets them that the sides may treat differently. Their
 * rules are not even generated. `shared-services.ts` does the same for rules that are given.
 */
import type { Cluster, EndpointSlice } from '../cluster/types.js';
import { touchedBetween } from '../compare/asked.js';
import { comparedSides, type ComparedSides } from '../compare/sides.js';
import { canonicalAddress } from '../net/address.js';
import { groupBy } from '../diagnostics/groups.js';
import type { GeneratedNode, NodeModel } from '../node/types.js';
import { ownerOf, type ServicePort } from '../proxy/service-port.js';
import type { ProxyState } from '../proxy/state.js';
import { isSame } from '../trace/touched/same.js';
import { placesOf } from '../trace/touched/touched.js';
import { addressSets } from '../walk/address-set.js';
import type { NewDestination } from '../walk/may-meet.js';
import { allTransport, ofPorts, type Block } from '../walk/transport.js';
import { meetingAny, type NamedDestination } from './met.js';

type Sides = readonly [NodeModel, NodeModel];

/**
 * Both sides with only the Services that differ and those that the packets in question may meet. Unchanged if a side is
 * a dump, if something that the rules of all Services depend on differs, or if these packets cannot be bounded.
 */
export function withChangedServices(sides: Sides): Sides {
  const [before, after] = sides;
  const [own, other] = [before.generated, after.generated];
  if (own?.only === undefined || other?.only === undefined || !areAlike(own, other)) return sides;
  const kept = new Set(changedServices(before.completed?.cluster, after.completed?.cluster));
  const mostKept = (after.completed?.cluster.services.length ?? 0) / 2;
  while (kept.size <= mostKept) {
    const some: Sides = [own.only(kept), other.only(kept)];
    const met = metServices(some, other, kept);
    if (met === undefined) return sides;
    if (met.length === 0) return some;
    for (const service of met) kept.add(service);
  }
  return sides;
}

/** Whether everything else is the same that the rules of a Service depend on. */
function areAlike(own: GeneratedNode, other: GeneratedNode): boolean {
  return own.mode === other.mode && isSame(own.states.map(besideServices), other.states.map(besideServices), nothing);
}

function besideServices(state: ProxyState): unknown {
  const { family, options, node, serviceCIDRs } = state;
  const isLarge = state.hasMoreEndpointsThan(options.host.largeClusterEndpointsThreshold);
  return { family, options, node, serviceCIDRs, isLarge };
}

/** No field is ignored. */
const nothing: ReadonlySet<string> = new Set();

/** The Services (`namespace/name`) that differ themselves or in their slices. */
function changedServices(before: Cluster | undefined, after: Cluster | undefined): string[] {
  const [own, other] = [partsOf(before), partsOf(after)];
  return [...new Set([...own.keys(), ...other.keys()])].filter(
    (name) => !areSameParts(own.get(name) ?? [], other.get(name) ?? []),
  );
}

/** A Service or one of its slices. */
type Part = Cluster['services'][number] | EndpointSlice;

function partsOf(cluster: Cluster | undefined): Map<string, Part[]> {
  const parts: Part[] = [...(cluster?.services ?? []), ...(cluster?.endpointSlices ?? [])];
  return groupBy(parts, (part) =>
    ownerOf({ namespace: part.namespace, serviceName: isSlice(part) ? part.serviceName : part.name }),
  );
}

function areSameParts(own: readonly Part[], other: readonly Part[]): boolean {
  return own.length === other.length && own.every((part, index) => isSamePart(part, other[index]));
}

/** Whether both say the same, wherever they are written. */
function isSamePart(own: Part, other: Part | undefined): boolean {
  return (
    other !== undefined &&
    isSame(besideEndpoints(own), besideEndpoints(other), nothing) &&
    haveSameEndpoints(own, other)
  );
}

function besideEndpoints(part: Part): unknown {
  return { ...part, object: undefined, unread: undefined, endpoints: undefined };
}

/** Endpoints that were not read are compared as texts. */
function haveSameEndpoints(own: Part, other: Part): boolean {
  if (!isSlice(own) || !isSlice(other)) return true;
  const [text, otherText] = [own.unread?.text(), other.unread?.text()];
  if (text !== undefined && otherText !== undefined) return text === otherText;
  return isSame(own.endpoints, other.endpoints, nothing);
}

function isSlice(part: Part): part is EndpointSlice {
  return 'serviceName' in part;
}

/** The Services left out that packets in question may meet, and those that lead to the others; undefined: any may. */
function metServices(sides: Sides, whole: GeneratedNode, kept: ReadonlySet<string>): string[] | undefined {
  const isLeftOut = (part: Pick<ServicePort, 'namespace' | 'serviceName'>): boolean => !kept.has(ownerOf(part));
  const met: string[] = [];
  for (const { family, servicePorts } of whole.states) {
    const destinations = destinationsIn(comparedSides(...sides, family));
    if (destinations === undefined) return undefined;
    const isMet = meetingAny(destinations);
    for (const port of servicePorts) if (isLeftOut(port) && entriesOf(port).some(isMet)) met.push(ownerOf(port));
  }
  const isKept = leadingTo(sides.flatMap((side) => (side.generated?.states ?? []).flatMap((one) => one.servicePorts)));
  for (const slice of sides[1].completed?.cluster.endpointSlices ?? [])
    if (isLeftOut(slice) && isKept(slice)) met.push(ownerOf(slice));
  return met;
}

/** Where packets go that the sides may treat differently, and where either side sends packets. */
function destinationsIn(sides: ComparedSides): readonly Block[] | undefined {
  const touched = touchedBetween(sides);
  const places = placesOf([sides.before, sides.after].map(({ tracer }) => tracer.written));
  if (touched === undefined || places === undefined) return undefined;
  return [...touched.destinations, ...places.map(blockOf)];
}

function blockOf({ address, port }: NewDestination): Block {
  return {
    addresses: addressSets.one(address.value),
    transport: port === undefined ? allTransport : ofPorts([port, port]),
  };
}

/** The destinations in the rules of a service port. */
function entriesOf(port: ServicePort): NamedDestination[] {
  const { protocol, clusterIP, externalIPs, loadBalancerVIPs, nodePort, healthCheckNodePort } = port;
  return [
    ...[clusterIP, ...externalIPs, ...loadBalancerVIPs].map((address) => ({ address })),
    ...(nodePort === 0 ? [] : [{ protocol, port: nodePort }]),
    ...(healthCheckNodePort === 0 ? [] : [{ protocol: 'tcp', port: healthCheckNodePort }]),
  ];
}

/** Whether an endpoint of a slice may be an address of a Service: packets are filtered after they are sent there, too. */
function leadingTo(servicePorts: readonly ServicePort[]): (slice: EndpointSlice) => boolean {
  const entries = servicePorts.flatMap(entriesOf);
  const addresses = new Set(entries.flatMap(({ address }) => (address === undefined ? [] : canonicalAddress(address))));
  const ports = new Set(entries.map(({ port }) => port));
  return (slice) =>
    slice.ports.some(({ port }) => port !== undefined && ports.has(port)) || hasEndpointAmong(slice, addresses);
}

function hasEndpointAmong(slice: EndpointSlice, addresses: ReadonlySet<string>): boolean {
  if (slice.unread === undefined)
    return slice.endpoints.some((one) => one.addresses.some((address) => addresses.has(canonicalAddress(address))));
  const { family } = slice.unread;
  let isFound = false;
  slice.unread.visit((written) => {
    isFound ||= addresses.has(family === 'ipv4' ? written : canonicalAddress(written));
  });
  return isFound;
}
