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
import { readAddress } from '../walk/address.js';
import { addressSets } from '../walk/address-set.js';
import { traceProtocols } from '../walk/packet.js';
import { portSets, transportsTogether } from '../walk/transport.js';

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
  /** The chains of endpoints to keep: those that differ, and those that kept chains of either side lead to. */
  private readonly endpoints: ReadonlySet<string>;

  constructor(sides: readonly NodeFamily[], touched: Touched) {
    const tables = sides.flatMap(({ ruleSet }) => ruleSet.tables);
    this.hashes = keptHashes(tables, touched);
    this.endpoints = new Set([
      ...[...touched.chains.values()].flatMap((chains) => [...chains]),
      ...tables.flatMap((table) => this.rulesBefore(table)).flatMap((rule) => jumpsTo(rule) ?? []),
    ]);
  }

  of(table: Table): Table {
    const rules = this.rulesBefore(table);
    for (const [name, chain] of chainsOf(table))
      if (isEndpoint(name) && this.endpoints.has(name)) append(rules, chain.rules);
    const isKept = (name: string): boolean => (isEndpoint(name) ? this.endpoints.has(name) : !this.isOther(name));
    return { ...table, chains: table.chains.filter(({ name }) => isKept(name)), rules };
  }

  /** The rules to keep in all chains but those of endpoints. */
  private rulesBefore(table: Table): Rule[] {
    const rules: Rule[] = [];
    for (const [name, chain] of chainsOf(table))
      if (!isEndpoint(name) && !this.isOther(name))
        append(
          rules,
          chain.rules.filter((rule) => !this.isOther(jumpsTo(rule))),
        );
    return rules;
  }

  /** Whether the chain belongs to a Service that is left out. */
  private isOther(chain: string | undefined): boolean {
    const hash = hashOf(chain);
    return hash !== undefined && !this.hashes.has(hash);
  }
}

/** A rule that leads to a chain of a service port, from a chain of a service port or (`from` undefined) another one. */
interface Jump {
  readonly rule: Rule;
  readonly from: string | undefined;
  readonly to: string;
}

/** The hashes in the names of the chains to keep. */
function keptHashes(tables: readonly Table[], touched: Touched): ReadonlySet<string> {
  const kept = new Set(tables.flatMap((table) => hashesOfDiffering(table, touched)));
  const owners = new Set(touched.rules.filter(leadsToNone).flatMap((rule) => ownerOf(rule) ?? []));
  const jumps = tables.flatMap(jumpsIn);
  for (const { from, to } of jumps) if (from !== undefined && from !== to) kept.add(from).add(to);
  const entries = jumps.filter(({ from }) => from === undefined);
  const isMet = meets(touched);
  for (const { rule, to } of entries)
    if (isMet(rule) || (owners.size > 0 && owners.has(ownerOf(rule) ?? ''))) kept.add(to);
  // Of two Services with the same address, only one gets its packets.
  const destinations = new Set(entries.filter(({ to }) => kept.has(to)).map(destinationKey));
  for (const entry of entries) if (destinations.has(destinationKey(entry))) kept.add(entry.to);
  return kept;
}

function jumpsIn(table: Table): Jump[] {
  const jumps: Jump[] = [];
  for (const [name, chain] of chainsOf(table)) {
    if (isEndpoint(name)) continue;
    const from = hashOf(name);
    for (const rule of chain.rules) {
      const to = hashOf(jumpsTo(rule));
      if (to !== undefined) jumps.push({ rule, from, to });
    }
  }
  return jumps;
}

/** Chains that differ, and those that lead to them. */
function hashesOfDiffering({ name }: Table, { chains }: Touched): string[] {
  return [...(chains.get(name) ?? [])].flatMap((chain) => hashOf(chain) ?? []);
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

/** Whether the packets in question may match an entry; some that cannot count, too. */
function meets({ destinations }: Touched): (rule: Rule) => boolean {
  const addresses = addressSets.of(destinations.flatMap((block) => addressSets.pairs(block.addresses)));
  const transport = transportsTogether(destinations.map((block) => block.transport));
  return ({ matches }) => {
    const { protocol, address, port } = destinationOf(matches);
    const value = readAddress(address ?? '')?.value;
    if (value !== undefined) return addressSets.has(addresses, value);
    const name = traceProtocols.find((one) => one === protocol);
    return name === undefined || port === undefined || portSets.has(transport[name], port);
  };
}

function isEndpoint(chain: string): boolean {
  return chain.startsWith('KUBE-SEP-');
}
