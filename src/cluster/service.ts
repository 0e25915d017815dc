import type { JsonObject, ManifestObject } from '../manifests/types.js';
import type {
  Family,
  LoadBalancerIngress,
  MadeUp,
  Service,
  ServicePortSpec,
  ServiceProtocol,
  ServiceType,
} from './types.js';
import { itemsOf, labelsOf, namespaceOf, numberOf, objectOf, textOf, textsOf } from '../manifests/values.js';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A Service with fields that are still to be filled in. */
export interface FillableService extends Mutable<Omit<Service, 'ports' | 'clusterIPs' | 'ipFamilies'>> {
  ports: Mutable<ServicePortSpec>[];
  clusterIPs: string[];
  ipFamilies: Family[];
}

/** A Service while missing values are filled in, with data needed only during that time. */
export interface ServiceDraft {
  /** `namespace/name` */
  readonly key: string;
  readonly service: FillableService;
  readonly ipFamilyPolicy: string;
  /** Whether `spec.clusterIPs` was given: then the list comes from a cluster and is kept unchanged. */
  readonly hasStoredAddresses: boolean;
  readonly allocatesNodePorts: boolean;
  readonly madeUp: MadeUp[];
}

const serviceTypes: readonly string[] = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'];

/**
 * Reads a Service with the API server's static defaults (pkg/apis/core/v1/defaults.go, SetDefaults_Service). Fields
 * that the API server would allocate remain empty.
 */
export function readService(object: ManifestObject): ServiceDraft {
  const spec = objectOf(object.value.spec);
  const service = readFields(object, spec);
  return {
    key: `${service.namespace}/${service.name}`,
    service,
    ipFamilyPolicy: textOf(spec.ipFamilyPolicy),
    hasStoredAddresses: textsOf(spec.clusterIPs).length > 0,
    allocatesNodePorts:
      service.type === 'NodePort' ||
      (service.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false && !isDecided(service)),
    madeUp: [],
  };
}

/**
 * One object literal, because V8 keeps objects made by spreading in a slow form. `loadBalancerSourceRanges` is only the
 * field: the annotation `service.beta.kubernetes.io/load-balancer-source-ranges` is read by cloud controllers, never by
 * kube-proxy.
 */
function readFields(object: ManifestObject, spec: JsonObject): FillableService {
  const metadata = objectOf(object.value.metadata);
  const type = readType(spec);
  return {
    namespace: namespaceOf(object),
    name: object.name,
    labels: labelsOf(metadata.labels),
    annotations: labelsOf(metadata.annotations),
    type,
    clusterIPs: type === 'ExternalName' ? [] : readClusterIPs(spec),
    ports: itemsOf(spec.ports).map(readPort),
    selector: readSelector(spec),
    externalIPs: textsOf(spec.externalIPs),
    externalName: textOf(spec.externalName),
    externalTrafficPolicy: spec.externalTrafficPolicy === 'Local' ? 'Local' : 'Cluster',
    internalTrafficPolicy: spec.internalTrafficPolicy === 'Local' ? 'Local' : 'Cluster',
    healthCheckNodePort: numberOf(spec.healthCheckNodePort, 0),
    loadBalancerIngress: type === 'LoadBalancer' ? readIngress(object) : [],
    loadBalancerSourceRanges: textsOf(spec.loadBalancerSourceRanges),
    sessionAffinity: spec.sessionAffinity === 'ClientIP' ? 'ClientIP' : 'None',
    sessionAffinityTimeout: numberOf(objectOf(objectOf(spec.sessionAffinityConfig).clientIP).timeoutSeconds, 10800),
    publishNotReadyAddresses: spec.publishNotReadyAddresses === true,
    trafficDistribution: textOf(spec.trafficDistribution),
    ipFamilies: textsOf(spec.ipFamilies).flatMap((name) => (name === 'IPv4' ? 'ipv4' : name === 'IPv6' ? 'ipv6' : [])),
    object,
  };
}

/**
 * Whether it has a cluster IP and a load-balancer address but no node port: then it comes from a cluster, and no node
 * port is filled in.
 */
function isDecided({ clusterIPs, object }: FillableService): boolean {
  return clusterIPs.length > 0 && assignedBalancers(object).length > 0;
}

function readClusterIPs(spec: JsonObject): string[] {
  const stored = textsOf(spec.clusterIPs);
  if (stored.length > 0) return [...stored];
  const single = textOf(spec.clusterIP);
  return single === '' ? [] : [single];
}

/** An empty selector counts as none. */
function readSelector(spec: JsonObject): FillableService['selector'] {
  const selector = labelsOf(spec.selector);
  return Object.keys(selector).length === 0 ? undefined : selector;
}

/** Whether kube-proxy and the allocators skip the Service, because it has no virtual address. */
export function isHeadless(service: { readonly clusterIPs: readonly string[] }): boolean {
  return service.clusterIPs[0] === 'None';
}

function readType(spec: JsonObject): ServiceType {
  const type = textOf(spec.type);
  return serviceTypes.includes(type) ? (type as ServiceType) : 'ClusterIP';
}

function readPort(port: JsonObject): Mutable<ServicePortSpec> {
  const number = numberOf(port.port, 0);
  const appProtocol = textOf(port.appProtocol);
  return {
    name: textOf(port.name),
    protocol: readProtocol(port),
    port: number,
    targetPort: textOf(port.targetPort) || numberOf(port.targetPort, 0) || number,
    nodePort: numberOf(port.nodePort, 0),
    ...(appProtocol === '' ? {} : { appProtocol }),
  };
}

/** The protocol of a port of a Service, slice, Endpoints object or container; TCP if absent. */
export function readProtocol(port: JsonObject): ServiceProtocol {
  const protocol = port.protocol;
  return protocol === 'UDP' || protocol === 'SCTP' ? protocol : 'TCP';
}

/** The load balancers in the status: addresses, or the DNS names that some clouds report. */
export function assignedBalancers(object: ManifestObject): readonly JsonObject[] {
  return itemsOf(objectOf(objectOf(object.value.status).loadBalancer).ingress);
}

/**
 * Addresses of the load balancer: those in the status. A manifest without status gets the address in
 * `spec.loadBalancerIP`. Otherwise there is none, as while a provider is still working: a filled-in address would
 * belong to nobody, and kube-proxy programs nothing for a pending load balancer.
 */
function readIngress(object: ManifestObject): LoadBalancerIngress[] {
  const status = object.value.status;
  if (status === undefined)
    return textsOf([objectOf(object.value.spec).loadBalancerIP ?? null]).map((ip) => ({ ip, ipMode: 'VIP' }));
  return assignedBalancers(object)
    .map((ingress): LoadBalancerIngress => ({
      ip: textOf(ingress.ip),
      ipMode: ingress.ipMode === 'Proxy' ? 'Proxy' : 'VIP',
    }))
    .filter((ingress) => ingress.ip !== '');
}
