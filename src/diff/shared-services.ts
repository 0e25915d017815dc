/**
 * Leaves out what both sides' rules share: the chains of Services that are the same on both sides and that no packet
 * meets which the sides may treat differently. The rest is compared in time that does not grow with these.
 */
import { append } from '../diagnostics/extremes.js';
import { destinationOf, jumpsTo } from '../explain/rules/rule-index.js';
import { readServiceChainName } from '../explain/rules/service-chain.js';
import { readNote } from '../explain/rules/service-name.js';
import { chainsOf } from '../iptables/table-chains.js';
import type { Rule, Table } from '../iptables/types.js';
import type { NodeFamily } from '../node/types.js';
import type { Touched } from '../trace/touched/touched.js';
import { meetingAny } from './met.js';

/** `touched`: what differs, and the packets that may meet it; undefined if that is not bounded: nothing is left out. */
export function withoutSharedServices(
  sides: readonly [NodeFamily, NodeFamily],
  touched: Touched | undefined,
): readonly [NodeFamily, NodeFamily] {
  if (touched === undefined) return sides;
  const kept = new KeptChains(sides, touched);
  const narrow = (side: NodeFamily): NodeFamily => ({
    ...side,
    ruleSet: { ...side.ruleSet, tables: side.ruleSet.tables.map((table) => kept.of(table)) },
  });
  return [narrow(sides[0]), narrow(sides[1])];
}

class KeptChains {
  private readonly hashes: ReadonlySet<string>;
  /** By table, the rules to keep in all chains but those of endpoints. */
  private readonly rules: ReadonlyMap<Table, readonly Rule[]>;
  /** The chains of endpoints to keep: those that differ, and those that kept chains of either side lead to. */
  private readonly endpoints: ReadonlySet<string>;

  constructor(sides: readonly NodeFamily[], touched: Touched) {
    const tables = sides.flatMap(({ ruleSet }) => ruleSet.tables);
    const chains = tables.map((table) => [table, chainsBesideEndpoints(table)] as const);
    this.hashes = keptHashes(
      chains.flatMap(([, own]) => own),
      touched,
    );
    this.rules = new Map(chains.map(([table, own]) => [table, this.rulesIn(own)]));
    const leading = [...this.rules.values()].flatMap((rules) => rules.flatMap((rule) => jumpsTo(rule) ?? []));
    const differing = [...touched.chains.values()].flatMap((names) => [...names]);
    this.endpoints = new Set([...leading, ...differing].filter(isEndpoint));
  }

  of(table: Table): Table {
    const rules = [...(this.rules.get(table) ?? [])];
    for (const name of this.endpoints) append(rules, chainsOf(table).get(name)?.rules ?? []);
    const isKept = (name: string): boolean =>
      isEndpoint(name) ? this.endpoints.has(name) : !this.isOther(hashOf(name));
    const whole = table.whole ?? ((): Table => table);
    return { ...table, chains: table.chains.filter(({ name }) => isKept(name)), rules, whole };
  }

  private rulesIn(chains: readonly HashedChain[]): Rule[] {
    const own = chains.filter(({ hash }) => !this.isOther(hash));
    return own.flatMap(({ rules }) => rules.filter((rule) => !this.isOther(hashOf(jumpsTo(rule)))));
  }

  /** Whether it is the hash of a Service that is left out. */
  private isOther(hash: string | undefined): boolean {
    return hash !== undefined && !this.hashes.has(hash);
  }
}

/** A chain with the hash of the service port that it belongs to. */
interface HashedChain {
  readonly hash: string | undefined;
  readonly rules: readonly Rule[];
}

function chainsBesideEndpoints(table: Table): HashedChain[] {
  const found: HashedChain[] = [];
  for (const [name, { rules }] of chainsOf(table)) if (!isEndpoint(name)) found.push({ hash: hashOf(name), rules });
  return found;
}

/** A rule that leads to a chain of a service port, from a chain of a service port or (`from` undefined) another one. */
interface Jump {
  readonly rule: Rule;
  readonly from: string | undefined;
  readonly to: string;
}

/** The hashes in the names of the chains to keep. */
function keptHashes(chains: readonly HashedChain[], touched: Touched): ReadonlySet<string> {
  const kept = new Set(
    [...touched.chains.values()].flatMap((names) => [...names].flatMap((name) => hashOf(name) ?? [])),
  );
  const owners = new Set(touched.rules.filter(leadsToNone).flatMap((rule) => ownerOf(rule) ?? []));
  const jumps = chains.flatMap(jumpsIn);
  for (const { from, to } of jumps) if (from !== undefined && from !== to) kept.add(from).add(to);
  const entries = jumps.filter(({ from }) => from === undefined);
  const isMet = meetingAny(touched.destinations);
  for (const { rule, to } of entries)
    if (isMet(destinationOf(rule.matches)) || (owners.size > 0 && owners.has(ownerOf(rule) ?? ''))) kept.add(to);
  // Of two Services with the same address, only one gets its packets.
  const destinations = new Set(entries.filter(({ to }) => kept.has(to)).map(destinationKey));
  for (const entry of entries) if (destinations.has(destinationKey(entry))) kept.add(entry.to);
  return kept;
}

function jumpsIn({ hash: from, rules }: HashedChain): Jump[] {
  return rules.flatMap((rule) => {
    const to = hashOf(jumpsTo(rule));
    return to === undefined ? [] : [{ rule, from, to }];
  });
}

/** The hash that all chains of a service port have, except those of its endpoints. */
function hashOf(chain: string | undefined): string | undefined {
  return chain === undefined || isEndpoint(chain) ? undefined : readServiceChainName(chain)?.hash;
}

/** For example one that accepts packets to a health check node port: only its comment names the Service. */
function leadsToNone(rule: Rule): boolean {
  return readServiceChainName(rule.chain) === undefined && readServiceChainName(jumpsTo(rule) ?? '') === undefined;
}

function ownerOf(rule: Rule): string | undefined {
  const { name } = readNote(rule);
  return name === undefined ? undefined : `${name.namespace}/${name.service}`;
}

function destinationKey({ rule }: Jump): string {
  const { protocol = '', address = '', port = '' } = destinationOf(rule.matches);
  return `${protocol} ${address} ${port}`;
}

function isEndpoint(chain: string): boolean {
  return chain.startsWith('KUBE-SEP-');
}
