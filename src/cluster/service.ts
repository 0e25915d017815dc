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
import { itemsOf, labelsOf, namespaceOf, numberOf, objectOf, textOf, textsOf } from './values.js';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A Service whose empty places are still to be filled. */
export interface FillableService extends Mutable<Omit<Service, 'ports' | 'clusterIPs' | 'ipFamilies'>> {
  ports: Mutable<ServicePortSpec>[];
  clusterIPs: string[];
  ipFamilies: Family[];
}

/** A Service while what its manifest leaves out is being filled in, and what only matters until then. */
export interface ServiceDraft {
  /** `namespace/name` */
  readonly key: string;
  readonly service: FillableService;
  readonly ipFamilyPolicy: string;
  /** Whether `spec.clusterIPs` was given: a cluster stored this list, and it stays as it is. */
  readonly hasStoredAddresses: boolean;
  readonly allocatesNodePorts: boolean;
  readonly madeUp: MadeUp[];
}

const serviceTypes: readonly string[] = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'];

/**
 * Reads a Service with the API server's static defaults (pkg/apis/core/v1/defaults.go, SetDefaults_Service). What it
 * would have to allocate is left empty.
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
 * One literal, since V8 keeps objects pieced together by spreading in a slow form. `loadBalancerSourceRanges` is the
 * field alone: the annotation `service.beta.kubernetes.io/load-balancer-source-ranges` is read by cloud controllers,
 * never by kube-proxy.
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
 * A cluster IP and an address of a load balancer, and no node port: a cluster decided all of it, so that none is made
 * up.
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

/** An empty selector is stored as none. */
function readSelector(spec: JsonObject): FillableService['selector'] {
  const selector = labelsOf(spec.selector);
  return Object.keys(selector).length === 0 ? undefined : selector;
}

/** Whether kube-proxy and the allocators pass the Service over: it has no virtual address. */
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

/** The protocol of a port of a Service, slice, Endpoints object or container: TCP where it is absent. */
export function readProtocol(port: JsonObject): ServiceProtocol {
  const protocol = port.protocol;
  return protocol === 'UDP' || protocol === 'SCTP' ? protocol : 'TCP';
}

/** What a provider of load balancers reported in the status: addresses, or names in DNS as some clouds give them. */
export function assignedBalancers(object: ManifestObject): readonly JsonObject[] {
  return itemsOf(objectOf(objectOf(object.value.status).loadBalancer).ingress);
}

/**
 * Addresses of the load balancer: those in the status. A manifest that has no status yet is taken to get the address it
 * asks for in
 * `spec.loadBalancerIP`. Without one there is none, as while a provider is still at work: an address made up would
 * belong to nobody, and kube-proxy programs nothing for a pending balancer.
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
