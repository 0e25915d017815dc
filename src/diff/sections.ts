import { builtInChains, jumpsTo } from '../explain/rules/rule-index.js';
import { readServiceChainName } from '../explain/rules/service-chain.js';
import { readNote } from '../explain/rules/service-name.js';
import type { Rule, TableName } from '../iptables/types.js';
import { comparableSet } from '../ipvs/parse-ipset.js';
import { printIpvsadm } from '../ipvs/print-ipvsadm.js';
import type { VirtualServer } from '../ipvs/types.js';
import { ChainLabels, isKubeProxyRule } from './chain-labels.js';
import { comparableText, inBalancedOrder } from './rule-text.js';
import type { PortView, SideView } from './view.js';
import { addToGroup, entryOf } from '../diagnostics/groups.js';
import { compareText } from '../diagnostics/words.js';

/** The key for rules that belong to no service port. */
export const nodeSection = '';

/** A side's rules as lines, by service port. The order between Services is not kept, because it does not matter. */
export type Sections = ReadonlyMap<string, readonly string[]>;

/** The names of one side's service ports in a comparison. */
interface Naming {
  keyOf(port: PortView): string;
  labelOf(port: PortView): string;
}

/** Divides kube-proxy's rules on one side into sections. */
export class Sectioning {
  /** By section, then by chain, set or kind of server. */
  private readonly sections = new Map<string, Map<string, string[]>>();
  readonly labels: ChainLabels;
  private readonly entryOwners = new Map<Rule, string>();
  /** The keys of service ports by what rules and sets have of them. */
  readonly keysByName = new Map<string, string>();
  readonly keysByAddress = new Map<string, string>();

  constructor(
    readonly view: SideView,
    naming: Naming,
  ) {
    this.labels = new ChainLabels(
      view,
      (port) => naming.keyOf(port),
      (port) => naming.labelOf(port),
    );
    for (const port of view.ports.values()) {
      const key = naming.keyOf(port);
      for (const { rule } of port.found.entries) this.entryOwners.set(rule, key);
      this.keysByName.set(port.found.name?.text ?? '', key);
      for (const { address, port: number, kind } of port.found.addresses) {
        this.keysByAddress.set(`${port.found.protocol} ${kind === 'nodePort' ? '' : address} ${number}`, key);
        if (kind !== 'nodePort') this.keysByAddress.set(address, key);
      }
      if (port.found.healthCheckNodePort !== 0)
        this.keysByAddress.set(`healthCheck ${port.found.healthCheckNodePort}`, key);
    }
  }

  run(): Sections {
    for (const table of this.view.index.tableNames) {
      for (const { name, rules } of this.view.index.chains(table)) this.chain(table, name, rules);
    }
    for (const server of this.view.rules.virtualServers) this.virtualServer(server);
    for (const set of this.view.rules.sets) if (set.name.startsWith('KUBE-')) this.set(comparableSet(set));
    return new Map(
      [...this.sections].map(([key, groups]) => [key, [...groups].sort(byFirst).flatMap(([, lines]) => lines)]),
    );
  }

  /**
   * Rules in a service port's own chain keep their order; in shared chains, the rules of one service port are sorted.
   */
  private chain(table: TableName, name: string, all: readonly Rule[]): void {
    const owner = this.labels.ownerOf(name);
    const rules = inBalancedOrder(all.filter(isKubeProxyRule), (chain) => this.labels.label(chain));
    const group = `${table} ${this.labels.label(name)}`;
    // A Service's chain to which nothing leads has no owner, but is still the Service's own.
    const isShared = owner === undefined && readServiceChainName(name) === undefined;
    const shared = new Set<string>();
    for (const rule of rules) {
      const key = owner ?? this.ownerOf(rule);
      const text = this.text(table, rule);
      if (text === '') continue;
      if (isShared && (key !== nodeSection || builtInChains.includes(name))) shared.add(key);
      this.add(key, group, text);
    }
    for (const key of shared) this.sections.get(key)?.get(group)?.sort();
  }

  private text(table: TableName, rule: Rule): string {
    return this.labels.relabel(comparableText(table, rule, this.view.rules.ruleSet.family));
  }

  /** The section of a rule in a chain that no service port owns. */
  ownerOf(rule: Rule): string {
    if (builtInChains.includes(rule.chain)) return nodeSection;
    const served = rule.matches.flatMap((match) =>
      match.kind === 'ipvsVirtualService' ? [`${match.protocol} ${match.address} ${match.port}`] : [],
    )[0];
    return (
      this.entryOwners.get(rule) ??
      this.keysByAddress.get(served ?? '') ??
      this.labels.ownerOf(jumpsTo(rule) ?? '') ??
      this.keysByName.get(readNote(rule).name?.text ?? ' ') ??
      nodeSection
    );
  }

  private virtualServer(server: VirtualServer): void {
    const { service } = server;
    if (service.kind !== 'address') return;
    const key =
      this.keysByAddress.get(`${service.protocol} ${service.address} ${service.port}`) ??
      this.keysByAddress.get(`${service.protocol}  ${service.port}`);
    const realServers = [...server.realServers].sort((a, b) =>
      a.address === b.address ? a.port - b.port : a.address < b.address ? -1 : 1,
    );
    for (const line of printIpvsadm([{ ...server, realServers }])
      .trimEnd()
      .split('\n'))
      this.add(key ?? nodeSection, `server ${service.protocol} ${service.address} ${service.port}`, `ipvsadm ${line}`);
  }

  private set({ name, elements }: ReturnType<typeof comparableSet>): void {
    for (const { element } of elements)
      this.add(this.ownerOfElement(name, element), `set ${name}`, `ipset add ${name} ${element}`);
  }

  /** `10.96.0.1,tcp:80…`, a node port, an address; elements that belong to no Service belong to the node. */
  private ownerOfElement(set: string, element: string): string {
    const [, address = '', protocol = '', port = ''] = /^([^,]*),(\w+):(\d+)/.exec(element) ?? [];
    if (protocol !== '')
      return (
        this.keysByAddress.get(`${protocol} ${address} ${port}`) ??
        this.keysByAddress.get(`${protocol}  ${port}`) ??
        nodeSection
      );
    if (set.includes('HEALTH-CHECK')) return this.keysByAddress.get(`healthCheck ${element}`) ?? nodeSection;
    const ofPort = set.endsWith('-TCP') ? 'tcp' : set.endsWith('-UDP') ? 'udp' : '';
    return this.keysByAddress.get(ofPort === '' ? element : `${ofPort}  ${element}`) ?? nodeSection;
  }

  private add(key: string, group: string, line: string): void {
    const groups = entryOf(this.sections, key, () => new Map<string, string[]>());
    addToGroup(groups, group, line);
  }
}

function byFirst([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return compareText(a, b);
}
