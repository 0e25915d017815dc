/**
 * Objects as the API server would have them: defaulted, with addresses and node ports. Field names are Kubernetes' own;
 * only fields that some stage reads are here.
 */
import type { JsonObject, ManifestObject, UnreadSlice } from '../manifests/types.js';
import type { Family, Prefix } from '../net/address.js';

export type { Family };
export type ServiceProtocol = 'TCP' | 'UDP' | 'SCTP';
export type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';

export interface ServicePortSpec {
  /** `''` where the port has no name. */
  readonly name: string;
  readonly protocol: ServiceProtocol;
  readonly port: number;
  readonly targetPort: number | string;
  /** 0 where there is none. */
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
  /** Seconds; meaningful with ClientIP only. */
  readonly sessionAffinityTimeout: number;
  readonly publishNotReadyAddresses: boolean;
  /** `''` where there is none. */
  readonly trafficDistribution?: string;
  /** Primary family first; empty for ExternalName. */
  readonly ipFamilies?: readonly Family[];
  /** The manifest it came from. */
  readonly object: ManifestObject;
}

export interface SliceEndpoint {
  readonly addresses: readonly string[];
  /** Each condition as written; absent reads as ready, serving, not terminating (kube-proxy treats each alone). */
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly nodeName: string;
  /** Zones of `hints.forZones`; undefined where there are no hints. */
  readonly zoneHints?: readonly string[];
  /** Nodes of `hints.forNodes`. */
  readonly nodeHints?: readonly string[];
  /** Of planned endpoints only: what answers there, `Pod web-0` or `Deployment web`. */
  readonly target?: string;
}

export interface SlicePort {
  /** undefined where the name is absent (kube-proxy ignores such a port); `''` where it is empty. */
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
   * Reads the same from the text of the manifest, where they were left there: for those who look at every endpoint
   * there is.
   */
  readonly unread?: UnreadSlice | undefined;
  readonly ports: readonly SlicePort[];
  /** The slice, Endpoints object or workload it came from. */
  readonly object: ManifestObject | undefined;
}

export interface Node {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly podCIDRs: readonly string[];
  /** InternalIP addresses first, then the others, as kube-proxy picks its node IP. */
  readonly addresses: readonly string[];
}

/** Something the manifests did not say and a cluster would have decided: told to people and in `json`. */
export interface MadeUp {
  readonly kind: 'clusterIP' | 'nodePort' | 'healthCheckNodePort' | 'loadBalancerIP' | 'endpoints' | 'node' | 'podCIDR';
  /** `Service shop/web` */
  readonly object: string;
  /** One short sentence or value: `10.96.13.7`, `3 Pods of Deployment web: 10.244.0.12, …`. */
  readonly detail: string;
}

/** A Pod that manifests hold, or that one of their workloads leads to. */
export interface ClusterPod {
  readonly namespace: string;
  /** Undefined where its controller would put a random part behind its own name. */
  readonly name: string | undefined;
  /** What it belongs to, nearest first, as far as manifests say: `ReplicaSet web-6d4b`, `Deployment web`. */
  readonly owners: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** `''` where it is on none yet. */
  readonly nodeName: string;
  /** None where it waits for them. */
  readonly addresses: Readonly<Partial<Record<Family, string>>>;
  readonly hostNetwork: boolean;
  /** Of Pods without a status: as it is once its readiness probe succeeds. */
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
  /** Ranges of ServiceCIDR objects, else of `--service-cidr`, which the API server makes one from. */
  readonly serviceCIDRs: readonly Prefix[];
  readonly madeUp: readonly MadeUp[];
}
