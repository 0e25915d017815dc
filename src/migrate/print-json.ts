import { stringifyJson } from '../diagnostics/invisible.js';
import { formatVersion } from '../cluster/version.js';
import type { Impact } from '../compare/impact.js';
import { productsOf, proofOf, type DecidingRule } from '../compare/proof.js';
import type { Family } from '../net/address.js';
import type { PacketFacts } from '../trace/outcome.js';
import type { RegionFacts, RegionPackets } from '../trace/region-report.js';
import { servicesBy } from './groups.js';
import type { ProxySide } from './proxy-side.js';
import type { Migration, MigrationDifference } from './report.js';

/** A migration without its differences, as plain values. */
export interface MigrationHead {
  readonly from: ProxyFacts;
  readonly to: ProxyFacts;
  readonly alike: boolean;
  /** How many Services were compared. */
  readonly services: number;
  /** Names of Services by severity. */
  readonly summary: Readonly<Record<Impact, readonly string[]>>;
  /** Assumptions behind the claim that everything else is equal: clauses. */
  readonly assumptions: readonly string[];
  /** Differences that do not show in clients' packets. */
  readonly remarks: readonly MigrationRemarkFacts[];
}

/** A mode and a version. */
export interface ProxyFacts {
  readonly mode: string;
  readonly version: string;
}

export interface MigrationRemarkFacts {
  /** The id of its page: `docs/migrate/KIND.md`. */
  readonly kind: string;
  readonly severity: Impact;
  readonly services: readonly string[];
  readonly sentence: string;
}

/** One product of packets with different outcomes, and an example packet with its outcome on both sides. */
export interface MigrationEntry {
  /** `shop/web:http`; `shop/web` if it is about none of its ports, `''` if it is about no Service. */
  readonly service: string;
  /** The id of its page: `docs/migrate/KIND.md`. */
  readonly kind: string;
  readonly severity: Impact;
  readonly sentence: string;
  readonly family: Family;
  /** Disjoint from the packets of all other entries. */
  readonly packets: RegionPackets;
  readonly witness: PacketFacts;
  readonly before: RegionFacts['outcomes'];
  readonly after: RegionFacts['outcomes'];
  /** The last rule on the example's path; null if no rule decides. */
  readonly deciders: { readonly before: DecidingRule | null; readonly after: DecidingRule | null };
}

/**
 * The report as JSON, in pieces: a cluster may have tens of thousands of differences, each with its packets and an
 * example walked on both sides.
 */
export function* printJson(migration: Migration): Generator<string> {
  yield `${stringifyJson(headOf(migration)).trimEnd().replace(/\}$/, '')}, "differences": [`;
  let isFirst = true;
  for (const entry of entriesOf(migration)) {
    yield `${isFirst ? '' : ','}\n${stringifyJson(entry)}`;
    isFirst = false;
  }
  yield '\n]}\n';
}

export function headOf(migration: Migration): MigrationHead {
  const { from, to, differences, remarks, assumptions, services } = migration;
  const by = servicesBy(migration);
  return {
    from: proxyFacts(from),
    to: proxyFacts(to),
    alike: differences.length + remarks.length === 0,
    services,
    summary: { stops: [...by.stops], changes: [...by.changes], starts: [...by.starts] },
    assumptions,
    remarks: remarks.map(({ kind, ...remark }) => ({ ...remark, kind: kind.id })),
  };
}

function proxyFacts({ mode, version }: ProxySide): ProxyFacts {
  return { mode: mode.name, version: formatVersion(version) };
}

/** Every difference as products of ranges, each with an example, which is walked on demand. */
export function* entriesOf({ differences }: Migration): Generator<MigrationEntry> {
  for (const one of differences) yield* entriesOfDifference(one);
}

function* entriesOfDifference(difference: MigrationDifference): Generator<MigrationEntry> {
  const { service, kind, severity, sentence, family, packets, sides } = difference;
  for (const product of packets.flatMap(productsOf)) {
    const proof = proofOf(product, sides);
    if (proof === undefined) continue;
    const { before, after, facts: witness } = proof.witness;
    yield {
      service,
      kind: kind.id,
      severity,
      sentence,
      family,
      packets: proof.packets,
      witness,
      before: before.outcomes,
      after: after.outcomes,
      deciders: { before: before.decider ?? null, after: after.decider ?? null },
    };
  }
}
