import type { AddressKind, FoundServicePort, ServiceAddress, ServiceChainKind } from '../../node/found-service-port.js';
import type { ServicePort } from '../../proxy/service-port.js';
import { readServicePortName, type ServicePortName } from '../../proxy/service-port-name.js';
import type { SetElement } from '../types.js';
import { destinationOfElement, verdictChain } from './elements.js';
import type { KubeProxyTable } from './kube-proxy-table.js';
import { prefixOf, readServiceChainName } from './service-chain-name.js';

interface Draft extends FoundServicePort {
  addresses: ServiceAddress[];
  chains: Map<ServiceChainKind, string>;
}

/**
 * The service ports of kube-proxy's table, found by the names of the chains in its maps and by the comments of its
 * reject and drop elements. `named`: service ports known from manifests, which determine the kind of each address.
 * Linear in the elements and chains.
 */
export function discoverInTable(table: KubeProxyTable, named: readonly ServicePort[] = []): FoundServicePort[] {
  return new Discovery(table, named).run();
}

/** The address used most comes first. */
const order: Readonly<Record<AddressKind, number>> = {
  clusterIP: 0,
  externalIP: 1,
  external: 1,
  loadBalancerIP: 2,
  nodePort: 3,
};

class Discovery {
  private readonly drafts = new Map<string, Draft>();
  private readonly given: ReadonlyMap<string, ServicePort>;
  private readonly clusterIPs: ReadonlySet<string>;
  private readonly guarded: ReadonlySet<string>;

  constructor(
    private readonly table: KubeProxyTable,
    named: readonly ServicePort[],
  ) {
    this.given = new Map(named.map((one) => [`${one.name} ${one.protocol}`, one]));
    this.clusterIPs = new Set(table.elements('cluster-ips').map((element) => destinationOfElement(element).address));
    this.guarded = new Set(table.elements('firewall-ips').map((element) => keyOf(element)));
  }

  run(): FoundServicePort[] {
    for (const map of ['service-ips', 'firewall-ips', 'service-nodeports'])
      for (const element of this.table.elements(map)) this.served(element, map);
    for (const map of ['no-endpoint-services', 'no-endpoint-nodeports'])
      for (const element of this.table.elements(map)) this.refused(element);
    for (const { name } of this.table.chains) this.chain(name);
    for (const { addresses } of this.drafts.values()) addresses.sort((a, b) => order[a.kind] - order[b.kind]);
    return [...this.drafts.values()].sort(byName);
  }

  /** An address that leads to a chain of the service port. */
  private served(element: SetElement, map: string): void {
    const chain = readServiceChainName(verdictChain(element) ?? '');
    if (chain === undefined || chain.kind === 'endpoint') return;
    const draft = this.draft(chain.servicePort, chain.protocol, chain.base);
    if (map !== 'firewall-ips') this.addAddress(draft, element, chain.kind);
  }

  /** An address that is dropped or rejected; the element's comment names the service port. */
  private refused(element: SetElement): void {
    const name = readServicePortName(element.comment ?? '');
    const { protocol } = destinationOfElement(element);
    if (name === undefined) return;
    this.addAddress(this.draft(name, protocol, undefined), element, undefined);
  }

  /** Chains without a map entry are included, so that the Services of a broken node are found. */
  private chain(name: string): void {
    const chain = readServiceChainName(name);
    if (chain !== undefined && chain.kind !== 'endpoint') this.draft(chain.servicePort, chain.protocol, chain.base);
  }

  private draft(name: ServicePortName, protocol: string, base: string | undefined): Draft {
    const key = `${name.text} ${protocol}`;
    let draft = this.drafts.get(key);
    if (draft === undefined) {
      const healthCheckNodePort = this.given.get(key)?.healthCheckNodePort ?? 0;
      draft = {
        name,
        nameFrom: 'comments',
        protocol,
        addresses: [],
        chains: new Map(),
        entries: [],
        healthCheckNodePort,
      };
      this.drafts.set(key, draft);
    }
    if (base !== undefined && draft.chains.size === 0) this.learnChains(draft, base);
    return draft;
  }

  private learnChains(draft: Draft, base: string): void {
    for (const kind of ['cluster', 'local', 'external', 'firewall'] as const) {
      const chain = prefixOf(kind) + base;
      if (this.table.chain(chain) !== undefined) draft.chains.set(kind, chain);
    }
  }

  private addAddress(draft: Draft, element: SetElement, chain: ServiceChainKind | undefined): void {
    const { address, port } = destinationOfElement(element);
    if (port === undefined) return;
    const kind = address === '' ? 'nodePort' : this.kindOf(draft, element, address, chain);
    if (!draft.addresses.some((known) => known.address === address && known.port === port))
      draft.addresses.push({ kind, address, port });
  }

  private kindOf(
    { name, protocol }: Draft,
    element: SetElement,
    address: string,
    chain: ServiceChainKind | undefined,
  ): AddressKind {
    const given = this.given.get(`${name?.text ?? ''} ${protocol}`);
    if (given?.clusterIP === address || chain === 'cluster' || chain === 'local') return 'clusterIP';
    if (given?.externalIPs.includes(address) === true) return 'externalIP';
    if (given?.loadBalancerVIPs.includes(address) === true || this.guarded.has(keyOf(element))) return 'loadBalancerIP';
    return chain === undefined && this.clusterIPs.has(address) ? 'clusterIP' : 'external';
  }
}

function keyOf(element: SetElement): string {
  const { address, protocol, port } = destinationOfElement(element);
  return `${protocol} ${address} ${port ?? ''}`;
}

function byName(a: FoundServicePort, b: FoundServicePort): number {
  const [first, second] = [`${a.name?.text ?? ''} ${a.protocol}`, `${b.name?.text ?? ''} ${b.protocol}`];
  return first === second ? 0 : first < second ? -1 : 1;
}
