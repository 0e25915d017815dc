/** The result of a comparison: plain values, which `--format json` prints unchanged. */
import type { BesideDifference } from './beside/types.js';
import type { UpdateRefusal } from './update-refusals.js';
import type { Impact } from '../compare/impact.js';
import type { DecidingRule } from '../compare/proof.js';
import type { PacketFacts } from '../trace/outcome.js';
import type { RegionFacts, RegionPackets } from '../trace/region-report.js';
import type { Decider } from '../explain/traffic/delivery.js';
import type { AddressKind } from '../explain/rules/discover.js';
import type { Family } from '../net/address.js';

/** The importance for a reviewer. `stops`: traffic that flows on the first side does not flow on the second. */
export type Severity = 'stops' | 'changes' | 'starts' | 'rules';

/** Worst first. */
export const severities: readonly Severity[] = ['stops', 'changes', 'starts', 'rules'];

/** An address and port of a service port. `address` is `''` for node ports. */
export interface Route {
  readonly kind: AddressKind;
  readonly address: string;
  readonly port: number;
}

/** The outcome of new connections from one kind of client by one route. */
export interface Path {
  /** `untouched`: no rule of kube-proxy affects them. */
  readonly fate: 'delivered' | 'refused' | 'dropped' | 'untouched';
  /** Empty unless delivered; the shares add up to 1. */
  readonly endpoints: readonly { readonly endpoint: string; readonly share: number }[];
  /** The source address that the endpoint sees; `client` unless delivered. */
  readonly source: 'client' | 'node' | 'mixed';
  /** The share of connections that reaches no endpoint while the rest does. */
  readonly lost: number;
  /** What rejects or drops them, if it is a rule or a policy. */
  readonly by?: Decider;
}

/** One path that differs between both sides. */
export interface PathChange {
  readonly route: Route;
  /** `Pods`, `this node`, `clients outside the cluster`, `clients in 10.0.0.0/8`. */
  readonly client: string;
  readonly before: Path;
  readonly after: Path;
  /** The packets with this change, and an example with its outcome on both sides; undefined if there are none. */
  readonly proof?: PathProof;
}

/** Packets with different outcomes on both sides, and one of them, walked on both. */
export interface PathProof {
  readonly packets: RegionPackets;
  readonly witness: PacketFacts;
  readonly before: RegionFacts['outcomes'];
  readonly after: RegionFacts['outcomes'];
}

/** One change for a service port, in a sentence, and the paths it applies to. */
export interface Change {
  readonly kind:
    'delivery' | 'endpoints' | 'source' | 'affinity' | 'healthCheck' | 'renamed' | 'hairpin' | 'added' | 'removed';
  readonly severity: Severity;
  readonly sentence: string;
  readonly paths: readonly PathChange[];
}

/** One product of packets with different outcomes, and an example with its outcome on both sides. */
export interface DiffEntry extends PathProof {
  /** `shop/web:http`; `shop/web` if it is about none of its ports, `''` if it is about no Service. */
  readonly service: string;
  readonly severity: Impact;
  readonly sentence: string;
  /** The last rule on the example's path; null if no rule decides. */
  readonly deciders: { readonly before: DecidingRule | null; readonly after: DecidingRule | null };
}

/** The differences for one port of one Service in one family. */
export interface ServiceDifference {
  /** `shop/web:http`; if no name is known, its address or the hash in its chains' names. */
  readonly name: string;
  /** Its name on the first side, if different. */
  readonly nameBefore?: string;
  readonly protocol: string;
  readonly family: Family;
  readonly severity: Severity;
  /**
   * Every kind of client that was compared: `Pods`, `this node`, `clients in 10.0.0.0/8` … For clients without a
   * change, the outcome is the same.
   */
  readonly clients: readonly string[];
  /** Differing fields of the manifests that may be the cause: `externalTrafficPolicy Cluster → Local`. */
  readonly causes: readonly string[];
  readonly changes: readonly Change[];
  readonly rules: RuleDifference;
}

/** Rules that only one side has. */
export interface RuleDifference {
  /** The number of the first side's rules that the second lacks, and vice versa. */
  readonly removed: number;
  readonly added: number;
  /** The hunks of the unified diff, with chains named by their Service; `''` if the rules are equal. */
  readonly unified: string;
}

/** A difference for the node as a whole. */
export interface NodeDifference {
  readonly family: Family;
  readonly severity: Severity;
  readonly sentence: string;
}

export interface DiffReport {
  /** `drift`: one side is a node's dump, the other is manifests. */
  readonly kind: 'change' | 'drift';
  /** Whether the second side is the dump of a drift. */
  readonly toNode: boolean;
  readonly from: string;
  readonly to: string;
  /** The node of the rules; `''` if unknown. */
  readonly node: string;
  readonly differs: boolean;
  /** Whether rules of other programs differ between two dumps. */
  readonly foreignDiffer: boolean;
  /** Whether tables were left out because one side's dump does not contain them. */
  readonly isPartial: boolean;
  /** Names of the service ports by severity, worst first. */
  readonly summary: Readonly<Record<Severity, readonly string[]>>;
  readonly nodeDifferences: readonly NodeDifference[];
  readonly services: readonly ServiceDifference[];
  /**
   * Every set of packets with different outcomes, as products of ranges with an example each; walked on demand, one by
   * one.
   */
  readonly traffic: () => Iterable<DiffEntry>;
  /** The worst impact on any packet; undefined if all outcomes are equal. */
  readonly worst: Impact | undefined;
  /** Assumptions behind the claim that all other packets have equal outcomes: clauses. */
  readonly assumptions: readonly string[];
  /** Differences between manifests outside kube-proxy's rules: NetworkPolicies, routes, names without cluster IP. */
  readonly besides: readonly BesideDifference[];
  /** Changes between manifests that the API server would reject; their effect on traffic is not reported. */
  readonly refusals: readonly UpdateRefusal[];
  /** Rules that belong to no Service, by family. */
  readonly nodeRules: readonly (RuleDifference & { readonly family: Family })[];
  /** Notes besides the differences, one sentence each. */
  readonly notes: readonly string[];
}
