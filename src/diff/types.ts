/** What comparing gives: plain values, which `--format json` prints as they are. */
import type { BesideDifference } from './beside/types.js';
import type { UpdateRefusal } from './update-refusals.js';
import type { Impact } from '../compare/impact.js';
import type { DecidingRule } from '../compare/proof.js';
import type { PacketFacts } from '../trace/outcome.js';
import type { RegionFacts, RegionPackets } from '../trace/region-report.js';
import type { Decider } from '../explain/traffic/delivery.js';
import type { AddressKind } from '../explain/rules/discover.js';
import type { Family } from '../net/address.js';

/** How much a reviewer should care. `stops`: traffic that flows on the first side does not on the second. */
export type Severity = 'stops' | 'changes' | 'starts' | 'rules';

/** Worst first. */
export const severities: readonly Severity[] = ['stops', 'changes', 'starts', 'rules'];

/** An address and port by which a service port is reached. `address` is `''` for node ports. */
export interface Route {
  readonly kind: AddressKind;
  readonly address: string;
  readonly port: number;
}

/** What becomes of new connections from one kind of client by one route. */
export interface Path {
  /** `untouched`: no rule of kube-proxy's does anything with them. */
  readonly fate: 'delivered' | 'refused' | 'dropped' | 'untouched';
  /** Empty unless delivered; shares add up to 1. */
  readonly endpoints: readonly { readonly endpoint: string; readonly share: number }[];
  /** Whose address the endpoint sees as the source; `client` unless delivered. */
  readonly source: 'client' | 'node' | 'mixed';
  /** The share of connections that is not sent anywhere although the rest is. */
  readonly lost: number;
  /** What refuses or drops them, where it is a rule or a policy. */
  readonly by?: Decider;
}

/** One path that is not the same on both sides. */
export interface PathChange {
  readonly route: Route;
  /** `Pods`, `this node`, `clients outside the cluster`, `clients in 10.0.0.0/8`. */
  readonly client: string;
  readonly before: Path;
  readonly after: Path;
  /** Which packets fare so, and one of them with what becomes of it on both sides; undefined where there are none. */
  readonly proof?: PathProof;
}

/** Packets that fare differently on both sides, and one of them, walked on both. */
export interface PathProof {
  readonly packets: RegionPackets;
  readonly witness: PacketFacts;
  readonly before: RegionFacts['outcomes'];
  readonly after: RegionFacts['outcomes'];
}

/** One thing that changes for a service port, in a sentence, and the paths for which it does. */
export interface Change {
  readonly kind:
    'delivery' | 'endpoints' | 'source' | 'affinity' | 'healthCheck' | 'renamed' | 'hairpin' | 'added' | 'removed';
  readonly severity: Severity;
  readonly sentence: string;
  readonly paths: readonly PathChange[];
}

/** One product of packets that fare differently, and one of them with what becomes of it on both sides. */
export interface DiffEntry extends PathProof {
  /** `shop/web:http`, `shop/web` where it is about no port of its, `''` where it is about no Service. */
  readonly service: string;
  readonly severity: Impact;
  readonly sentence: string;
  /** The last rule on the witness' way; null where none decides. */
  readonly deciders: { readonly before: DecidingRule | null; readonly after: DecidingRule | null };
}

/** What differs for one port of one Service in one family. */
export interface ServiceDifference {
  /** `shop/web:http`; where no name is known, its address or the hash of its chains. */
  readonly name: string;
  /** What it is called on the first side, where that is something else. */
  readonly nameBefore?: string;
  readonly protocol: string;
  readonly family: Family;
  readonly severity: Severity;
  /**
   * Every kind of client that was asked about: `Pods`, `this node`, `clients in 10.0.0.0/8` … Those of whom no change
   * speaks fare as before.
   */
  readonly clients: readonly string[];
  /** Fields of the manifests that differ and may be why: `externalTrafficPolicy Cluster → Local`. */
  readonly causes: readonly string[];
  readonly changes: readonly Change[];
  readonly rules: RuleDifference;
}

/** Rules that only one side has. */
export interface RuleDifference {
  /** How many rules the first side has that the second lacks, and the other way round. */
  readonly removed: number;
  readonly added: number;
  /** The unified diff's hunks, chains named by their Service; `''` where the rules are the same. */
  readonly unified: string;
}

/** What differs for the node as a whole. */
export interface NodeDifference {
  readonly family: Family;
  readonly severity: Severity;
  readonly sentence: string;
}

export interface DiffReport {
  /** `drift`: one side is a node's dump, the other manifests. */
  readonly kind: 'change' | 'drift';
  /** Whether the second side is the dump of a drift. */
  readonly toNode: boolean;
  readonly from: string;
  readonly to: string;
  /** The node whose rules are meant; `''` where nothing tells it. */
  readonly node: string;
  readonly differs: boolean;
  /** Whether rules that are not kube-proxy's differ between two dumps. */
  readonly foreignDiffer: boolean;
  /** Whether tables were left out that one side's dump does not hold. */
  readonly isPartial: boolean;
  /** Names of the service ports by what happens to them, worst first. */
  readonly summary: Readonly<Record<Severity, readonly string[]>>;
  readonly nodeDifferences: readonly NodeDifference[];
  readonly services: readonly ServiceDifference[];
  /**
   * Every set of packets that fares differently, as products of ranges with a witness each, one after the other: they
   * are walked when they are asked for.
   */
  readonly traffic: () => Iterable<DiffEntry>;
  /** The worst that happens to any packet; undefined where all fare alike. */
  readonly worst: Impact | undefined;
  /** What the statement rests on that all other packets fare alike: clauses. */
  readonly assumptions: readonly string[];
  /** What differs between manifests beside kube-proxy's rules: NetworkPolicies, routes, names without cluster IP. */
  readonly besides: readonly BesideDifference[];
  /** Changes between manifests that the API server would refuse; what they would do to traffic is not told. */
  readonly refusals: readonly UpdateRefusal[];
  /** Rules that belong to no Service, by family. */
  readonly nodeRules: readonly (RuleDifference & { readonly family: Family })[];
  /** What a reader should know beside the differences, a sentence each. */
  readonly notes: readonly string[];
}
