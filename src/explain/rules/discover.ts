import { chainHash } from '../../proxy/chain-hash.js';
import { lostItsPort } from '../../iptables/dump/lost-ports.js';
import type { Protocol, TableName } from '../../iptables/types.js';
import type { AddressKind, FoundServicePort, PlacedRule, ServiceAddress } from '../../node/found-service-port.js';
import type { ServicePort } from '../../proxy/service-port.js';
import { destinationOf, jumpsTo, type RuleIndex } from './rule-index.js';
import { readServiceChainName, type ServiceChainKind } from './service-chain.js';
import { readNote, readServicePortName, type ServicePortName } from './service-name.js';

export type { AddressKind, FoundServicePort, PlacedRule, ServiceAddress };

interface Draft extends FoundServicePort {
  name: ServicePortName | undefined;
  nameFrom: FoundServicePort['nameFrom'];
  addresses: ServiceAddress[];
  chains: Map<ServiceChainKind, string>;
  entries: PlacedRule[];
  healthCheckNodePort: number;
}

const entryChains: readonly (readonly [TableName, string])[] = [
  ['nat', 'KUBE-SERVICES'],
  ['nat', 'KUBE-NODEPORTS'],
  ['nat', 'KUBE-PORTALS-CONTAINER'],
  ['nat', 'KUBE-PORTALS-HOST'],
  ['nat', 'KUBE-NODEPORT-CONTAINER'],
  ['nat', 'KUBE-NODEPORT-HOST'],
  ['filter', 'KUBE-SERVICES'],
  ['filter', 'KUBE-EXTERNAL-SERVICES'],
  ['filter', 'KUBE-NODEPORTS'],
  ['filter', 'KUBE-PROXY-FIREWALL'],
];

/**
 * The service ports in a rule set: found by the comments of the rules that lead to them, else by the common hash in
 * their chains' names. `named`: service ports from manifests, to find names for chains of rules without comments;
 * `names`: further names (`namespace/name:port`) to look for.
 */
export function discoverServicePorts(
  index: RuleIndex,
  named: readonly ServicePort[] = [],
  names: readonly string[] = [],
): FoundServicePort[] {
  return new Discovery(index, named, names).run();
}

class Discovery {
  private readonly drafts = new Map<string, Draft>();
  private readonly byHash = new Map<string, Draft>();
  private hashed: ReadonlyMap<string, { readonly name: string }> | undefined;
  private readonly namesByAddress = new Map<string, ServicePort>();
  private readonly given = new Map<string, ServicePort>();

  constructor(
    private readonly index: RuleIndex,
    private readonly named: readonly ServicePort[],
    private readonly names: readonly string[],
  ) {
    for (const servicePort of named) {
      this.given.set(`${servicePort.name} ${servicePort.protocol}`, servicePort);
      this.namesByAddress.set(`${servicePort.protocol} ${servicePort.clusterIP} ${servicePort.port}`, servicePort);
    }
  }

  /** Made for rules without comments only: hashing all names takes a while. */
  private get namesByHash(): ReadonlyMap<string, { readonly name: string }> {
    return (this.hashed ??= new Map([
      ...this.names.flatMap((name) =>
        ['tcp', 'udp', 'sctp'].flatMap((protocol) => hashesOf(name, protocol).map((hash) => [hash, { name }] as const)),
      ),
      ...this.named.flatMap((one) => hashesOf(one.name, one.protocol).map((hash) => [hash, one] as const)),
    ]));
  }

  run(): FoundServicePort[] {
    for (const [table, name] of entryChains) {
      this.index.chain(table, name)?.rules.forEach((rule, position) => {
        this.entry({ table, chain: name, number: position + 1, rule });
      });
    }
    this.chainsWithoutEntries();
    return [...this.drafts.values()].sort(byName);
  }

  private entry(placed: PlacedRule): void {
    const { rule } = placed;
    if (lostItsPort(rule)) {
      this.entryWithoutPort(placed);
      return;
    }
    const { protocol, address, port } = destinationOf(rule.matches);
    const to = readServiceChainName(jumpsTo(rule) ?? '');
    const note = readNote(rule);
    if (
      protocol === undefined ||
      port === undefined ||
      (to === undefined && note.name === undefined && address === undefined)
    )
      return;
    if (note.rest === 'health check node port') {
      if (note.name !== undefined) this.healthCheck(note.name, port);
      return;
    }
    const draft = this.draftFor(note.name, protocol, to?.hash, address, port);
    if (draft === undefined) return;
    draft.entries.push(placed);
    if (to !== undefined) this.learnChain(draft, to.kind, to.hash, jumpsTo(rule) ?? '');
    this.addAddress(draft, this.addressOf(placed, note.rest, to?.kind, address, port, draft));
  }

  /** A rule that leads to a Service with a port that the dump does not show. */
  private entryWithoutPort(placed: PlacedRule): void {
    const { protocol, address } = destinationOf(placed.rule.matches);
    const chain = jumpsTo(placed.rule) ?? '';
    const to = readServiceChainName(chain);
    if (protocol === undefined || to === undefined) return;
    const draft = this.draftFor(readNote(placed.rule).name, protocol, to.hash, address, 0);
    if (draft === undefined) return;
    draft.entries.push(placed);
    this.learnChain(draft, to.kind, to.hash, chain);
  }

  /** Health checks use TCP whatever the Service's protocol is, so any port with that name matches. */
  private healthCheck(name: ServicePortName, port: number): void {
    for (const protocol of ['tcp', 'udp', 'sctp']) {
      const draft = this.drafts.get(`${name.text} ${protocol}`);
      if (draft !== undefined) draft.healthCheckNodePort = port;
    }
  }

  private draftFor(
    name: ServicePortName | undefined,
    protocol: string,
    hash: string | undefined,
    address: string | undefined,
    port: number,
  ): Draft | undefined {
    if (name !== undefined) return this.draft(`${name.text} ${protocol}`, name, 'comments', protocol);
    const known = hash === undefined ? undefined : this.byHash.get(hash);
    if (known !== undefined) return known;
    const given =
      (hash === undefined ? undefined : this.namesByHash.get(hash)) ??
      (hash === undefined ? this.namesByAddress.get(`${protocol} ${address ?? ''} ${port}`) : undefined);
    const givenName = given === undefined ? undefined : readServicePortName(given.name);
    if (givenName !== undefined) return this.draft(`${givenName.text} ${protocol}`, givenName, 'hash', protocol);
    if (hash !== undefined) return this.draft(hash, undefined, 'nothing', protocol);
    return address === undefined
      ? undefined
      : this.draft(`${protocol} ${address} ${port}`, undefined, 'nothing', protocol);
  }

  private draft(
    key: string,
    name: ServicePortName | undefined,
    nameFrom: FoundServicePort['nameFrom'],
    protocol: string,
  ): Draft {
    let draft = this.drafts.get(key);
    if (draft === undefined) {
      draft = { name, nameFrom, protocol, addresses: [], chains: new Map(), entries: [], healthCheckNodePort: 0 };
      this.drafts.set(key, draft);
    }
    return draft;
  }

  private learnChain(draft: Draft, kind: ServiceChainKind, hash: string, chain: string): void {
    if (kind === 'endpoint') return;
    this.byHash.set(hash, draft);
    draft.chains.set(kind, chain);
    for (const other of ['cluster', 'local', 'external', 'firewall', 'localOld'] as const) {
      const name = chain.replace(
        /^KUBE-\w+/,
        `KUBE-${{ cluster: 'SVC', local: 'SVL', external: 'EXT', firewall: 'FW', localOld: 'XLB' }[other]}`,
      );
      if (this.index.chain('nat', name) !== undefined) draft.chains.set(other, name);
    }
  }

  private addressOf(
    { chain }: PlacedRule,
    rest: string,
    kind: ServiceChainKind | undefined,
    address: string | undefined,
    port: number,
    draft: Draft,
  ): ServiceAddress | undefined {
    if (chain === 'KUBE-PROXY-FIREWALL') return undefined;
    if (address === undefined || chain.startsWith('KUBE-NODEPORT')) return { kind: 'nodePort', address: '', port };
    const given = draft.name === undefined ? undefined : this.given.get(`${draft.name.text} ${draft.protocol}`);
    return { kind: kindOf(chain, rest, kind, address, given), address, port };
  }

  private addAddress(draft: Draft, address: ServiceAddress | undefined): void {
    if (address === undefined) return;
    const same = draft.addresses.findIndex((known) => known.address === address.address && known.port === address.port);
    const known = draft.addresses[same];
    if (known === undefined) draft.addresses.push(address);
    else if (known.kind === 'external' && address.kind !== 'external') draft.addresses[same] = address;
  }

  /**
   * Balancing chains without a rule that leads to them are included, so that the Services of a broken node are found.
   */
  private chainsWithoutEntries(): void {
    for (const { name, rules } of this.index.chains('nat')) {
      const parts = readServiceChainName(name);
      if (parts === undefined || parts.kind === 'endpoint' || this.byHash.has(parts.hash)) continue;
      const note = rules.map(readNote).find((one) => one.name !== undefined);
      const protocol =
        rules.map((rule) => destinationOf(rule.matches).protocol).find((one) => one !== undefined) ??
        this.protocolByHash(note?.name, parts.hash);
      const draft = this.draftFor(note?.name, protocol, parts.hash, undefined, 0);
      if (draft !== undefined) this.learnChain(draft, parts.kind, parts.hash, name);
    }
  }

  private protocolByHash(name: ServicePortName | undefined, hash: string): Protocol {
    const protocols: readonly Protocol[] = ['tcp', 'udp', 'sctp'];
    return protocols.find((protocol) => name !== undefined && hashesOf(name.text, protocol).includes(hash)) ?? 'tcp';
  }
}

/**
 * The hashes in a service port's chain names, including those of old kube-proxy versions, which added a colon after
 * every Service.
 */
function hashesOf(name: string, protocol: string): string[] {
  return [chainHash(name + protocol), ...(name.includes(':') ? [] : [chainHash(`${name}:${protocol}`)])];
}

function kindOf(
  chain: string,
  rest: string,
  kind: ServiceChainKind | undefined,
  address: string,
  given: ServicePort | undefined,
): AddressKind {
  if (rest.startsWith('cluster IP') || given?.clusterIP === address) return 'clusterIP';
  if (rest.startsWith('external IP') || given?.externalIPs.includes(address) === true) return 'externalIP';
  if (rest.startsWith('loadbalancer IP') || given?.loadBalancerVIPs.includes(address) === true || kind === 'firewall')
    return 'loadBalancerIP';
  return chain === 'KUBE-EXTERNAL-SERVICES' || kind === 'external' || kind === 'localOld' ? 'external' : 'clusterIP';
}

function byName(a: FoundServicePort, b: FoundServicePort): number {
  const [first, second] = [a.name?.text ?? '\uffff', b.name?.text ?? '\uffff'];
  return first === second ? (a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : 0) : first < second ? -1 : 1;
}
