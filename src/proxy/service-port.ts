import { formatAddress, formatPrefix, parseAddress, parsePrefix, type Family, type Prefix } from '../net/address.js';
import type { Cluster, Service, ServicePortSpec, ServiceProtocol } from '../cluster/types.js';
import type { KubernetesVersion } from '../cluster/version.js';
import { has } from './changes.js';

/** A protocol, as written in rules. */
export type Protocol = 'tcp' | 'udp' | 'sctp';

/**
 * One port of one Service in one family, with kube-proxy's data about it (pkg/proxy/serviceport.go,
 * BaseServicePortInfo).
 */
export interface ServicePort {
  /**
   * `namespace/name:port`, or `namespace/name` if the port has no name. Used in comments of rules and in chain hashes.
   */
  readonly name: string;
  readonly namespace: string;
  readonly serviceName: string;
  readonly portName: string;
  readonly protocol: Protocol;
  readonly clusterIP: string;
  readonly port: number;
  /** 0 if there is none. */
  readonly nodePort: number;
  readonly externalIPs: readonly string[];
  /** Load-balancer addresses that packets may have as destination when they reach the node (ipMode VIP). */
  readonly loadBalancerVIPs: readonly string[];
  readonly loadBalancerSourceRanges: readonly SourceRange[];
  /** Seconds; undefined without ClientIP affinity. */
  readonly affinitySeconds: number | undefined;
  readonly externalPolicyLocal: boolean;
  readonly internalPolicyLocal: boolean;
  /** 0 if there is none. */
  readonly healthCheckNodePort: number;
  /** Whether the topology annotation requests nearby endpoints; used by 1.30 and older only. */
  readonly asksForTopology: boolean;
  readonly service: Service;
}

/** The Service of a service port, or of an EndpointSlice: `namespace/name`. */
export function ownerOf({ namespace, serviceName }: Pick<ServicePort, 'namespace' | 'serviceName'>): string {
  return `${namespace}/${serviceName}`;
}

/** A prefix, and its text in rules. */
export interface SourceRange extends Prefix {
  readonly text: string;
}

const headlessLabel = 'service.kubernetes.io/headless';
const proxyNameLabel = 'service.kubernetes.io/service-proxy-name';
/** Kubernetes' protocol names and those in rules. */
export const protocolNames: Readonly<Record<ServiceProtocol, Protocol>> = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' };

type Labels = Readonly<Record<string, string>>;

/** Whether kube-proxy handles Services with these labels. */
export function isServiceForKubeProxy(labels: Labels, version: KubernetesVersion): boolean {
  return hidingLabel(labels, version) === undefined;
}

/** The label that makes kube-proxy skip a Service, if the Service has one. */
export function hidingLabel(labels: Labels, version: KubernetesVersion): string | undefined {
  if (proxyNameLabel in labels) return proxyNameLabel;
  return headlessLabel in labels && !has(version, 'hidesByLabelOfKind') ? headlessLabel : undefined;
}

/** Whether kube-proxy handles EndpointSlices with these labels. */
export function isSliceForKubeProxy(labels: Labels, version: KubernetesVersion): boolean {
  return !(headlessLabel in labels) && (has(version, 'hidesByLabelOfKind') || !(proxyNameLabel in labels));
}

/** The service ports that kube-proxy programs for one family, in bytewise order of their names. */
export function servicePortsOf(cluster: Cluster, family: Family, version: KubernetesVersion): ServicePort[] {
  const result: ServicePort[] = [];
  for (const service of cluster.services) {
    if (!isServiceForKubeProxy(service.labels, version) || service.type === 'ExternalName') continue;
    const clusterIP = clusterIPOf(service, family);
    if (clusterIP === undefined) continue;
    for (const port of service.ports) result.push(makeServicePort(service, port, clusterIP, family, version));
  }
  return sortByName(result);
}

function clusterIPOf(service: Service, family: Family): string | undefined {
  for (const text of service.clusterIPs) {
    const address = parseAddress(text);
    if (address?.family === family) return formatAddress(address);
  }
  return undefined;
}

function makeServicePort(
  service: Service,
  port: ServicePortSpec,
  clusterIP: string,
  family: Family,
  version: KubernetesVersion,
): ServicePort {
  const qualified = `${service.namespace}/${service.name}`;
  const externalPolicyLocal = service.externalTrafficPolicy === 'Local' && mayHaveExternalPolicy(service, version);
  return {
    name: port.name === '' ? qualified : `${qualified}:${port.name}`,
    namespace: service.namespace,
    serviceName: service.name,
    portName: port.name,
    protocol: protocolNames[port.protocol],
    clusterIP,
    port: port.port,
    nodePort: port.nodePort,
    externalIPs: addressesOfFamily(service.externalIPs, family, version),
    loadBalancerVIPs: addressesOfFamily(vips(service, version), family, version),
    loadBalancerSourceRanges: sourceRangesOf(service, family, version),
    affinitySeconds: service.sessionAffinity === 'ClientIP' ? service.sessionAffinityTimeout : undefined,
    externalPolicyLocal,
    internalPolicyLocal: service.internalTrafficPolicy === 'Local',
    healthCheckNodePort: service.type === 'LoadBalancer' && externalPolicyLocal ? service.healthCheckNodePort : 0,
    asksForTopology: asksForTopology(service, version),
    service,
  };
}

function mayHaveExternalPolicy(service: Service, version: KubernetesVersion): boolean {
  if (service.type === 'LoadBalancer' || service.type === 'NodePort') return true;
  return service.externalIPs.length > 0 && has(version, 'readsPolicyOfExternalIPs');
}

/**
 * Load balancers with ipMode Proxy send to node ports, so their address is never the destination of a packet on a node
 * (KEP-1860).
 */
function vips(service: Service, version: KubernetesVersion): string[] {
  return service.loadBalancerIngress
    .filter((ingress) => ingress.ipMode !== 'Proxy' || !has(version, 'readsIPMode'))
    .map((ingress) => ingress.ip);
}

function asksForTopology({ annotations }: Service, version: KubernetesVersion): boolean {
  const hints = annotations['service.kubernetes.io/topology-aware-hints'];
  if (!has(version, 'readsTopologyMode')) return hints === 'Auto' || hints === 'auto';
  return !['', 'disabled', 'Disabled'].includes(hints ?? annotations['service.kubernetes.io/topology-mode'] ?? '');
}

function addressesOfFamily(texts: readonly string[], family: Family, version: KubernetesVersion): readonly string[] {
  if (texts.length === 0) return texts;
  return texts.flatMap((text) => {
    const address = parseAddress(text);
    if (address?.family !== family) return [];
    return has(version, 'normalisesServiceAddresses') ? formatAddress(address) : text;
  });
}

function sourceRangesOf(service: Service, family: Family, version: KubernetesVersion): readonly SourceRange[] {
  const ranges = service.loadBalancerSourceRanges.flatMap((written) => {
    const prefix = parsePrefix(written.trim());
    if (prefix?.family !== family) return [];
    const text = has(version, 'normalisesServiceAddresses') ? formatPrefix(prefix) : written.trim();
    return { ...prefix, text };
  });
  const admitsAll = has(version, 'takesZeroRangeForNone') && ranges.some(({ length }) => length === 0);
  return admitsAll ? [] : ranges;
}

/**
 * Whether the service port is reachable by more than its cluster IP: by a node port, a load-balancer address or an
 * external IP.
 */
export function isExternallyAccessible(servicePort: ServicePort): boolean {
  return servicePort.nodePort !== 0 || servicePort.loadBalancerVIPs.length > 0 || servicePort.externalIPs.length > 0;
}

/**
 * Whether any traffic can go to endpoints on every node. Traffic from the node and its Pods to an external address can,
 * whatever the external policy, because it has not left the node.
 */
export function usesClusterEndpoints(servicePort: ServicePort): boolean {
  return !servicePort.internalPolicyLocal || isExternallyAccessible(servicePort);
}

/** Whether any traffic is restricted to endpoints on this node. */
export function usesLocalEndpoints(servicePort: ServicePort): boolean {
  return servicePort.internalPolicyLocal || (isExternallyAccessible(servicePort) && servicePort.externalPolicyLocal);
}

/**
 * Before validation, two ports of one Service may have the same name and differ only in protocol; a stable sort keeps
 * their order.
 */
function sortByName(servicePorts: ServicePort[]): ServicePort[] {
  return servicePorts.sort((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1));
}
