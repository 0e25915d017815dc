/** The Services that a node's rules serve, as far as the rules tell: what explaining and comparing start from. */
import type { Rule, TableName } from '../iptables/types.js';
import type { ServicePortName } from '../proxy/service-port-name.js';

/** What a chain of one service port does. `localOld` is KUBE-XLB of 1.23 and older. */
export type ServiceChainKind = 'cluster' | 'local' | 'external' | 'firewall' | 'endpoint' | 'localOld';

/** How a Service is addressed. `external`: an external IP or a load balancer's, where rules do not tell which. */
export type AddressKind = 'clusterIP' | 'nodePort' | 'externalIP' | 'loadBalancerIP' | 'external';

/** One address and port that leads to a service port. */
export interface ServiceAddress {
  readonly kind: AddressKind;
  /** `''` for node ports: on which addresses they answer is the same for all. */
  readonly address: string;
  readonly port: number;
}

/** A rule and where it stands. */
export interface PlacedRule {
  readonly table: TableName;
  readonly chain: string;
  /** Counts from 1. */
  readonly number: number;
  readonly rule: Rule;
}

/** A service port as a node's rules show it. */
export interface FoundServicePort {
  /** undefined where neither the rules nor a given name tell it. */
  readonly name: ServicePortName | undefined;
  /** How the name is known: the rules say it (comments, names of chains), or its hash is in the chains' names. */
  readonly nameFrom: 'comments' | 'hash' | 'nothing';
  readonly protocol: string;
  readonly addresses: readonly ServiceAddress[];
  /** Its chains by what they do; endpoints are told by the chains that balance over them. */
  readonly chains: ReadonlyMap<ServiceChainKind, string>;
  /** The rules of iptables in shared chains that lead to it, refuse or drop for it. */
  readonly entries: readonly PlacedRule[];
  /** 0 where there is none. */
  readonly healthCheckNodePort: number;
}
