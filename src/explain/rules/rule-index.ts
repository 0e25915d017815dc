import { parsePrefixOrAddress, formatPrefix } from '../../net/address.js';
import { chainsOf } from '../../iptables/table-chains.js';
import type { Match, Rule, RuleSet, TableName } from '../../iptables/types.js';
import { addToGroup, entryOf } from '../../diagnostics/groups.js';

/** One chain of one table with its rules in order; `rules[0]` is rule number 1. */
export interface IndexedChain {
  readonly table: TableName;
  readonly name: string;
  readonly policy?: 'ACCEPT' | 'DROP';
  readonly rules: readonly Rule[];
}

/** A rule that jumps (or goes) to a chain. */
export interface Caller {
  readonly chain: IndexedChain;
  /** Counts from 1, as in iptables. */
  readonly number: number;
  readonly rule: Rule;
}

export const builtInChains: readonly string[] = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'];

/** Chains with at least this many rules are indexed by destination; shorter ones are searched sequentially. */
const longChain = 32;

/** A rule set, indexed by chain, by caller and by destination. Indexes are built on first use. */
export class RuleIndex {
  private readonly tables = new Map<TableName, Map<string, IndexedChain>>();
  private readonly callersOf = new Map<TableName, Map<string, Caller[]>>();
  private readonly byDestination = new Map<IndexedChain, DestinationIndex>();

  constructor(readonly ruleSet: RuleSet) {
    for (const table of ruleSet.tables) this.addTable(table);
  }

  private addTable(table: RuleSet['tables'][number]): void {
    const chains = this.tables.get(table.name) ?? new Map<string, IndexedChain>();
    this.tables.set(table.name, chains);
    for (const [name, { declared, rules }] of chainsOf(table)) {
      const known = chains.get(name);
      const policy = declared === undefined && builtInChains.includes(name) ? 'ACCEPT' : declared?.policy;
      chains.set(name, {
        ...(policy === undefined ? {} : { policy }),
        ...known,
        table: table.name,
        name,
        rules: known === undefined ? rules : [...known.rules, ...rules],
      });
    }
  }

  /** Whether a dump contains only part of the table, so that a missing rule proves nothing. */
  isPartial(name: TableName): boolean {
    return this.ruleSet.tables.some((table) => table.name === name && table.isPartial === true);
  }

  get tableNames(): readonly TableName[] {
    return [...this.tables.keys()];
  }

  chain(table: TableName, name: string): IndexedChain | undefined {
    return this.tables.get(table)?.get(name);
  }

  chains(table: TableName): readonly IndexedChain[] {
    return [...(this.tables.get(table)?.values() ?? [])];
  }

  /** The chains with that name, at most one for each table. */
  named(name: string): readonly IndexedChain[] {
    return [...this.tables.values()].flatMap((chains) => chains.get(name) ?? []);
  }

  /** The rules that lead to a chain. */
  callers(table: TableName, name: string): readonly Caller[] {
    return entryOf(this.callersOf, table, () => findCallers(this.chains(table))).get(name) ?? [];
  }

  /**
   * The rules of a chain that may match a packet to this address and port, in order: all of a short chain, few of a
   * long one.
   */
  candidates(chain: IndexedChain, protocol: string, address: string, port: number): readonly Rule[] {
    if (chain.rules.length < longChain) return chain.rules;
    const index = entryOf(this.byDestination, chain, () => new DestinationIndex(chain.rules));
    return index.find(protocol, address, port);
  }
}

function findCallers(chains: readonly IndexedChain[]): Map<string, Caller[]> {
  const callers = new Map<string, Caller[]>();
  for (const chain of chains) {
    chain.rules.forEach((rule, index) => {
      const to = jumpsTo(rule);
      if (to === undefined) return;
      const list = callers.get(to);
      const caller = { chain, number: index + 1, rule };
      if (list === undefined) callers.set(to, [caller]);
      else list.push(caller);
    });
  }
  return callers;
}

/** The chain that a rule jumps or goes to. */
export function jumpsTo({ target }: Rule): string | undefined {
  return target?.kind === 'jump' || target?.kind === 'goto' ? target.chain : undefined;
}

/** The protocol, address and port that a rule requires, if it does. */
interface RuleDestination {
  readonly protocol: string | undefined;
  /** In canonical form; undefined if the rule has none or a range. */
  readonly address: string | undefined;
  readonly port: number | undefined;
  readonly negatesAddress: boolean;
}

export function destinationOf(matches: readonly Match[]): RuleDestination {
  let protocol: string | undefined;
  let address: string | undefined;
  let port: number | undefined;
  let negatesAddress = false;
  for (const match of matches) {
    if (match.kind === 'protocol' && match.negated !== true) protocol = match.protocol;
    else if (match.kind === 'destination' && match.negated === true) negatesAddress = true;
    else if (match.kind === 'destination') address = hostAddress(match.prefix);
    else if (match.kind === 'tcp' || match.kind === 'udp' || match.kind === 'sctp') {
      protocol = match.kind;
      const { destinationPort, destinationPortNegated } = match;
      if (destinationPort?.from === destinationPort?.to && destinationPortNegated !== true)
        port = destinationPort?.from;
    }
  }
  return { protocol, address, port, negatesAddress };
}

/** `10.96.0.1/32` and `10.96.0.1` as `10.96.0.1`; undefined if it contains more than one address. */
export function hostAddress(prefix: string): string | undefined {
  if (/^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(prefix)) return prefix;
  const parsed = parsePrefixOrAddress(prefix);
  return parsed?.length === (parsed?.family === 'ipv6' ? 128 : 32)
    ? formatPrefix(parsed).replace(/\/\d+$/, '')
    : undefined;
}

class DestinationIndex {
  private readonly exact = new Map<string, number[]>();
  private readonly others: number[] = [];

  constructor(private readonly rules: readonly Rule[]) {
    rules.forEach((rule, position) => {
      const { protocol, address, port } = destinationOf(rule.matches);
      if (protocol === undefined || port === undefined) this.others.push(position);
      else this.add(`${protocol} ${address ?? ''} ${port}`, position);
    });
  }

  private add(key: string, position: number): void {
    addToGroup(this.exact, key, position);
  }

  find(protocol: string, address: string, port: number): readonly Rule[] {
    const positions = [
      ...(this.exact.get(`${protocol} ${address} ${port}`) ?? []),
      ...(this.exact.get(`${protocol}  ${port}`) ?? []),
      ...this.others,
    ].sort((a, b) => a - b);
    return positions.flatMap((position) => this.rules[position] ?? []);
  }
}
