import { formatAddress, formatPrefix, parseAddress, parsePrefix, type Family, type Prefix } from '../net/address.js';
import type { Cluster, Service, ServicePortSpec, ServiceProtocol } from '../cluster/types.js';
import type { KubernetesVersion } from '../cluster/version.js';
import { has } from './changes.js';

/** A protocol as rules write it. */
export type Protocol = 'tcp' | 'udp' | 'sctp';

/** One port of one Service in one family, as kube-proxy sees it (pkg/proxy/serviceport.go, BaseServicePortInfo). */
export interface ServicePort {
  /** `namespace/name:port`, or `namespace/name` where the port has no name. Rules' comments and chain hashes use it. */
  readonly name: string;
  readonly namespace: string;
  readonly serviceName: string;
  readonly portName: string;
  readonly protocol: Protocol;
  readonly clusterIP: string;
  readonly port: number;
  /** 0 where there is none. */
  readonly nodePort: number;
  readonly externalIPs: readonly string[];
  /** Load-balancer addresses that traffic may carry when it reaches the node (ipMode VIP). */
  readonly loadBalancerVIPs: readonly string[];
  readonly loadBalancerSourceRanges: readonly SourceRange[];
  /** Seconds; undefined without ClientIP affinity. */
  readonly affinitySeconds: number | undefined;
  readonly externalPolicyLocal: boolean;
  readonly internalPolicyLocal: boolean;
  /** 0 where there is none. */
  readonly healthCheckNodePort: number;
  /** Whether the topology annotation asks for endpoints near by; only 1.30 and older look at it. */
  readonly asksForTopology: boolean;
  readonly service: Service;
}

/** A prefix, and how rules have it. */
export interface SourceRange extends Prefix {
  readonly text: string;
}

const headlessLabel = 'service.kubernetes.io/headless';
const proxyNameLabel = 'service.kubernetes.io/service-proxy-name';
/** Kubernetes' names of protocols as rules have them. */
export const protocolNames: Readonly<Record<ServiceProtocol, Protocol>> = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' };

type Labels = Readonly<Record<string, string>>;

/** Whether kube-proxy looks at a Service with these labels at all. */
export function isServiceForKubeProxy(labels: Labels, version: KubernetesVersion): boolean {
  return hidingLabel(labels, version) === undefined;
}

/** The label for which kube-proxy passes a Service over, if it bears one. */
export function hidingLabel(labels: Labels, version: KubernetesVersion): string | undefined {
  if (proxyNameLabel in labels) return proxyNameLabel;
  return headlessLabel in labels && !has(version, 'hidesByLabelOfKind') ? headlessLabel : undefined;
}

/** Whether kube-proxy looks at an EndpointSlice with these labels at all. */
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
 * Load balancers of ipMode Proxy deliver to node ports: their address never stands in a packet that a node sees
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

/** Whether anything but the cluster IP leads to it: a node port, a load balancer's address or an external IP. */
export function isExternallyAccessible(servicePort: ServicePort): boolean {
  return servicePort.nodePort !== 0 || servicePort.loadBalancerVIPs.length > 0 || servicePort.externalIPs.length > 0;
}

/**
 * Whether some traffic may go to endpoints of any node. Traffic that the node and its Pods send to an external address
 * may, whatever the external policy: it never left the node.
 */
export function usesClusterEndpoints(servicePort: ServicePort): boolean {
  return !servicePort.internalPolicyLocal || isExternallyAccessible(servicePort);
}

/** Whether some traffic may go to endpoints of this node only. */
export function usesLocalEndpoints(servicePort: ServicePort): boolean {
  return servicePort.internalPolicyLocal || (isExternallyAccessible(servicePort) && servicePort.externalPolicyLocal);
}

/**
 * Two ports of one Service may share a name where they differ in protocol only before validation; the order stays
 * stable.
 */
function sortByName(servicePorts: ServicePort[]): ServicePort[] {
  return servicePorts.sort((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1));
}
