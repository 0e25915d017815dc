/** The purpose of addresses and ports. */
import { formatAddress, parseAddress, type Family } from '../net/address.js';
import type { ServicePort } from '../proxy/service-port.js';
import type { ProxyState } from '../proxy/state.js';
import { prefixMask, readAddress } from '../walk/address.js';
import { addressSets, type AddressSet } from '../walk/address-set.js';
import { traceProtocols, type TraceProtocol } from '../walk/packet.js';
import { ofPort, ofProtocols, transportOr, transportWithout, type Transport } from '../walk/transport.js';
import type { Place } from './overlay.js';
import { ownSources, type ComparedSide } from './sides.js';

type ClaimKind = 'clusterIP' | 'externalIP' | 'loadBalancerIP' | 'external' | 'nodePort' | 'healthCheck';

/** One address and port of a Service. */
export interface Claim {
  /** `shop/web:http` */
  readonly service: string;
  /** `shop/web` */
  readonly owner: string;
  readonly protocol: TraceProtocol;
  readonly kind: ClaimKind;
  /** In canonical form; `''`: the node's addresses. */
  readonly address: string;
  readonly port: number;
}

/** The node's address to which a node port is addressed. `nodeIP`: the first of the Node's addresses in that family. */
type NodeAddressKind = 'localhost' | 'nodeIP' | 'other';

/** What packets to a destination are for. */
export type ServicePlace =
  | { readonly use: 'port'; readonly claim: Claim; readonly on?: NodeAddressKind }
  /** Pings of a Service's address, and packets to none of its ports. */
  | { readonly use: 'ping' | 'unusedPort'; readonly claim: Claim }
  /** An address in the range of cluster IPs that no Service has. */
  | { readonly use: 'serviceRange' };

/** The addresses and ports of a node's Services, from the manifests. */
export function claimsOfState({ servicePorts }: ProxyState): Claim[] {
  return servicePorts.flatMap((one) => {
    const { name: service, namespace, serviceName, protocol, port } = one;
    const base = { service, owner: `${namespace}/${serviceName}`, protocol };
    const at = (kind: ClaimKind, texts: readonly string[]): Claim[] =>
      texts.map((text) => ({ ...base, kind, address: canonical(text), port }));
    return [
      ...at('clusterIP', [one.clusterIP]),
      ...at('externalIP', one.externalIPs),
      ...at('loadBalancerIP', one.loadBalancerVIPs),
      ...nodeClaims(one, base),
    ];
  });
}

function nodeClaims(
  { nodePort, healthCheckNodePort }: ServicePort,
  base: Pick<Claim, 'service' | 'owner' | 'protocol'>,
): Claim[] {
  return [
    ...(nodePort === 0 ? [] : [{ ...base, kind: 'nodePort' as const, address: '', port: nodePort }]),
    ...(healthCheckNodePort === 0
      ? []
      : [{ ...base, protocol: 'tcp' as const, kind: 'healthCheck' as const, address: '', port: healthCheckNodePort }]),
  ];
}

function canonical(text: string): string {
  const address = parseAddress(text);
  return address === undefined ? text : formatAddress(address);
}

/** The node's addresses, by their meaning for node ports. */
interface NodeAddresses {
  readonly localhost: AddressSet;
  readonly nodeIP: AddressSet;
  readonly other: AddressSet;
}

/** The addresses of a node from its facts. Without facts, every address that may be its own counts as its first one. */
export function nodeAddresses(side: ComparedSide, family: Family): NodeAddresses {
  const localhost = loopback(family);
  const own = ownSources(side, family);
  const { facts } = side;
  if (facts === undefined) return { localhost, nodeIP: addressSets.subtract(own, localhost), other: addressSets.none };
  const primary = facts.nodeIPs.map(readAddress).find((address) => address?.family === family);
  const nodeIP = primary === undefined ? addressSets.none : addressSets.one(primary.value);
  return { localhost, nodeIP, other: addressSets.subtract(addressSets.subtract(own, localhost), nodeIP) };
}

function loopback(family: Family): AddressSet {
  if (family === 'ipv6') return addressSets.one(1n);
  const base = 127n << 24n;
  return [base, base + (prefixMask(8, 'ipv4') ^ 0xffffffffn)];
}

/** The claims of both sides; if both have the same place, that of the second side. */
export function joinedClaims(before: readonly Claim[], after: readonly Claim[]): Claim[] {
  const found = new Map<string, Claim>();
  for (const claim of [...after, ...before]) {
    const key = `${claim.kind === 'healthCheck' ? 'h' : ''} ${claim.protocol} ${claim.address} ${claim.port}`;
    if (!found.has(key)) found.set(key, claim);
  }
  return [...found.values()];
}

/**
 * Places from claims: service ports first, then ports of the node, then other traffic to addresses of Services, then
 * the rest of the ranges of cluster IPs.
 */
export function placesOf(
  claims: readonly Claim[],
  family: Family,
  node: NodeAddresses,
  serviceRange: AddressSet,
): Place<ServicePlace>[] {
  const virtual = claims.filter(({ address }) => address !== '' && readAddress(address)?.family === family);
  return [
    ...virtual.map((claim) => at(claim, ofPort(claim.protocol, claim.port), { use: 'port', claim })),
    ...claims.filter(({ address }) => address === '').flatMap((claim) => nodePlaces(claim, node)),
    ...restPlaces(virtual),
    { addresses: serviceRange, transport: ofProtocols(traceProtocols), label: { use: 'serviceRange' } },
  ];
}

function at({ address }: Claim, transport: Transport, label: ServicePlace): Place<ServicePlace> {
  return { addresses: addressSets.one(readAddress(address)?.value ?? 0n), transport, label };
}

function nodePlaces(claim: Claim, node: NodeAddresses): Place<ServicePlace>[] {
  const transport = ofPort(claim.protocol, claim.port);
  return (['localhost', 'nodeIP', 'other'] as const).flatMap((on) =>
    node[on].length === 0 ? [] : [{ addresses: node[on], transport, label: { use: 'port' as const, claim, on } }],
  );
}

function restPlaces(virtual: readonly Claim[]): Place<ServicePlace>[] {
  const byAddress = new Map<string, { readonly claim: Claim; used: Transport }>();
  for (const claim of virtual) {
    const own = ofPort(claim.protocol, claim.port);
    const known = byAddress.get(claim.address);
    if (known === undefined) byAddress.set(claim.address, { claim, used: own });
    else known.used = transportOr(known.used, own);
  }
  const pings = ofProtocols(['icmp']);
  const ports = ofProtocols(['tcp', 'udp', 'sctp']);
  return [...byAddress.values()].flatMap(({ claim, used }) => [
    at(claim, pings, { use: 'ping', claim }),
    at(claim, transportWithout(ports, used), { use: 'unusedPort', claim }),
  ]);
}
