import { formatPrefix } from '../../net/address.js';
import { isLoopback, matchingNodeAddresses } from '../../proxy/node-port-addresses.js';
import { has as hasInAllModes } from '../../proxy/changes.js';
import type { ProxyState } from '../../proxy/state.js';
import type { Rule, Statement } from '../types.js';
import { baseChains, jumps, type BaseChainFacts } from './base-chains.js';
import { has } from './changes.js';
import { notFromLocalPods } from './local-pods.js';
import { answersOnAll, nodePortAddressesOf } from './node-ports.js';
import type { SetHead, Transaction } from './transaction.js';
import {
  addresses,
  anonymousSet,
  concatenation,
  familyWords,
  goto,
  isMarked,
  isNotMarked,
  isOwn,
  jump,
  literal,
  masquerade,
  match,
  matchNot,
  named,
  payload,
  protocolAndPort,
  reject,
  setMark,
  toggleMark,
  type FamilyWords,
} from './vocabulary.js';

/** The chain for packets to Services without endpoints. */
const rejectChain = 'reject-chain';
export const markChain = 'mark-for-masquerade';

/** Lowers the parts that do not depend on Services (pkg/proxy/nftables/proxier.go, setupNFTables). */
export class NodeLowering {
  private readonly words: FamilyWords;
  private readonly mark: number;
  private readonly translatesByMap: boolean;

  constructor(
    private readonly state: ProxyState,
    private readonly transaction: Transaction,
  ) {
    const { masqueradeBit } = state.options.configuration.nftables;
    this.words = familyWords[state.family];
    this.mark = (1 << masqueradeBit) >>> 0;
    this.translatesByMap = has(state.options.version, 'translatesByMap');
  }

  lower(): void {
    this.transaction.addTable('rules for kube-proxy');
    this.addBaseChains(baseChains(this.state.options.version));
    this.addJumps();
    this.addMasquerading();
    this.addClusterIPs();
    this.addNodePortIPs();
    this.addRefusals();
    this.addFirewall();
    this.addServices();
    this.flushElements();
  }

  private addBaseChains(chains: readonly BaseChainFacts[]): void {
    for (const { name } of chains) {
      this.transaction.addChain({ name });
      this.transaction.deleteChain(name);
    }
    for (const { name, type, hook, priority } of chains)
      this.addEmptyChain(name, { base: { type, hook, priority: { offset: priority } } });
  }

  private addEmptyChain(name: string, more: Omit<Parameters<Transaction['addChain']>[0], 'name'> = {}): void {
    this.transaction.addChain({ name, ...more });
    this.transaction.flushChain(name);
  }

  private addJumps(): void {
    const known = new Set<string>();
    for (const { from, to, conditions } of jumps(this.state.options.version)) {
      if (!known.has(to)) this.addEmptyChain(to);
      known.add(to);
      this.addRule(from, [...conditions, jump(to)]);
    }
  }

  private addMasquerading(): void {
    if (this.translatesByMap) {
      this.addHairpinMasquerading();
      return;
    }
    this.addEmptyChain(markChain);
    this.addRule(markChain, [setMark(this.mark)]);
    this.addRule('masquerading', [isNotMarked(this.mark), { kind: 'return' }]);
    this.addRule('masquerading', [toggleMark(this.mark)]);
    this.addRule('masquerading', [masquerade]);
  }

  private addHairpinMasquerading(): void {
    const { header, addressType } = this.words;
    this.transaction.addSet({
      kind: 'set',
      name: 'hairpin-connections',
      key: { kind: 'type', names: [addressType, addressType, 'inet_proto', 'inet_service'] },
      comment: 'service hairpin connections',
    });
    const connection = concatenation(payload(header, 'saddr'), payload(header, 'daddr'), ...protocolAndPort);
    this.addRule('masquerading', [isMarked(this.mark), toggleMark(this.mark), masquerade]);
    this.addRule('masquerading', [
      match({ kind: 'ct', key: 'status' }, literal('dnat')),
      match(connection, named('hairpin-connections')),
      masquerade,
    ]);
  }

  private addClusterIPs(): void {
    this.transaction.addSet(this.setOfAddresses('cluster-ips', 'Active ClusterIPs'));
    this.addRule(
      'cluster-ips-check',
      [match(payload(this.words.header, 'daddr'), named('cluster-ips')), reject],
      'Reject traffic to invalid ports of ClusterIPs',
    );
    const ranges = this.serviceCIDRs();
    if (ranges.length === 0) return;
    const elements = anonymousSet(ranges.map((range) => ({ key: addresses(range) })));
    this.addRule(
      'cluster-ips-check',
      [match(payload(this.words.header, 'daddr'), elements), { kind: 'drop' }],
      'Drop traffic to unallocated ClusterIPs',
    );
  }

  private serviceCIDRs(): string[] {
    if (!hasInAllModes(this.state.options.version, 'readsServiceCIDRs')) return [];
    return this.state.serviceCIDRs.filter(({ family }) => family === this.state.family).map(formatPrefix);
  }

  private addNodePortIPs(): void {
    const set = this.setOfAddresses('nodeport-ips', 'IPs that accept NodePort traffic');
    this.transaction.addSet(set);
    const chosen = nodePortAddressesOf(this.state);
    if (chosen.matchesAll) {
      this.transaction.deleteSet(set);
      return;
    }
    this.transaction.flushSet(set);
    const { interfaces } = this.state.options.host;
    for (const address of matchingNodeAddresses(chosen, interfaces, this.state.family))
      if (!isLoopback(address)) this.transaction.addElement('nodeport-ips', { key: literal(address) });
  }

  private addRefusals(): void {
    this.transaction.addSet(
      this.mapOfAddresses('no-endpoint-services', 'vmap to drop or reject packets to services with no endpoints'),
    );
    this.transaction.addSet(
      mapOfPorts('no-endpoint-nodeports', 'vmap to drop or reject packets to service nodeports with no endpoints'),
    );
    this.addEmptyChain(rejectChain, { comment: 'helper for @no-endpoint-services / @no-endpoint-nodeports' });
    this.addRule(rejectChain, [reject]);
    this.addRule('service-endpoints-check', [this.lookUpAddress('no-endpoint-services')]);
    const own = answersOnAll(this.state) ? [this.notLoopback()] : [this.toNodePortIP()];
    this.addRule('nodeport-endpoints-check', [...own, lookUpPort('no-endpoint-nodeports')]);
  }

  private addFirewall(): void {
    this.transaction.addSet(
      this.mapOfAddresses('firewall-ips', 'destinations that are subject to LoadBalancerSourceRanges'),
    );
    this.addRule('firewall-check', [this.lookUpAddress('firewall-ips')]);
  }

  private addServices(): void {
    this.transaction.addSet(this.mapOfAddresses('service-ips', 'ClusterIP, ExternalIP and LoadBalancer IP traffic'));
    this.transaction.addSet(mapOfPorts('service-nodeports', 'NodePort traffic'));
    if (this.translatesByMap) this.masqueradeClusterIPs();
    this.addRule('services', [this.lookUpAddress('service-ips')]);
    const own = answersOnAll(this.state) ? [isOwn('daddr'), this.notLoopback()] : [this.toNodePortIP()];
    this.addRule('services', [...own, lookUpPort('service-nodeports')]);
  }

  private masqueradeClusterIPs(): void {
    const there = match(payload(this.words.header, 'daddr'), named('cluster-ips'));
    const strangers = notFromLocalPods(this.state);
    if (this.state.options.configuration.nftables.masqueradeAll)
      this.addRule('services', [there, setMark(this.mark)], 'masquerade all clusterIP traffic');
    else if (strangers !== undefined)
      this.addRule(
        'services',
        [there, strangers, setMark(this.mark)],
        'masquerade clusterIP traffic from outside cluster',
      );
  }

  private flushElements(): void {
    const { version } = this.state.options;
    if (has(version, 'comparesElements')) return;
    const isEarly = has(version, 'flushesServiceIPsSecond');
    const sets = [
      this.setOfAddresses('cluster-ips'),
      ...(isEarly ? [this.mapOfAddresses('service-ips')] : []),
      this.mapOfAddresses('firewall-ips'),
      this.mapOfAddresses('no-endpoint-services'),
      mapOfPorts('no-endpoint-nodeports'),
      ...(isEarly ? [] : [this.mapOfAddresses('service-ips')]),
      mapOfPorts('service-nodeports'),
    ];
    for (const set of sets) this.transaction.flushSet(set);
  }

  private setOfAddresses(name: string, comment = ''): SetHead {
    return { kind: 'set', name, key: { kind: 'type', names: [this.words.addressType] }, comment };
  }

  private mapOfAddresses(name: string, comment = ''): SetHead {
    return verdictMap(name, [this.words.addressType, 'inet_proto', 'inet_service'], comment);
  }

  private lookUpAddress(map: string): Statement {
    const key = concatenation(payload(this.words.header, 'daddr'), ...protocolAndPort);
    return { kind: 'verdictMap', key, map: named(map) };
  }

  private toNodePortIP(): Statement {
    return match(payload(this.words.header, 'daddr'), named('nodeport-ips'));
  }

  private notLoopback(): Statement {
    const loopback = this.state.family === 'ipv4' ? '127.0.0.0/8' : '::1';
    return matchNot(payload(this.words.header, 'daddr'), addresses(loopback));
  }

  private addRule(chain: string, statements: readonly Statement[], comment?: string): void {
    const rule: Rule = comment === undefined ? { statements } : { statements, comment };
    this.transaction.addRule(chain, rule);
  }
}

function lookUpPort(map: string): Statement {
  return { kind: 'verdictMap', key: concatenation(...protocolAndPort), map: named(map) };
}

function mapOfPorts(name: string, comment = ''): SetHead {
  return verdictMap(name, ['inet_proto', 'inet_service'], comment);
}

function verdictMap(name: string, names: readonly string[], comment: string): SetHead {
  return { kind: 'map', name, key: { kind: 'type', names }, data: { kind: 'type', names: ['verdict'] }, comment };
}

/**
 * The verdict if there is no usable endpoint: packets are rejected if there is none in the cluster, and dropped if only
 * other nodes have some.
 */
export function refusal(hasAny: boolean): ReturnType<typeof goto> {
  return hasAny ? { kind: 'drop' } : goto(rejectChain);
}
