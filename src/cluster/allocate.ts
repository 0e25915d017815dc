import { canonicalAddress, parsePrefix, type Family, type Prefix } from '../net/address.js';
import { assignAddresses, rangeFrom, type AddressRange } from './address-pool.js';
import { assignNumbers } from './pool.js';
import { isHeadless, type ServiceDraft } from './service.js';

/** Inclusive. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** A Service that could not get an address or port: the range is full, or the cluster does not have the family. */
export interface Unallocated {
  readonly draft: ServiceDraft;
  readonly reason: 'serviceRangeFull' | 'nodePortRangeFull' | 'familyMissing';
}

const defaultServiceCIDRs: Readonly<Record<Family, string>> = { ipv4: '10.96.0.0/12', ipv6: 'fd00:10:96::/108' };

/** The range of cluster IPs of a family: the first one given, else the default of kubeadm's documentation. */
function serviceCIDR(family: Family, given: readonly Prefix[]): Prefix | undefined {
  return given.find((prefix) => prefix.family === family) ?? parsePrefix(defaultServiceCIDRs[family]);
}

/**
 * Assigns cluster IPs to Services without one, by hash of `namespace/name` (for collisions see `assignNumbers`). Like
 * the API server, it reserves the first addresses of a range for explicit choices (KEP-3070), among them `.1` of the
 * Service `kubernetes` and `.10` of the cluster's DNS.
 */
export function allocateClusterIPs(
  drafts: readonly ServiceDraft[],
  families: readonly Family[],
  given: readonly Prefix[],
): Unallocated[] {
  const wanting = drafts.filter(wantsClusterIP);
  if (wanting.length === 0) return [];
  const taken = new Set(drafts.flatMap(({ service }) => service.clusterIPs.map((text) => canonicalAddress(text))));
  const found = new Map(families.map((family) => [family, assignFamily(family, wanting, given, taken)]));
  return wanting.flatMap((draft) => takeAddresses(draft, found));
}

function wantsClusterIP({ service, hasStoredAddresses }: ServiceDraft): boolean {
  return (
    service.type !== 'ExternalName' &&
    !hasStoredAddresses &&
    !isHeadless(service) &&
    service.clusterIPs.length < service.ipFamilies.length
  );
}

function assignFamily(
  family: Family,
  wanting: readonly ServiceDraft[],
  given: readonly Prefix[],
  taken: ReadonlySet<string>,
): Map<string, string> {
  const prefix = serviceCIDR(family, given);
  if (prefix === undefined) return new Map();
  const keys = wanting
    .filter(({ service }) => service.ipFamilies.indexOf(family) >= service.clusterIPs.length)
    .map((draft) => draft.key);
  return assignAddresses(keys, dynamicRange(prefix), taken);
}

/**
 * The upper band of the range (pkg/registry/core/service/ipallocator, calculateRangeOffset); the whole range if it is
 * tiny.
 */
function dynamicRange(prefix: Prefix): AddressRange {
  const whole = rangeFrom(prefix, 1);
  return { ...whole, first: 1 + bandOf(whole.last, 16, 256) };
}

function bandOf(size: number, share: number, most: number): number {
  return size < 16 ? 0 : Math.min(Math.max(16, Math.floor(size / share)), most);
}

function takeAddresses(draft: ServiceDraft, found: ReadonlyMap<Family, ReadonlyMap<string, string>>): Unallocated[] {
  const { service, madeUp } = draft;
  for (const family of service.ipFamilies.slice(service.clusterIPs.length)) {
    const address = found.get(family)?.get(draft.key);
    if (address === undefined) return [{ draft, reason: found.has(family) ? 'serviceRangeFull' : 'familyMissing' }];
    service.clusterIPs.push(address);
    madeUp.push({ kind: 'clusterIP', object: `Service ${draft.key}`, detail: address });
  }
  return [];
}

/**
 * Assigns node ports to ports that need one, by hash of `namespace/name:port`, and health-check node ports from the
 * same range. Ports of a Service that differ only in protocol share a node port, like in the API server (alloc.go,
 * initNodePorts).
 */
export function allocateNodePorts(drafts: readonly ServiceDraft[], range: PortRange): Unallocated[] {
  for (const draft of drafts) shareGivenNodePorts(draft);
  const keys = drafts.flatMap(keysOf);
  if (keys.length === 0) return [];
  const taken = new Set(
    drafts.flatMap(({ service }) => [...service.ports.map((port) => port.nodePort), service.healthCheckNodePort]),
  );
  const first = range.from + bandOf(range.to - range.from + 1, 32, 128);
  const size = Math.max(0, range.to - first + 1);
  const numbers = assignNumbers(keys, { size, isTaken: (number) => taken.has(first + number) });
  return drafts.flatMap((draft) => takeNodePorts(draft, (key) => first + (numbers.get(key) ?? -first)));
}

function shareGivenNodePorts({ service, allocatesNodePorts }: ServiceDraft): void {
  if (!allocatesNodePorts || !service.ports.some((port) => port.nodePort !== 0)) return;
  const given = new Map(service.ports.filter((port) => port.nodePort !== 0).map((port) => [port.port, port.nodePort]));
  for (const port of service.ports) port.nodePort ||= given.get(port.port) ?? 0;
}

function keysOf(draft: ServiceDraft): string[] {
  if (!draft.allocatesNodePorts && !wantsHealthCheck(draft)) return [];
  const keys = draft.service.ports
    .filter((port) => draft.allocatesNodePorts && port.nodePort === 0)
    .map((port) => portKey(draft, port.port));
  return wantsHealthCheck(draft) ? [...keys, healthCheckKey(draft)] : keys;
}

function takeNodePorts(draft: ServiceDraft, numberOf: (key: string) => number): Unallocated[] {
  const { service, madeUp } = draft;
  const object = `Service ${draft.key}`;
  let isFull = false;
  for (const port of draft.allocatesNodePorts ? service.ports : []) {
    if (port.nodePort !== 0) continue;
    port.nodePort = numberOf(portKey(draft, port.port));
    isFull ||= port.nodePort === 0;
    if (port.nodePort !== 0)
      madeUp.push({ kind: 'nodePort', object, detail: `${port.nodePort} for port ${port.port}/${port.protocol}` });
  }
  if (wantsHealthCheck(draft)) {
    service.healthCheckNodePort = numberOf(healthCheckKey(draft));
    isFull ||= service.healthCheckNodePort === 0;
    if (service.healthCheckNodePort !== 0)
      madeUp.push({ kind: 'healthCheckNodePort', object, detail: `${service.healthCheckNodePort}` });
  }
  return isFull ? [{ draft, reason: 'nodePortRangeFull' }] : [];
}

function wantsHealthCheck({ service }: ServiceDraft): boolean {
  return (
    service.type === 'LoadBalancer' && service.externalTrafficPolicy === 'Local' && service.healthCheckNodePort === 0
  );
}

function portKey(draft: ServiceDraft, port: number): string {
  return `${draft.key}:${port}`;
}

function healthCheckKey(draft: ServiceDraft): string {
  return `${draft.key} health check`;
}
