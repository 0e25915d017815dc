import { parseAddress, prefixContains } from '../../net/address.js';
import { isExternallyAccessible, type ServicePort } from '../../proxy/service-port.js';
import type { ProxyState, ServicePortState } from '../../proxy/state.js';
import type { Constant, Statement } from '../types.js';
import { has } from './changes.js';
import { ElementMemory } from './element-memory.js';
import { fromLocalPods, notFromLocalPods } from './local-pods.js';
import { EndpointLowering } from './lower-endpoints.js';
import { markChain, refusal } from './lower-node.js';
import { servicePortNames, type ServicePortNames } from './names.js';
import type { Transaction } from './transaction.js';
import {
  addresses,
  anonymousSet,
  familyWords,
  goto,
  isOwn,
  jump,
  literal,
  match,
  matchNot,
  payload,
  setMark,
} from './vocabulary.js';

/** What the elements and chains of one service port depend on: its data, its chains, and which of them it uses. */
interface Plan {
  readonly servicePort: ServicePort;
  readonly choice: ServicePortState;
  readonly names: ServicePortNames;
  /** Whether the policy for cluster-IP traffic has an endpoint. */
  readonly hasInternal: boolean;
  readonly hasExternal: boolean;
  readonly usesExternalChain: boolean;
  readonly usesFirewallChain: boolean;
}

/** Lowers service ports to elements and chains (pkg/proxy/nftables/proxier.go, the loop in syncProxyRules). */
export class ServicePortLowering {
  private readonly elements: ElementMemory;
  private readonly endpoints: EndpointLowering;
  private readonly header: 'ip' | 'ip6';
  private readonly mark: number;

  constructor(
    private readonly state: ProxyState,
    private readonly transaction: Transaction,
  ) {
    this.elements = new ElementMemory(transaction, state.options.version);
    this.endpoints = new EndpointLowering(state, transaction, this.elements);
    this.header = familyWords[state.family].header;
    this.mark = (1 << state.options.configuration.nftables.masqueradeBit) >>> 0;
  }

  lower(choice: ServicePortState): void {
    const plan = makePlan(choice);
    this.endpoints.declare(choice, plan.names);
    this.declareChains(plan);
    this.captureClusterIP(plan);
    this.captureExternalIPs(plan);
    this.captureLoadBalancerIPs(plan);
    this.captureNodePort(plan);
    this.masqueradeClusterIP(plan);
    this.fillExternalChain(plan);
    if (this.has('keepsFirewallRuleForLast')) this.fillFirewallChain(plan);
    this.endpoints.lower(choice, plan.names);
  }

  private declareChains({ choice, names, usesExternalChain }: Plan): void {
    if (choice.cluster.length > 0) this.declareChain(names.cluster);
    if (choice.local.length > 0) this.declareChain(names.local);
    if (usesExternalChain) this.declareChain(names.external);
  }

  private declareChain(name: string): void {
    this.transaction.addChain({ name });
    this.transaction.flushChain(name);
  }

  private captureClusterIP(plan: Plan): void {
    const { clusterIP, port } = plan.servicePort;
    this.elements.add('cluster-ips', [literal(clusterIP)]);
    if (plan.hasInternal) this.serve(plan, clusterIP, internalChain(plan));
    else this.refuse(plan, 'no-endpoint-services', [literal(clusterIP), protocolOf(plan), literal(port)]);
  }

  private captureExternalIPs(plan: Plan): void {
    for (const address of plan.servicePort.externalIPs) {
      if (plan.usesExternalChain) this.serve(plan, address, plan.names.external);
      if (!plan.hasExternal) this.refuseAddress(plan, address);
    }
  }

  private captureLoadBalancerIPs(plan: Plan): void {
    const { loadBalancerVIPs } = plan.servicePort;
    if (plan.usesFirewallChain) this.declareChain(plan.names.firewall);
    if (!this.has('keepsFirewallRuleForLast')) this.fillFirewallChain(plan);
    for (const address of loadBalancerVIPs) {
      if (plan.usesExternalChain) this.serve(plan, address, plan.names.external);
      if (plan.usesFirewallChain) this.checkSources(plan, address);
    }
    if (!plan.hasExternal) for (const address of loadBalancerVIPs) this.refuseAddress(plan, address);
  }

  private checkSources(plan: Plan, address: string): void {
    const comment = this.has('keepsFirewallRuleForLast') ? undefined : plan.servicePort.name;
    const keys = [literal(address), protocolOf(plan), literal(plan.servicePort.port)];
    this.elements.add('firewall-ips', keys, goto(plan.names.firewall), comment);
  }

  private captureNodePort(plan: Plan): void {
    const { nodePort } = plan.servicePort;
    if (nodePort === 0) return;
    const keys = [protocolOf(plan), literal(nodePort)];
    if (plan.usesExternalChain) this.elements.add('service-nodeports', keys, goto(plan.names.external));
    if (!plan.hasExternal) this.refuse(plan, 'no-endpoint-nodeports', keys);
  }

  private serve(plan: Plan, address: string, chain: string): void {
    const keys = [literal(address), protocolOf(plan), literal(plan.servicePort.port)];
    this.elements.add('service-ips', keys, goto(chain));
  }

  private refuseAddress(plan: Plan, address: string): void {
    this.refuse(plan, 'no-endpoint-services', [literal(address), protocolOf(plan), literal(plan.servicePort.port)]);
  }

  private refuse({ choice, servicePort }: Plan, map: string, keys: readonly Constant[]): void {
    this.elements.add(map, keys, refusal(choice.hasAny), servicePort.name);
  }

  /** Up to 1.35; later versions have one rule for all cluster IPs. */
  private masqueradeClusterIP(plan: Plan): void {
    if (!plan.hasInternal || this.has('translatesByMap')) return;
    const { clusterIP, protocol, port } = plan.servicePort;
    const there: readonly Statement[] = [
      match(payload(this.header, 'daddr'), literal(clusterIP)),
      ...(this.has('masqueradesWithoutPort') ? [] : [match(payload(protocol, 'dport'), literal(port))]),
    ];
    const strangers = notFromLocalPods(this.state);
    if (this.state.options.configuration.nftables.masqueradeAll)
      this.addRule(internalChain(plan), [...there, jump(markChain)]);
    else if (strangers !== undefined) this.addRule(internalChain(plan), [...there, strangers, jump(markChain)]);
  }

  private fillExternalChain(plan: Plan): void {
    if (!plan.usesExternalChain) return;
    const { external, local, cluster } = plan.names;
    const isLocal = plan.servicePort.externalPolicyLocal;
    if (isLocal) this.shortCircuitLocalTraffic(plan);
    else this.addMark(external, [], this.has('translatesByMap') ? 'masquerade' : undefined);
    if (plan.hasExternal) this.addRule(external, [goto(isLocal ? local : cluster)]);
  }

  /** Traffic from the node and its Pods to an external address has not left the node, so all endpoints may serve it. */
  private shortCircuitLocalTraffic({ names: { external, cluster } }: Plan): void {
    const pods = fromLocalPods(this.state);
    if (pods !== undefined) this.addRule(external, [pods, goto(cluster)], 'short-circuit pod traffic');
    this.addMark(external, [isOwn('saddr')], 'masquerade local traffic');
    this.addRule(external, [isOwn('saddr'), goto(cluster)], 'short-circuit local traffic');
  }

  private addMark(chain: string, conditions: readonly Statement[], comment: string | undefined): void {
    const effect = this.has('translatesByMap') ? setMark(this.mark) : jump(markChain);
    this.addRule(chain, [...conditions, effect], comment);
  }

  private fillFirewallChain(plan: Plan): void {
    if (!plan.usesFirewallChain) return;
    const sources = anonymousSet(this.acceptedSources(plan.servicePort).map((text) => ({ key: addresses(text) })));
    this.addRule(plan.names.firewall, [matchNot(payload(this.header, 'saddr'), sources), { kind: 'drop' }]);
  }

  /**
   * If the node itself is allowed, the load-balancer addresses are, too: its packets to one have that address as
   * source.
   */
  private acceptedSources({ loadBalancerSourceRanges: ranges, loadBalancerVIPs }: ServicePort): string[] {
    const node = parseAddress(this.state.nodeIP);
    const includesNode = node !== undefined && ranges.some((range) => prefixContains(range, node));
    return [...ranges.map(({ text }) => text), ...(includesNode ? loadBalancerVIPs : [])];
  }

  private addRule(chain: string, statements: readonly Statement[], comment?: string): void {
    this.transaction.addRule(chain, comment === undefined ? { statements } : { statements, comment });
  }

  private has(change: Parameters<typeof has>[1]): boolean {
    return has(this.state.options.version, change);
  }
}

function makePlan(choice: ServicePortState): Plan {
  const { servicePort, hasAny } = choice;
  return {
    servicePort,
    choice,
    names: servicePortNames(servicePort),
    hasInternal: hasAny && !(servicePort.internalPolicyLocal && choice.local.length === 0),
    hasExternal: hasAny && !(servicePort.externalPolicyLocal && choice.local.length === 0),
    usesExternalChain: hasAny && isExternallyAccessible(servicePort),
    usesFirewallChain: servicePort.loadBalancerVIPs.length > 0 && servicePort.loadBalancerSourceRanges.length > 0,
  };
}

function internalChain({ servicePort, names }: Plan): string {
  return servicePort.internalPolicyLocal ? names.local : names.cluster;
}

function protocolOf({ servicePort }: Plan): Constant {
  return literal(servicePort.protocol);
}
