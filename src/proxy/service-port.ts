import { formatAddress, parseAddress, parsePrefix, type Family, type Prefix } from '../net/address.js';
import type { Cluster, Service, ServicePortSpec, ServiceProtocol } from '../cluster/types.js';

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
  readonly loadBalancerSourceRanges: readonly Prefix[];
  /** Seconds; undefined without ClientIP affinity. */
  readonly affinitySeconds: number | undefined;
  readonly externalPolicyLocal: boolean;
  readonly internalPolicyLocal: boolean;
  /** 0 where there is none. */
  readonly healthCheckNodePort: number;
  /** Value of the topology annotation; only 1.30 and older look at it. */
  readonly topologyAnnotation: string;
  readonly service: Service;
}

const headlessLabel = 'service.kubernetes.io/headless';
const proxyNameLabel = 'service.kubernetes.io/service-proxy-name';
/** Kubernetes' names of protocols as rules have them. */
export const protocolNames: Readonly<Record<ServiceProtocol, Protocol>> = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' };

/** Whether kube-proxy looks at an object with these labels at all (its informers leave out both). */
export function isForKubeProxy(labels: Readonly<Record<string, string>>): boolean {
  return !(headlessLabel in labels) && !(proxyNameLabel in labels);
}

/** The service ports that kube-proxy programs for one family, in bytewise order of their names. */
export function servicePortsOf(cluster: Cluster, family: Family): ServicePort[] {
  const result: ServicePort[] = [];
  for (const service of cluster.services) {
    if (!isForKubeProxy(service.labels) || service.type === 'ExternalName') continue;
    const clusterIP = clusterIPOf(service, family);
    if (clusterIP === undefined) continue;
    for (const port of service.ports) result.push(makeServicePort(service, port, clusterIP, family));
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

function makeServicePort(service: Service, port: ServicePortSpec, clusterIP: string, family: Family): ServicePort {
  const qualified = `${service.namespace}/${service.name}`;
  const externalPolicyLocal = service.externalTrafficPolicy === 'Local' && mayHaveExternalPolicy(service);
  return {
    name: port.name === '' ? qualified : `${qualified}:${port.name}`,
    namespace: service.namespace,
    serviceName: service.name,
    portName: port.name,
    protocol: protocolNames[port.protocol],
    clusterIP,
    port: port.port,
    nodePort: port.nodePort,
    externalIPs: addressesOfFamily(service.externalIPs, family),
    loadBalancerVIPs: addressesOfFamily(vips(service), family),
    loadBalancerSourceRanges: prefixesOfFamily(service.loadBalancerSourceRanges, family),
    affinitySeconds: service.sessionAffinity === 'ClientIP' ? service.sessionAffinityTimeout : undefined,
    externalPolicyLocal,
    internalPolicyLocal: service.internalTrafficPolicy === 'Local',
    healthCheckNodePort: service.type === 'LoadBalancer' && externalPolicyLocal ? service.healthCheckNodePort : 0,
    topologyAnnotation: topologyAnnotation(service),
    service,
  };
}

function mayHaveExternalPolicy(service: Service): boolean {
  return service.type === 'LoadBalancer' || service.type === 'NodePort' || service.externalIPs.length > 0;
}

/**
 * Load balancers of ipMode Proxy deliver to node ports: their address never stands in a packet that a node sees
 * (KEP-1860).
 */
function vips(service: Service): string[] {
  return service.loadBalancerIngress.filter((ingress) => ingress.ipMode !== 'Proxy').map((ingress) => ingress.ip);
}

function topologyAnnotation(service: Service): string {
  return (
    service.annotations['service.kubernetes.io/topology-aware-hints'] ??
    service.annotations['service.kubernetes.io/topology-mode'] ??
    ''
  );
}

function addressesOfFamily(texts: readonly string[], family: Family): readonly string[] {
  if (texts.length === 0) return texts;
  return texts
    .map((text) => parseAddress(text))
    .filter((address) => address?.family === family)
    .map((address) => (address === undefined ? '' : formatAddress(address)));
}

function prefixesOfFamily(texts: readonly string[], family: Family): Prefix[] {
  return texts.map((text) => parsePrefix(text.trim())).filter((prefix): prefix is Prefix => prefix?.family === family);
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
