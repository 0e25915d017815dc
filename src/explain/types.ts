/** The input and output of explaining: plain values, which `--format json` prints unchanged. */
import type { Family } from '../net/address.js';
import type { Finding } from '../diagnostics/finding.js';
import type { NamedNode } from '../node/every-node.js';
import type { NodeModel } from '../node/types.js';
import type { DnsRecord } from '../targets/dns.js';
import type { Holder } from '../targets/holders.js';
import type { Variable } from './manifests/environment.js';
import type { IngressRoute } from './manifests/routes.js';
import type { AddressKind } from './rules/discover.js';
import type { Decider, Fate, UntouchedBy } from './traffic/delivery.js';

/** The node to explain, and further inputs. */
export interface Knowledge {
  /** For a dump with manifests, the manifests provide names and policies. */
  readonly node: NodeModel;
  /** Names of service ports to look for by hash in rules without comments. */
  readonly names?: readonly string[];
  /** Lint's findings about the node's manifests. */
  readonly findings: readonly Finding[];
  /** The cluster's DNS domain; default `cluster.local`. */
  readonly clusterDomain: string;
  /** For a Service: the nodes of its cluster to include. */
  readonly nodes?: readonly NamedNode[];
}

/** A problem or a noteworthy fact, with the place to fix if there is one. */
export interface Reason {
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  /** The lint rule that reports it. */
  readonly rule?: string;
}

export interface ExplainedAddress {
  readonly kind: AddressKind;
  /** `10.96.0.50:80`; for a node port `*:30080`, or each address that accepts it. */
  readonly address: string;
  /** What is special about it; `''` if nothing is. */
  readonly note: string;
}

export interface ExplainedEndpoint {
  /** `10.244.1.5:8080` */
  readonly endpoint: string;
  /** `''` if unknown. */
  readonly node: string;
  readonly isHere: boolean;
  /** The Pod or workload: `Pod web-0`, `Deployment web`; `''` if unknown. */
  readonly target: string;
  /** `ready`, `not ready`, `terminating, still serving` …; `in the rules` if only these are known. */
  readonly state: string;
  /** Share of new connections from inside the cluster (to the cluster IP if it has endpoints); 0 if it gets none. */
  readonly share: number;
  /**
   * Share of new connections from outside, to a node port, external IP or load balancer; 0 if these are not delivered.
   */
  readonly shareFromOutside: number;
}

/** Connections with the same outcome. */
export interface ExplainedTraffic {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly fate: Fate;
  readonly endpoints: readonly { readonly endpoint: string; readonly share: number }[];
  /** The source address that the endpoint sees. */
  readonly source: 'client' | 'node' | 'mixed';
  /** The share that is not forwarded although the rest is. */
  readonly lost: number;
  /** Conditions that the rules alone do not decide. */
  readonly undecided: readonly string[];
  /** What rejects or drops them, if it is a rule or a policy. */
  readonly by?: Decider;
  /** For untouched ones: why no Service rule forwards them, if the reason is other than the lack of a rule for them. */
  readonly untouchedBy?: UntouchedBy;
  /** The rule that masquerades all delivered ones, if it is a single one. */
  readonly sourceBy?: Decider;
}

export interface ExplainedRule {
  /** Counts from 1. */
  readonly number: number;
  /** As iptables-save or nft prints it. */
  readonly text: string;
  readonly words: string;
  readonly comment?: string;
  /** Where it leads, if its language allows several destinations: chains, maps, endpoints, ends. */
  readonly leadsTo?: readonly { readonly name: string; readonly kind: 'chain' | 'map' | 'endpoint' | 'end' }[];
}

/** A chain with rules, or a set or map with elements, which are listed like rules. */
export interface ExplainedChain {
  readonly table: string;
  readonly chain: string;
  /** Absent: a chain. */
  readonly kind?: 'map' | 'set';
  readonly words: string;
  readonly rules: readonly ExplainedRule[];
  /** The number of a rule that matches every packet, if rules follow it. */
  readonly lastAsked?: number;
}

/** How one node serves a service port. */
export interface NodeServes {
  readonly node: string;
  /** Ready endpoints on it. */
  readonly endpoints: number;
  /**
   * The outcome of connections from its Pods to the cluster IP, and from outside clients; `none`: there is no such
   * address.
   */
  readonly inside: Fate | 'none';
  readonly outside: Fate | 'none';
  /** The number of endpoints for outside clients; if there is no address for these, for its Pods. */
  readonly uses: number;
  /** The source address that these endpoints see; `none` if nothing is delivered. */
  readonly source: 'client' | 'node' | 'mixed' | 'none';
}

/** All nodes, and the result for clients that a load balancer distributes over them. */
export interface NodesServe {
  readonly rows: readonly NodeServes[];
  /** Each endpoint's share of all connections; empty if there is no address for outside clients. */
  readonly behindBalancer: readonly { readonly endpoint: string; readonly share: number }[];
  /** One sentence each. */
  readonly notes: readonly string[];
}

/** One port of one Service in one family. */
export interface ExplainedPort {
  /** `shop/web:http`, or its chain or address if no name is known. */
  readonly name: string;
  readonly port: string;
  readonly protocol: string;
  readonly family: Family;
  readonly number: number;
  /** `http → 8080`; `''` if unknown. */
  readonly target: string;
  readonly addresses: readonly ExplainedAddress[];
  readonly endpoints: readonly ExplainedEndpoint[];
  readonly traffic: readonly ExplainedTraffic[];
  /** One sentence each: affinity, policies, hairpin, large numbers. */
  readonly notes: readonly string[];
  readonly chains: readonly ExplainedChain[];
  /** Why traffic does not flow, or flows to fewer endpoints than exist. */
  readonly reasons: readonly Reason[];
  /** Node by node; absent if only one node is known. */
  readonly nodes?: NodesServe;
}

export interface ServiceExplanation {
  readonly kind: 'service';
  /** `shop/web` */
  readonly name: string;
  /** `LoadBalancer`; `''` if only rules are known. */
  readonly type: string;
  /** The node of the rules; `''` if unknown. */
  readonly node: string;
  /** The proxy mode's name. */
  readonly mode: string;
  /** The file of the manifest. */
  readonly file?: string;
  readonly line?: number;
  readonly selector: string;
  readonly ports: readonly ExplainedPort[];
  readonly dns: readonly DnsRecord[];
  readonly environment: readonly Variable[];
  readonly routes: readonly IngressRoute[];
  /** The kind of a Service without rules; `''` for one that has some. */
  readonly about: string;
  /** Why the Service as a whole does not work. */
  readonly reasons: readonly Reason[];
  readonly findings: readonly Reason[];
  /** Which clients NetworkPolicies in the manifests allow, one sentence each; empty if there are none. */
  readonly policies: readonly string[];
}

export interface ChainExplanation {
  readonly kind: 'chain';
  readonly chains: readonly (ExplainedChain & {
    readonly family: Family;
    readonly owner: string;
    readonly policy: string;
    /** The Service port that it belongs to; `''` if there is none. */
    readonly serves: string;
    readonly calledBy: readonly {
      /** The chain of a rule, or the map of an element. */
      readonly chain: string;
      readonly number: number;
      readonly words: string;
      /** Absent: a rule. */
      readonly kind?: 'element';
    }[];
    readonly moreCallers: number;
    readonly isReachable: boolean;
  })[];
}

export interface RuleExplanation extends ExplainedRule {
  readonly kind: 'rule';
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  /** What it is an element of; absent: it is a rule of a chain. */
  readonly isIn?: 'map' | 'set';
  readonly chainWords: string;
  readonly serves: string;
  /** Whether any packet can reach its chain. */
  readonly isReachable: boolean;
  /** The number of an earlier rule in its chain that matches every packet. */
  readonly takenBefore?: number;
  /** Where a matching packet continues, rule by rule. */
  readonly next: readonly ExplainedChain[];
}

export interface OverviewRow {
  readonly service: string;
  readonly type: string;
  readonly port: string;
  readonly addresses: string;
  /** How many of the known endpoints this node uses: `2 of 3`. */
  readonly endpoints: string;
  readonly policies: string;
  /** `''` if there is none. */
  readonly problem: string;
}

/** A port of the node that leads to one Pod or container. */
export interface HostPortRow {
  /** `TCP 80`; with an address if it is restricted to one: `TCP 192.168.0.11:80`. */
  readonly port: string;
  /** `10.244.1.17:80` */
  readonly to: string;
  /** The Pod with that address; `''` if the manifests contain none. */
  readonly pod: string;
  /** The owner of the rule: `CNI portmap`. */
  readonly owner: string;
  /** `''` if there is none. */
  readonly problem: string;
}

export interface ChainGroup {
  readonly owner: string;
  /** `inet`: in tables that packets of both families traverse. */
  readonly family: Family | 'inet';
  readonly chains: number;
  readonly rules: number;
  readonly examples: readonly string[];
}

/** A fact about the rules as a whole. */
export interface OverviewNote extends Reason {
  /** Whether it is a problem or a leftover, not just information. */
  readonly isFault: boolean;
}

/** The requested part of an overview. */
export interface OverviewChoice {
  /** Only service ports of this namespace. */
  readonly namespace?: string;
  /** Only problems. */
  readonly isProblemsOnly?: boolean;
}

export interface OverviewExplanation {
  readonly kind: 'overview';
  readonly node: string;
  /** The proxy mode's name. */
  readonly mode: string;
  readonly services: readonly OverviewRow[];
  /** For dumps only. */
  readonly hostPorts: readonly HostPortRow[];
  /** For dumps only: the chains by owner. */
  readonly owners: readonly ChainGroup[];
  /** For dumps only: who wrote the rules, and leftovers. */
  readonly notes: readonly OverviewNote[];
  /** The selection of this part; absent if it is everything. */
  readonly chosen?: OverviewChoice;
}

export interface ExplainedPod {
  /** `Pod shop/web-0`, `a Pod of Deployment shop/web` */
  readonly pod: string;
  readonly addresses: readonly string[];
  readonly node: string;
  /** `ready`, `not ready`, or `planned` for Pods that a cluster would create. */
  readonly state: string;
}

/** The owner of an address or port, or the Services of a Pod, a workload or a node. */
export interface HolderExplanation {
  readonly kind: 'whose';
  /** `10.244.1.15:8080`, `Deployment shop/web` */
  readonly asked: string;
  /** One sentence each, without full stop. */
  readonly answers: readonly string[];
  readonly holders: readonly Holder[];
  readonly pods: readonly ExplainedPod[];
  /** The command that traces a packet there; `''` if the port is unknown. */
  readonly next: string;
}

/** One route through an Ingress or HTTPRoute. */
export interface ExplainedRoute {
  /** `Ingress shop/web` */
  readonly from: string;
  /** `*`: any. */
  readonly host: string;
  readonly path: string;
  readonly pathType: string;
  /** Further conditions on requests: `header x-canary: true`. */
  readonly conditions?: readonly string[];
  /** `shop/web` */
  readonly service: string;
  readonly port: string;
  /** Ready endpoints with the Pods' own port; for an ExternalName its name. */
  readonly endpoints: readonly string[];
}

/** An Ingress, an HTTPRoute or a URL, down to the Pods. */
export interface IngressExplanation {
  readonly kind: 'ingress';
  /** `Ingress shop/web`, or the requested URL. */
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  /** One sentence each, without full stop. */
  readonly about: readonly string[];
  readonly problems: readonly Reason[];
  readonly routes: readonly ExplainedRoute[];
  /** For a URL: where requests with certain headers go instead, one sentence each; also contained in `about`. */
  readonly elsewhere?: readonly string[];
}

export type Explanation =
  | ServiceExplanation
  | ChainExplanation
  | RuleExplanation
  | OverviewExplanation
  | HolderExplanation
  | IngressExplanation;
