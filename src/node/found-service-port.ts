/** The Services in a node's rules, found from the rules themselves. Explaining and comparing begin with these. */
import type { Rule, TableName } from '../iptables/types.js';
import type { ServicePortName } from '../proxy/service-port-name.js';

/** The purpose of a service port's chain. `localOld` is KUBE-XLB of 1.23 and older. */
export type ServiceChainKind = 'cluster' | 'local' | 'external' | 'firewall' | 'endpoint' | 'localOld';

/** The kind of a Service's address. `external`: an external IP or a load balancer's, if the rules do not show which. */
export type AddressKind = 'clusterIP' | 'nodePort' | 'externalIP' | 'loadBalancerIP' | 'external';

/** One address and port that leads to a service port. */
export interface ServiceAddress {
  readonly kind: AddressKind;
  /** `''` for node ports: the addresses that accept them are the same for all. */
  readonly address: string;
  readonly port: number;
}

/** A rule and its place. */
export interface PlacedRule {
  readonly table: TableName;
  readonly chain: string;
  /** Counts from 1. */
  readonly number: number;
  readonly rule: Rule;
}

/** A service port found in a node's rules. */
export interface FoundServicePort {
  /** Undefined if neither the rules nor the given names contain it. */
  readonly name: ServicePortName | undefined;
  /** The source of the name: the rules contain it (comments, names of chains), or its hash is in the chains' names. */
  readonly nameFrom: 'comments' | 'hash' | 'nothing';
  readonly protocol: string;
  readonly addresses: readonly ServiceAddress[];
  /** Its chains by purpose; endpoints are found from the balancing chains. */
  readonly chains: ReadonlyMap<ServiceChainKind, string>;
  /** The rules of iptables in shared chains that jump to its chains, or reject or drop its packets. */
  readonly entries: readonly PlacedRule[];
  /** 0 if there is none. */
  readonly healthCheckNodePort: number;
}

/** The Services of service ports with a name, as `namespace/name`. */
export function servicesIn(found: readonly FoundServicePort[]): string[] {
  return found.flatMap(({ name }) => (name === undefined ? [] : [`${name.namespace}/${name.service}`]));
}
