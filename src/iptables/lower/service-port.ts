import { parseAddress, prefixContains } from '../../net/address.js';
import { has } from '../../proxy/changes.js';
import { has as hasHere } from '../changes.js';
import type { Endpoint } from '../../proxy/endpoints.js';
import { isExternallyAccessible, type ServicePort } from '../../proxy/service-port.js';
import type { ProxyState, ServicePortState } from '../../proxy/state.js';
import { EndpointLowering } from './endpoints.js';
import { comment, fromLocalPods, jump, markForMasquerade, reject, toAddress, toPort, verdict } from './matches.js';
import { servicePortChains, type ServicePortChains } from './names.js';
import type { SyncBuilder } from './sync-builder.js';
import type { Match, Target } from '../types.js';

/** What the rules of one service port depend on: its data, its chains, and which of them it uses. */
interface Plan {
  readonly servicePort: ServicePort;
  readonly choice: ServicePortState;
  readonly chains: ServicePortChains;
  /** Whether the policy for cluster-IP traffic has an endpoint. */
  readonly hasInternal: boolean;
  readonly hasExternal: boolean;
  readonly usesExternalChain: boolean;
  readonly usesFirewallChain: boolean;
}

/** Lowers service ports to rules in KUBE-SERVICES, KUBE-NODEPORTS and their own chains (the loop in syncProxyRules). */
export class ServicePortLowering {
  private readonly state: ProxyState;
  private readonly endpoints: EndpointLowering;

  constructor(private readonly builder: SyncBuilder) {
    this.state = builder.state;
    this.endpoints = new EndpointLowering(builder);
  }

  lower(choice: ServicePortState): void {
    const plan = makePlan(choice);
    this.declareEntryChains(plan);
    this.captureClusterIP(plan);
    this.captureExternalIPs(plan);
    this.captureLoadBalancerIPs(plan);
    this.captureNodePort(plan);
    this.acceptHealthChecks(plan);
    this.fillInternalChain(plan);
    this.fillExternalChain(plan);
    this.fillFirewallChain(plan);
    this.endpoints.lower(choice, plan.chains);
  }

  private declareEntryChains(plan: Plan): void {
    if (plan.usesExternalChain) this.builder.natChain(plan.chains.external);
    if (plan.usesFirewallChain) this.builder.natChain(plan.chains.firewall);
  }

  private captureClusterIP(plan: Plan): void {
    const { name, protocol, clusterIP, port } = plan.servicePort;
    const there = toAddress(protocol, clusterIP, port);
    if (plan.hasInternal)
      this.nat(plan, 'KUBE-SERVICES', [comment(`${name} cluster IP`), ...there], jump(internalChain(plan)));
    else this.refuse(plan, 'KUBE-SERVICES', there);
  }

  private captureExternalIPs(plan: Plan): void {
    const { name, protocol, externalIPs, port } = plan.servicePort;
    for (const address of externalIPs) {
      const there = toAddress(protocol, address, port);
      if (plan.choice.hasAny)
        this.nat(plan, 'KUBE-SERVICES', [comment(`${name} external IP`), ...there], jump(plan.chains.external));
      if (!plan.hasExternal) this.refuse(plan, 'KUBE-EXTERNAL-SERVICES', there);
    }
  }

  private captureLoadBalancerIPs(plan: Plan): void {
    const { name, protocol, loadBalancerVIPs, port } = plan.servicePort;
    const chain = plan.usesFirewallChain ? plan.chains.firewall : plan.chains.external;
    for (const address of loadBalancerVIPs) {
      const there = toAddress(protocol, address, port);
      if (plan.choice.hasAny)
        this.nat(plan, 'KUBE-SERVICES', [comment(`${name} loadbalancer IP`), ...there], jump(chain));
      if (plan.usesFirewallChain) this.dropUnaccepted(plan, there);
    }
    if (plan.hasExternal) return;
    for (const address of loadBalancerVIPs)
      this.refuse(plan, 'KUBE-EXTERNAL-SERVICES', toAddress(protocol, address, port));
  }

  private dropUnaccepted(plan: Plan, there: readonly Match[]): void {
    const { name } = plan.servicePort;
    this.builder.filter(
      'KUBE-PROXY-FIREWALL',
      [comment(`${name} traffic not accepted by ${plan.chains.firewall}`), ...there],
      verdict('DROP'),
      name,
    );
  }

  private captureNodePort(plan: Plan): void {
    const { name, protocol, nodePort } = plan.servicePort;
    if (nodePort === 0) return;
    if (plan.choice.hasAny) {
      if (countsLocalhostNodePorts(this.state)) this.countLocalhostNodePort(plan);
      this.nat(plan, 'KUBE-NODEPORTS', [comment(name), ...toPort(protocol, nodePort)], jump(plan.chains.external));
    }
    if (plan.hasExternal) return;
    this.refuse(plan, 'KUBE-EXTERNAL-SERVICES', [
      { kind: 'addressType', destinationType: 'LOCAL' },
      ...toPort(protocol, nodePort),
    ]);
  }

  private countLocalhostNodePort(plan: Plan): void {
    const { name, protocol, nodePort } = plan.servicePort;
    this.nat(
      plan,
      'KUBE-NODEPORTS',
      [
        comment(name),
        ...toPort(protocol, nodePort),
        { kind: 'destination', prefix: '127.0.0.0/8' },
        { kind: 'nfacct', name: 'localhost_nps_accepted_pkts' },
      ],
      jump(plan.chains.external),
    );
  }

  /** The health check must be accepted even if there is no local endpoint: its failure informs the load balancer. */
  private acceptHealthChecks(plan: Plan): void {
    const { name, healthCheckNodePort } = plan.servicePort;
    if (healthCheckNodePort === 0) return;
    this.builder.filter(
      'KUBE-NODEPORTS',
      [comment(`${name} health check node port`), ...toPort('tcp', healthCheckNodePort)],
      verdict('ACCEPT'),
      name,
    );
  }

  private refuse(plan: Plan, chain: string, there: readonly Match[]): void {
    const { name } = plan.servicePort;
    const [text, target]: [string, Target] = plan.choice.hasAny
      ? [`${name} has no local endpoints`, verdict('DROP')]
      : [`${name} has no endpoints`, reject];
    this.builder.filter(chain, [comment(text), ...there], target, name);
  }

  private fillInternalChain(plan: Plan): void {
    const { name, protocol, clusterIP, port } = plan.servicePort;
    if (!plan.hasInternal) return;
    const matches = [comment(`${name} cluster IP`), ...toAddress(protocol, clusterIP, port)];
    const detector = this.state.localDetector;
    if (this.state.options.configuration.masqueradeAll) this.nat(plan, internalChain(plan), matches, markForMasquerade);
    else if (detector !== undefined) {
      this.nat(plan, internalChain(plan), [...matches, fromLocalPods(detector, true)], markForMasquerade);
    }
  }

  private fillExternalChain(plan: Plan): void {
    const {
      servicePort: { name, externalPolicyLocal },
      chains,
    } = plan;
    if (!plan.usesExternalChain) return;
    if (externalPolicyLocal) this.shortCircuitLocalTraffic(plan);
    else
      this.nat(
        plan,
        chains.external,
        [comment(`masquerade traffic for ${name} external destinations`)],
        markForMasquerade,
      );
    if (plan.hasExternal)
      this.nat(plan, chains.external, [], jump(externalPolicyLocal ? chains.local : chains.cluster));
  }

  /** Traffic from the node and its Pods to an external address has not left the node, so all endpoints may serve it. */
  private shortCircuitLocalTraffic(plan: Plan): void {
    const {
      servicePort: { name },
      chains,
    } = plan;
    const detector = this.state.localDetector;
    const fromNode: Match = { kind: 'addressType', sourceType: 'LOCAL' };
    if (detector !== undefined) {
      this.nat(
        plan,
        chains.external,
        [comment(`pod traffic for ${name} external destinations`), fromLocalPods(detector, false)],
        jump(chains.cluster),
      );
    }
    this.nat(
      plan,
      chains.external,
      [comment(`masquerade LOCAL traffic for ${name} external destinations`), fromNode],
      markForMasquerade,
    );
    this.nat(
      plan,
      chains.external,
      [comment(`route LOCAL traffic for ${name} external destinations`), fromNode],
      jump(chains.cluster),
    );
  }

  private fillFirewallChain(plan: Plan): void {
    if (!plan.usesFirewallChain) return;
    const {
      servicePort: { name },
      chains,
    } = plan;
    for (const prefix of this.acceptedSources(plan.servicePort)) {
      this.nat(
        plan,
        chains.firewall,
        [comment(`${name} loadbalancer IP`), { kind: 'source', prefix }],
        jump(chains.external),
      );
    }
    if (!hasHere(this.state.options.version, 'countsUnaccepted')) return;
    this.nat(plan, chains.firewall, [comment(`other traffic to ${name} will be dropped by KUBE-PROXY-FIREWALL`)]);
  }

  /**
   * If the node itself is allowed, the load-balancer addresses are, too: when the node connects to one, that is also
   * the source address.
   */
  private acceptedSources(servicePort: ServicePort): string[] {
    const ranges = servicePort.loadBalancerSourceRanges;
    const node = parseAddress(this.state.nodeIP);
    const includesNode = node !== undefined && ranges.some((range) => prefixContains(range, node));
    return [...ranges.map(({ text }) => text), ...(includesNode ? servicePort.loadBalancerVIPs : [])];
  }

  private nat(plan: Plan, chain: string, matches: readonly Match[], target?: Target): void {
    this.builder.nat(chain, matches, target, plan.servicePort.name);
  }
}

function makePlan(choice: ServicePortState): Plan {
  const { servicePort, hasAny } = choice;
  const exists = (isLocal: boolean, local: readonly Endpoint[]): boolean => hasAny && !(isLocal && local.length === 0);
  const usesExternalChain = hasAny && isExternallyAccessible(servicePort);
  return {
    servicePort,
    choice,
    chains: servicePortChains(servicePort),
    usesExternalChain,
    hasInternal: exists(servicePort.internalPolicyLocal, choice.local),
    hasExternal: exists(servicePort.externalPolicyLocal, choice.local),
    usesFirewallChain:
      hasAny && servicePort.loadBalancerVIPs.length > 0 && servicePort.loadBalancerSourceRanges.length > 0,
  };
}

function internalChain(plan: Plan): string {
  return plan.servicePort.internalPolicyLocal ? plan.chains.local : plan.chains.cluster;
}

/** Whether a rule counts traffic to node ports over localhost; the host needs the nfacct module for it. */
function countsLocalhostNodePorts(state: ProxyState): boolean {
  return has(state.options.version, 'countsByNfacct') && state.options.host.nfacct && state.localhostNodePorts;
}
