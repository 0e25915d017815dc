import { addressScope, familyOf, formatAddress, parseAddress, type Family, type Prefix } from '../net/address.js';
import type { Cluster, Node, Service } from '../cluster/types.js';
import type { KubernetesVersion } from '../cluster/version.js';
import { has } from './changes.js';
import type { ProxyConfiguration } from './configuration.js';
import { chooseEndpoints, type EndpointChoice, type NodePlace } from './endpoint-choice.js';
import { indexEndpoints, type Endpoint } from './endpoints.js';
import type { HostFacts } from './host.js';
import { localDetector, type LocalDetector } from './local-detection.js';
import { includesIpv4Loopback, isLoopback, nodePortAddresses, type NodePortAddresses } from './node-port-addresses.js';
import { servicePortsOf, type ServicePort } from './service-port.js';

/** What a node's rules depend on, besides the cluster's objects. */
export interface ProxyOptions {
  readonly configuration: ProxyConfiguration;
  readonly host: HostFacts;
  readonly nodeName: string;
  readonly version: KubernetesVersion;
}

/** A service port with its endpoints, and those chosen on this node. */
export interface ServicePortState extends EndpointChoice {
  readonly servicePort: ServicePort;
  /** All endpoints, ready or not. */
  readonly all: readonly Endpoint[];
}

/** The input of lowering in every mode, for one family on one node. */
export interface ProxyState {
  readonly family: Family;
  readonly options: ProxyOptions;
  readonly node: Node | undefined;
  /**
   * The node's address of this family, or the configuration's bindAddress; if there is none, loopback, like kube-proxy.
   */
  readonly nodeIP: string;
  readonly servicePorts: readonly ServicePort[];
  /** Every Service of the cluster, including those without a service port in this family. */
  readonly services: readonly Service[];
  stateOf(servicePort: ServicePort): ServicePortState;
  /** Whether the total number of endpoints, ready or not, exceeds `count`. */
  hasMoreEndpointsThan(count: number): boolean;
  readonly localDetector: LocalDetector | undefined;
  readonly nodePortAddresses: NodePortAddresses;
  /** Ranges of cluster IPs in both families. */
  readonly serviceCIDRs: readonly Prefix[];
  /** Whether node ports are served on 127.0.0.0/8 (IPv4 only; requires route_localnet). */
  readonly localhostNodePorts: boolean;
}

/** Collects the data that kube-proxy has at its first full sync. */
export function proxyState(cluster: Cluster, options: ProxyOptions, family: Family): ProxyState {
  const { configuration, nodeName, version } = options;
  const node = cluster.nodes.find((candidate) => candidate.name === nodeName);
  const nodeIP = nodeIPOf(options, family);
  const addresses = nodePortAddresses(configuration.nodePortAddresses, family, nodeIP);
  const endpoints = indexEndpoints(cluster, family, nodeName, version);
  const place: NodePlace = { name: nodeName, zone: node?.labels['topology.kubernetes.io/zone'] ?? '' };
  return {
    family,
    options,
    node,
    nodeIP,
    servicePorts: servicePortsOf(cluster, family, version),
    services: cluster.services,
    stateOf: (servicePort) => {
      const all = endpoints.of(servicePort);
      return { servicePort, all, ...chooseEndpoints(servicePort, all, place, version) };
    },
    hasMoreEndpointsThan: (count) => endpoints.areMoreThan(count),
    localDetector: localDetector(configuration, node, family, version),
    nodePortAddresses: addresses,
    serviceCIDRs: cluster.serviceCIDRs,
    localhostNodePorts: hasLocalhostNodePorts(options, family, addresses),
  };
}

/**
 * Always true for 1.25, also in IPv6: that version has no such setting, and only checks whether loopback is among the
 * addresses for node ports.
 */
function hasLocalhostNodePorts(
  { configuration, version }: ProxyOptions,
  family: Family,
  addresses: NodePortAddresses,
): boolean {
  if (!has(version, 'knowsLocalhostNodePorts')) return true;
  return family === 'ipv4' && configuration.localhostNodePorts && includesIpv4Loopback(addresses);
}

/**
 * The node's main address of this family: the configuration's bindAddress, else its own. Old versions of kube-proxy use
 * another address for `nodeIP`. Undefined if the node has only loopback addresses.
 */
export function nodeAddressOf({ options, family }: Pick<ProxyState, 'options' | 'family'>): string | undefined {
  const address = boundAddress(options, family) ?? options.host.nodeIPs.find((one) => familyOf(one) === family);
  return address === undefined || isLoopback(address) ? undefined : address;
}

/**
 * A bindAddress other than 0.0.0.0 and :: takes precedence over the Node's addresses (cmd/kube-proxy/app,
 * detectNodeIPs).
 */
function boundAddress({ configuration }: ProxyOptions, family: Family): string | undefined {
  const bound = configuration.bindAddress
    .split(',')
    .map((text) => parseAddress(text))
    .find((address) => address?.family === family && addressScope(address) !== 'unspecified');
  return bound === undefined ? undefined : formatAddress(bound);
}

function nodeIPOf(options: ProxyOptions, family: Family): string {
  const bound = boundAddress(options, family);
  if (bound !== undefined) return bound;
  if (!knowsNodeIP(options.host, family, options.version)) return family === 'ipv4' ? '0.0.0.0' : '::';
  return (
    options.host.nodeIPs.find((address) => familyOf(address) === family) ?? (family === 'ipv4' ? '127.0.0.1' : '::1')
  );
}

function knowsNodeIP({ nodeIPs }: HostFacts, family: Family, version: KubernetesVersion): boolean {
  if (has(version, 'knowsBothNodeIPs')) return true;
  return has(version, 'knowsPrimaryNodeIP') && familyOf(nodeIPs[0] ?? '') === family;
}

/** The packet mark that requests masquerading, as a number with one bit set. */
export function masqueradeMark(configuration: ProxyConfiguration): number {
  return (1 << configuration.masqueradeBit) >>> 0;
}
