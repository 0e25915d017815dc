/** Answers from kube-proxy's nftables table the questions that explaining otherwise answers from iptables rules. */
import type { FoundServicePort } from '../../node/found-service-port.js';
import { destinationOfElement, verdictChain } from '../../nftables/services/elements.js';
import { endpointsOfChain, leadsTo } from '../../nftables/services/endpoints.js';
import type { KubeProxyTable } from '../../nftables/services/kube-proxy-table.js';
import { masqueradeFaultOf } from '../../nftables/services/node-rules.js';
import { acceptedSources, affinitySeconds, isInternalLocal, shortCircuits } from '../../nftables/services/policies.js';
import type { ShortCircuits } from '../../nftables/services/policies.js';
import { readServiceChainName } from '../../nftables/services/service-chain-name.js';
import type { SetElement } from '../../nftables/types.js';
import type { ProxyState } from '../../proxy/state.js';
import type { ExplainedChain } from '../types.js';
import { prefixesOf } from './prefixes.js';
import type { TableNaming } from './naming.js';

/** The maps of Services, in the order in which packets reach them. */
const maps = ['firewall-ips', 'service-ips', 'service-nodeports', 'no-endpoint-services', 'no-endpoint-nodeports'];

export class TableAnswers {
  constructor(
    readonly table: KubeProxyTable,
    readonly naming: TableNaming,
  ) {}

  /** Every endpoint in the chains of a service port. */
  endpoints(found: FoundServicePort): string[] {
    const chains = [found.chains.get('cluster'), found.chains.get('local')];
    return [...new Set(chains.flatMap((chain) => endpointsOfChain(this.table, chain)))];
  }

  /** The endpoints on this node, from the balancing chain of policy Local. */
  localEndpoints({ chains }: FoundServicePort): string[] {
    return endpointsOfChain(this.table, chains.get('local'));
  }

  affinitySeconds(found: FoundServicePort): number | undefined {
    return affinitySeconds(this.table, found);
  }

  /** The prefixes that loadBalancerSourceRanges allow. */
  sourceRanges(found: FoundServicePort): string[] {
    return acceptedSources(this.table, found).flatMap(prefixesOf);
  }

  shortCircuits(found: FoundServicePort): ShortCircuits | undefined {
    return shortCircuits(this.table, found);
  }

  isInternalLocal(found: FoundServicePort): boolean {
    return isInternalLocal(this.table, found);
  }

  masqueradeFault(): string | undefined {
    return masqueradeFaultOf(this.table);
  }

  /**
   * Why node ports are served only on these addresses, which is the default in nftables mode. `state`: from the
   * manifests.
   */
  nodePortNote(addresses: readonly string[], state: ProxyState | undefined): string {
    if (addresses.length === 0) return 'the set nodeport-ips is empty, so it answers on no address';
    if (state === undefined) return 'the set nodeport-ips names these addresses only';
    return state.options.configuration.nodePortAddresses.length === 0
      ? "only the node's own IPs, because nodePortAddresses is not set"
      : 'nodePortAddresses names these addresses only';
  }

  /** Differences from iptables mode, one sentence each. */
  notes({ addresses }: FoundServicePort): string[] {
    const isClusterIP = addresses.some(({ kind }) => kind === 'clusterIP');
    const check = this.table.chain('cluster-ips-check');
    const rejects = check?.rules.some(({ statements }) => statements.some(({ kind }) => kind === 'reject')) === true;
    return isClusterIP && rejects && this.naming.index.isReachable('cluster-ips-check')
      ? ['Its cluster IP answers only at the ports of the Service: other ports and pings are rejected.']
      : [];
  }

  /** The positions of a map's elements for a service port. */
  positionsIn(map: string, found: FoundServicePort): number[] {
    const chains = new Set(found.chains.values());
    const name = found.name?.text ?? '';
    const isOwn = (element: SetElement): boolean =>
      chains.has(verdictChain(element) ?? '') ||
      (element.comment === name && destinationOfElement(element).protocol === found.protocol);
    return this.table.elements(map).flatMap((element, position) => (isOwn(element) ? [position] : []));
  }

  /** The rules and elements that lead to a service port, its own chains, and those of its endpoints. */
  chains(found: FoundServicePort): ExplainedChain[] {
    const own = (['external', 'firewall', 'cluster', 'local'] as const).flatMap((kind) => found.chains.get(kind) ?? []);
    const endpoints = new Set(
      own
        .flatMap((name) => this.table.chain(name)?.rules.flatMap(leadsTo) ?? [])
        .filter((name) => readServiceChainName(name)?.kind === 'endpoint'),
    );
    const isServed =
      this.positionsIn('service-ips', found).length + this.positionsIn('service-nodeports', found).length;
    const shared = isServed > 0 ? ['services', 'masquerading'] : [];
    return [
      ...maps.flatMap((map) => this.entries(map, found)),
      ...[...shared, ...own, ...endpoints].flatMap((name) => {
        const chain = this.table.chain(name);
        return chain === undefined ? [] : [this.naming.chain(chain)];
      }),
    ];
  }

  private entries(map: string, found: FoundServicePort): ExplainedChain[] {
    const set = this.table.set(map);
    const positions = this.positionsIn(map, found);
    return set === undefined || positions.length === 0 ? [] : [this.naming.set(set, positions)];
  }
}
