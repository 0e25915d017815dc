import { comment, fromLocalPods, jump, markForMasquerade, reject, verdict } from '../iptables/lower/matches.js';
import { tableOf } from '../iptables/lower/node.js';
import { RuleSetCollector } from '../iptables/rule-sink.js';
import { SyncBuilder } from '../iptables/lower/sync-builder.js';
import type { Match, RuleSet, TableName, Target } from '../iptables/types.js';
import { masqueradeMark, type ProxyState } from '../proxy/state.js';
import { has } from './changes.js';
import type { ServicePortLowering } from './lower-service-port.js';
import { setKinds, setName, type SetKey } from './set-names.js';

type Directions = readonly ('src' | 'dst')[];
const toPort: Directions = ['dst'];
const toAddressAndPort: Directions = ['dst', 'dst'];
const toAddressAndPortFrom: Directions = ['dst', 'dst', 'src'];

const chains: Record<'nat' | 'filter', readonly string[]> = {
  nat: ['KUBE-SERVICES', 'KUBE-POSTROUTING', 'KUBE-NODE-PORT', 'KUBE-LOAD-BALANCER', 'KUBE-MARK-MASQ'],
  filter: [
    'KUBE-FORWARD',
    'KUBE-NODE-PORT',
    'KUBE-PROXY-FIREWALL',
    'KUBE-SOURCE-RANGES-FIREWALL',
    'KUBE-IPVS-FILTER',
    'KUBE-IPVS-OUT-FILTER',
  ],
};

interface SetRule {
  readonly set: SetKey;
  readonly table: TableName;
  readonly chain: string;
  readonly directions: Directions;
  readonly protocol?: 'tcp' | 'udp' | 'sctp';
  readonly target: Target;
}

/**
 * Rules that exist while their set is not empty, in order. Local node ports must return before the other node ports are
 * marked.
 */
const setRules: readonly SetRule[] = [
  {
    set: 'loopBack',
    table: 'nat',
    chain: 'KUBE-POSTROUTING',
    directions: toAddressAndPortFrom,
    target: { kind: 'masquerade' },
  },
  {
    set: 'loadBalancer',
    table: 'nat',
    chain: 'KUBE-SERVICES',
    directions: toAddressAndPort,
    target: jump('KUBE-LOAD-BALANCER'),
  },
  {
    set: 'loadBalancerLocal',
    table: 'nat',
    chain: 'KUBE-LOAD-BALANCER',
    directions: toAddressAndPort,
    target: verdict('RETURN'),
  },
  {
    set: 'nodePortLocalTcp',
    table: 'nat',
    chain: 'KUBE-NODE-PORT',
    directions: toPort,
    protocol: 'tcp',
    target: verdict('RETURN'),
  },
  {
    set: 'nodePortTcp',
    table: 'nat',
    chain: 'KUBE-NODE-PORT',
    directions: toPort,
    protocol: 'tcp',
    target: markForMasquerade,
  },
  {
    set: 'nodePortLocalUdp',
    table: 'nat',
    chain: 'KUBE-NODE-PORT',
    directions: toPort,
    protocol: 'udp',
    target: verdict('RETURN'),
  },
  {
    set: 'nodePortUdp',
    table: 'nat',
    chain: 'KUBE-NODE-PORT',
    directions: toPort,
    protocol: 'udp',
    target: markForMasquerade,
  },
  {
    set: 'nodePortLocalSctp',
    table: 'nat',
    chain: 'KUBE-NODE-PORT',
    directions: toAddressAndPort,
    protocol: 'sctp',
    target: verdict('RETURN'),
  },
  {
    set: 'nodePortSctp',
    table: 'nat',
    chain: 'KUBE-NODE-PORT',
    directions: toAddressAndPort,
    protocol: 'sctp',
    target: markForMasquerade,
  },
  {
    set: 'loadBalancerFirewall',
    table: 'filter',
    chain: 'KUBE-PROXY-FIREWALL',
    directions: toAddressAndPort,
    target: jump('KUBE-SOURCE-RANGES-FIREWALL'),
  },
  {
    set: 'loadBalancerSourceRange',
    table: 'filter',
    chain: 'KUBE-SOURCE-RANGES-FIREWALL',
    directions: toAddressAndPortFrom,
    target: verdict('RETURN'),
  },
  {
    set: 'loadBalancerSourceIP',
    table: 'filter',
    chain: 'KUBE-SOURCE-RANGES-FIREWALL',
    directions: toAddressAndPortFrom,
    target: verdict('RETURN'),
  },
];

/**
 * The iptables part of IPVS mode, nat before filter: rules for masquerading and for the protection of the node's own
 * ports (pkg/proxy/ipvs/proxier.go, writeIptablesRules, 1.30 to 1.37).
 */
export function lowerIptables(state: ProxyState, services: ServicePortLowering): RuleSet {
  const lowering = new IptablesLowering(state, services);
  const synced = lowering.lower();
  return { family: state.family, tables: [tableOf(synced, 'nat'), tableOf(synced, 'filter')] };
}

class IptablesLowering {
  private readonly collector: RuleSetCollector;
  private readonly builder: SyncBuilder;

  constructor(
    private readonly state: ProxyState,
    private readonly services: ServicePortLowering,
  ) {
    this.collector = new RuleSetCollector(state.family);
    this.builder = new SyncBuilder(state, this.collector);
  }

  lower(): RuleSet {
    for (const name of chains.nat) this.builder.natChain(name);
    for (const name of chains.filter) if (this.hasChain(name)) this.builder.filterChain(name);
    if (has(this.state.options.version, 'filtersAccess')) this.letLocalhostOff();
    for (const rule of setRules) this.setRule(rule);
    this.masqueradeClusterIPs();
    this.externalIPRules('externalIP');
    this.externalIPRules('externalIPLocal');
    this.builder.nat('KUBE-SERVICES', [{ kind: 'addressType', destinationType: 'LOCAL' }], jump('KUBE-NODE-PORT'));
    this.builder.nat('KUBE-LOAD-BALANCER', [], markForMasquerade);
    this.builder.filter('KUBE-SOURCE-RANGES-FIREWALL', [], verdict('DROP'));
    if (has(this.state.options.version, 'filtersOutput')) this.refuseNode();
    this.acceptVirtualServices();
    this.forwardRules();
    if (has(this.state.options.version, 'filtersAccess')) this.protectNodePorts();
    this.masqueradeRules();
    return this.collector.finish();
  }

  private hasChain(name: string): boolean {
    const { version } = this.state.options;
    if (name === 'KUBE-IPVS-FILTER') return has(version, 'filtersAccess');
    return name !== 'KUBE-IPVS-OUT-FILTER' || has(version, 'filtersOutput');
  }

  private letLocalhostOff(): void {
    this.builder.nat(
      'KUBE-SERVICES',
      [{ kind: 'source', prefix: this.state.family === 'ipv4' ? '127.0.0.0/8' : '::1/128' }],
      verdict('RETURN'),
    );
  }

  private setRule(rule: SetRule): void {
    if (this.services.sets.isEmpty(rule.set)) return;
    const matches: Match[] = [
      ...(rule.protocol === undefined ? [] : [{ kind: 'protocol', protocol: rule.protocol } as const]),
      ...this.commented(rule.set, rule.directions),
    ];
    if (rule.table === 'nat') this.builder.nat(rule.chain, matches, rule.target);
    else this.builder.filter(rule.chain, matches, rule.target);
  }

  /**
   * If kube-proxy cannot identify Pod traffic, it masquerades packets from the node, which have a cluster IP of
   * kube-ipvs0 as source address.
   */
  private masqueradeClusterIPs(): void {
    if (this.services.sets.isEmpty('clusterIP')) return;
    const detector = this.state.localDetector;
    const all = this.state.options.configuration.masqueradeAll;
    const directions: Directions = all || detector !== undefined ? toAddressAndPort : ['src', 'dst'];
    const fromElsewhere = all || detector === undefined ? [] : [fromLocalPods(detector, true)];
    this.builder.nat(
      'KUBE-SERVICES',
      [...this.commented('clusterIP', directions), ...fromElsewhere],
      markForMasquerade,
    );
  }

  /** Only packets from another machine, or to an address that counts as the node's, may continue to the Service. */
  private externalIPRules(set: 'externalIP' | 'externalIPLocal'): void {
    if (this.services.sets.isEmpty(set)) return;
    const matches = this.commented(set, toAddressAndPort);
    if (set === 'externalIP') this.builder.nat('KUBE-SERVICES', matches, markForMasquerade);
    this.builder.nat(
      'KUBE-SERVICES',
      [
        ...matches,
        { kind: 'physdevIsIn', negated: true },
        { kind: 'addressType', sourceType: 'LOCAL', sourceNegated: true },
      ],
      verdict('ACCEPT'),
    );
    this.builder.nat(
      'KUBE-SERVICES',
      [...matches, { kind: 'addressType', destinationType: 'LOCAL' }],
      verdict('ACCEPT'),
    );
  }

  private refuseNode(): void {
    for (const {
      servicePort: { name, protocol, port },
      address,
    } of this.services.refusals) {
      this.builder.filter(
        'KUBE-IPVS-OUT-FILTER',
        [
          { kind: 'source', prefix: address },
          { kind: 'ipvsVirtualService', address, protocol, port },
        ],
        verdict('DROP'),
        name,
      );
    }
  }

  private acceptVirtualServices(): void {
    for (const set of ['clusterIP', 'loadBalancer'] as const) {
      if (!this.services.sets.isEmpty(set))
        this.builder.nat('KUBE-SERVICES', [this.inSet(set, toAddressAndPort)], verdict('ACCEPT'));
    }
  }

  private forwardRules(): void {
    const bits = masqueradeMark(this.state.options.configuration);
    this.builder.filter(
      'KUBE-FORWARD',
      [comment('kubernetes forwarding rules'), { kind: 'mark', mark: { value: bits, mask: bits } }],
      verdict('ACCEPT'),
    );
    this.builder.filter(
      'KUBE-FORWARD',
      [comment('kubernetes forwarding conntrack rule'), { kind: 'conntrackState', states: ['RELATED', 'ESTABLISHED'] }],
      verdict('ACCEPT'),
    );
    this.builder.filter('KUBE-NODE-PORT', this.commented('healthCheckNodePort', toPort), verdict('ACCEPT'));
  }

  /**
   * In this mode the node owns all Service addresses. Packets to other ports of these addresses must not reach
   * processes on the node.
   */
  private protectNodePorts(): void {
    const { version } = this.state.options;
    for (const set of ['loadBalancer', 'clusterIP', 'externalIP', 'externalIPLocal'] as const) {
      if (set === 'externalIPLocal' && !has(version, 'acceptsLocalExternalIPs')) continue;
      this.builder.filter('KUBE-IPVS-FILTER', [this.inSet(set, toAddressAndPort)], verdict('RETURN'));
    }
    if (has(version, 'acceptsHealthChecks'))
      this.builder.filter('KUBE-IPVS-FILTER', [this.inSet('healthCheckNodePort', toPort)], verdict('RETURN'));
    this.builder.filter(
      'KUBE-IPVS-FILTER',
      [{ kind: 'conntrackState', states: ['NEW'] }, this.inSet('boundAddress', toPort)],
      reject,
    );
  }

  private masqueradeRules(): void {
    const { configuration, host } = this.state.options;
    const bits = masqueradeMark(configuration);
    this.builder.nat(
      'KUBE-POSTROUTING',
      [{ kind: 'mark', mark: { value: bits, mask: bits }, negated: true }],
      verdict('RETURN'),
    );
    this.builder.nat('KUBE-POSTROUTING', [], { kind: 'mark', operation: 'xorMark', bits });
    this.builder.nat('KUBE-POSTROUTING', [comment('kubernetes service traffic requiring SNAT')], {
      kind: 'masquerade',
      randomFully: host.masqueradeRandomFully,
    });
    this.builder.nat('KUBE-MARK-MASQ', [], { kind: 'mark', operation: 'orMark', bits });
  }

  private commented(set: SetKey, directions: Directions): Match[] {
    return [comment(setKinds[set].comment), this.inSet(set, directions)];
  }

  private inSet(set: SetKey, directions: Directions): Match {
    return { kind: 'set', name: setName(set, this.state.family), directions };
  }
}
