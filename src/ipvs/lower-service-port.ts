import { canonicalAddress, formatPrefix, parseAddress, prefixContains } from '../net/address.js';
import type { ServicePort, SourceRange } from '../proxy/service-port.js';
import type { ProxyState, ServicePortState } from '../proxy/state.js';
import { has } from './changes.js';
import { VirtualServerBuilder } from './lower-virtual-servers.js';
import { nodePortServerAddresses, ownAddresses } from './node-addresses.js';
import { SetBuilder } from './set-builder.js';
import type { SetKey } from './set-names.js';

/**
 * A load-balancer address that the node itself may not use, because loadBalancerSourceRanges does not include the node.
 */
interface NodeRefusal {
  readonly servicePort: ServicePort;
  readonly address: string;
}

const nodePortSets = {
  tcp: { all: 'nodePortTcp', local: 'nodePortLocalTcp' },
  udp: { all: 'nodePortUdp', local: 'nodePortLocalUdp' },
  sctp: { all: 'nodePortSctp', local: 'nodePortLocalSctp' },
} as const satisfies Record<string, { all: SetKey; local: SetKey }>;

/** Lowers service ports to virtual servers, set elements and addresses on kube-ipvs0 (the loop in syncProxyRules). */
export class ServicePortLowering {
  readonly sets: SetBuilder;
  readonly virtualServers: VirtualServerBuilder;
  readonly refusals: NodeRefusal[] = [];
  private readonly bound = new Set<string>();
  private readonly own: ReadonlySet<string>;
  private readonly nodeAddresses: readonly string[];

  constructor(private readonly state: ProxyState) {
    this.sets = new SetBuilder(state.family);
    this.virtualServers = new VirtualServerBuilder(
      state.options.configuration.ipvs.scheduler,
      has(state.options.version, 'hashesPorts'),
    );
    this.own = ownAddresses(state);
    this.nodeAddresses = nodePortServerAddresses(state);
  }

  lower(choice: ServicePortState): void {
    this.rememberLoops(choice);
    this.captureClusterIP(choice);
    for (const address of choice.servicePort.externalIPs) this.captureExternalIP(choice, address);
    for (const address of choice.servicePort.loadBalancerVIPs) this.captureLoadBalancerIP(choice, address);
    // If there is no address for the node port, kube-proxy skips the service port, including its health check.
    if (choice.servicePort.nodePort !== 0 && this.nodeAddresses.length === 0) return;
    this.captureNodePort(choice);
    this.acceptHealthChecks(choice.servicePort);
  }

  /** The addresses on kube-ipvs0. */
  finish(): string[] {
    const addresses = [...this.bound].sort();
    for (const address of addresses) this.sets.add('boundAddress', address);
    return addresses;
  }

  /**
   * A Pod that connects to its own Service may reach itself, so its packets need another source address. Includes
   * unready endpoints.
   */
  private rememberLoops({ servicePort, all }: ServicePortState): void {
    for (const endpoint of all) {
      if (!endpoint.isLocal) continue;
      const address = endpoint.address.toLowerCase();
      this.sets.add('loopBack', `${address},${servicePort.protocol}:${endpoint.port},${address}`);
    }
  }

  private captureClusterIP(choice: ServicePortState): void {
    const { servicePort } = choice;
    this.sets.add('clusterIP', addressAndPort(servicePort, servicePort.clusterIP));
    this.virtualServers.add(choice, servicePort.clusterIP, servicePort.port, servicePort.internalPolicyLocal);
    this.bound.add(servicePort.clusterIP);
  }

  private captureExternalIP(choice: ServicePortState, address: string): void {
    const { servicePort } = choice;
    this.sets.add(
      servicePort.externalPolicyLocal ? 'externalIPLocal' : 'externalIP',
      addressAndPort(servicePort, address),
    );
    this.serveExternalAddress(choice, address);
  }

  private captureLoadBalancerIP(choice: ServicePortState, address: string): void {
    const { servicePort } = choice;
    const element = addressAndPort(servicePort, address);
    this.sets.add('loadBalancer', element);
    if (servicePort.externalPolicyLocal) this.sets.add('loadBalancerLocal', element);
    if (servicePort.loadBalancerSourceRanges.length > 0) this.admitSources(servicePort, address);
    this.serveExternalAddress(choice, address);
  }

  /** An address that another interface of the node has is not added to kube-ipvs0. */
  private serveExternalAddress(choice: ServicePortState, address: string): void {
    const { servicePort } = choice;
    const canonical = canonicalAddress(address);
    this.virtualServers.add(choice, canonical, servicePort.port, servicePort.externalPolicyLocal);
    if (!this.own.has(canonical) || !has(this.state.options.version, 'sparesOwnAddresses')) this.bound.add(canonical);
  }

  /** Packets from the node to a load-balancer address have that address as their source, too. */
  private admitSources(servicePort: ServicePort, address: string): void {
    const element = addressAndPort(servicePort, address);
    this.sets.add('loadBalancerFirewall', element);
    for (const range of servicePort.loadBalancerSourceRanges) {
      this.sets.add('loadBalancerSourceRange', `${element},${asSetHolds(range)}`);
    }
    const node = parseAddress(this.state.nodeIP);
    const admitsNode =
      node !== undefined && servicePort.loadBalancerSourceRanges.some((range) => prefixContains(range, node));
    if (admitsNode) this.sets.add('loadBalancerSourceIP', `${element},${address}`);
    else this.refusals.push({ servicePort, address });
  }

  private captureNodePort(choice: ServicePortState): void {
    const { servicePort } = choice;
    const { nodePort, protocol, externalPolicyLocal } = servicePort;
    if (nodePort === 0) return;
    const keys = nodePortSets[protocol];
    for (const element of this.nodePortElements(servicePort)) {
      this.sets.add(keys.all, element);
      if (externalPolicyLocal) this.sets.add(keys.local, element);
    }
    for (const address of this.nodeAddresses) this.virtualServers.add(choice, address, nodePort, externalPolicyLocal);
  }

  /** Port bitmaps support only TCP and UDP, so SCTP uses sets of address and port. */
  private nodePortElements({ protocol, nodePort }: ServicePort): string[] {
    return protocol === 'sctp'
      ? this.nodeAddresses.map((address) => `${address},sctp:${nodePort}`)
      : [String(nodePort)];
  }

  private acceptHealthChecks({ healthCheckNodePort }: ServicePort): void {
    if (healthCheckNodePort !== 0) this.sets.add('healthCheckNodePort', String(healthCheckNodePort));
  }
}

function addressAndPort(servicePort: ServicePort, address: string): string {
  return `${address},${servicePort.protocol}:${servicePort.port}`;
}

/** The kernel's set drops the bits beyond a prefix. Invalid notation is kept as written, as recorded. */
function asSetHolds(range: SourceRange): string {
  const isRead = parseAddress(range.text.split('/')[0] ?? '', 'strict') !== undefined;
  return isRead ? formatPrefix(range) : range.text;
}
