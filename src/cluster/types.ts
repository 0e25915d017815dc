/**
 * Objects as the API server would store them: with defaults, addresses and node ports. Field names are Kubernetes' own;
 * only fields that some stage reads are included.
 */
import type { JsonObject, ManifestObject, UnreadSlice } from '../manifests/types.js';
import type { Family, Prefix } from '../net/address.js';

export type { Family };
export type ServiceProtocol = 'TCP' | 'UDP' | 'SCTP';
export type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';

export interface ServicePortSpec {
  /** `''` if the port has no name. */
  readonly name: string;
  readonly protocol: ServiceProtocol;
  readonly port: number;
  readonly targetPort: number | string;
  /** 0 if there is none. */
  readonly nodePort: number;
  readonly appProtocol?: string;
}

export interface LoadBalancerIngress {
  readonly ip: string;
  readonly ipMode: 'VIP' | 'Proxy';
}

export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly type: ServiceType;
  /** Empty for ExternalName; `['None']` for headless. */
  readonly clusterIPs: readonly string[];
  readonly ports: readonly ServicePortSpec[];
  readonly selector: Readonly<Record<string, string>> | undefined;
  readonly externalIPs: readonly string[];
  readonly externalName: string;
  readonly externalTrafficPolicy: 'Cluster' | 'Local';
  readonly internalTrafficPolicy: 'Cluster' | 'Local';
  readonly healthCheckNodePort: number;
  readonly loadBalancerIngress: readonly LoadBalancerIngress[];
  readonly loadBalancerSourceRanges: readonly string[];
  readonly sessionAffinity: 'None' | 'ClientIP';
  /** Seconds; applies to ClientIP only. */
  readonly sessionAffinityTimeout: number;
  readonly publishNotReadyAddresses: boolean;
  /** `''` if there is none. */
  readonly trafficDistribution?: string;
  /** Primary family first; empty for ExternalName. */
  readonly ipFamilies?: readonly Family[];
  /** The manifest it was read from. */
  readonly object: ManifestObject;
}

export interface SliceEndpoint {
  readonly addresses: readonly string[];
  /** Each condition as written; if absent: ready, serving, not terminating (kube-proxy handles each separately). */
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly nodeName: string;
  /** Zones of `hints.forZones`; undefined if there are no hints. */
  readonly zoneHints?: readonly string[];
  /** Nodes of `hints.forNodes`. */
  readonly nodeHints?: readonly string[];
  /** Only for planned endpoints: the Pod or workload, `Pod web-0` or `Deployment web`. */
  readonly target?: string;
}

export interface SlicePort {
  /** Undefined if the name is absent (kube-proxy ignores such a port); `''` if it is empty. */
  readonly name: string | undefined;
  readonly protocol: ServiceProtocol;
  /** undefined: all ports. */
  readonly port: number | undefined;
}

export interface EndpointSlice {
  readonly namespace: string;
  readonly name: string;
  /** Label `kubernetes.io/service-name`. */
  readonly serviceName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN';
  readonly endpoints: readonly SliceEndpoint[];
  /**
   * Reads the endpoints directly from the manifest's text if they were not parsed, for callers that process every
   * endpoint.
   */
  readonly unread?: UnreadSlice | undefined;
  readonly ports: readonly SlicePort[];
  /** The slice, Endpoints object or workload it was made from. */
  readonly object: ManifestObject | undefined;
}

export interface Node {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly podCIDRs: readonly string[];
  /** InternalIP addresses first, then the others: the order in which kube-proxy picks its node IP. */
  readonly addresses: readonly string[];
}

/** A value that the manifests do not contain and a cluster would assign. Shown to users and included in `json`. */
export interface MadeUp {
  readonly kind: 'clusterIP' | 'nodePort' | 'healthCheckNodePort' | 'loadBalancerIP' | 'endpoints' | 'node' | 'podCIDR';
  /** `Service shop/web` */
  readonly object: string;
  /** One short sentence or value: `10.96.13.7`, `3 Pods of Deployment web: 10.244.0.12, …`. */
  readonly detail: string;
}

/** A Pod in the manifests, or a Pod of one of their workloads. */
export interface ClusterPod {
  readonly namespace: string;
  /** Undefined if its controller would append a random part to its own name. */
  readonly name: string | undefined;
  /** Its owners, nearest first, as far as manifests show: `ReplicaSet web-6d4b`, `Deployment web`. */
  readonly owners: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** `''` if it is not on a node yet. */
  readonly nodeName: string;
  /** Empty if it has no address yet. */
  readonly addresses: Readonly<Partial<Record<Family, string>>>;
  readonly hostNetwork: boolean;
  /** For Pods without a status: the state after the readiness probe has succeeded. */
  readonly ready: boolean;
  /** Whether node and addresses were filled in. */
  readonly isPlanned: boolean;
  readonly podSpec: JsonObject;
  /** The Pod, or the object with its template. */
  readonly object: ManifestObject;
}

export interface Cluster {
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
  readonly nodes: readonly Node[];
  /** Ranges of ServiceCIDR objects, else of `--service-cidr` (from which the API server makes such an object). */
  readonly serviceCIDRs: readonly Prefix[];
  readonly madeUp: readonly MadeUp[];
}
