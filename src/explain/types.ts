/** What explaining starts from and what it gives: plain values, which `--format json` prints as they are. */
import type { Family } from '../net/address.js';
import type { Finding } from '../diagnostics/finding.js';
import type { NamedNode } from '../node/every-node.js';
import type { NodeModel } from '../node/types.js';
import type { DnsRecord } from '../targets/dns.js';
import type { Holder } from '../targets/whose.js';
import type { Variable } from './manifests/environment.js';
import type { IngressRoute } from './manifests/routes.js';
import type { AddressKind } from './rules/discover.js';
import type { Decider, Fate, UntouchedBy } from './traffic/delivery.js';

/** What is explained, and what goes with it. */
export interface Knowledge {
  /** Of a dump with manifests, the manifests tell names and policies. */
  readonly node: NodeModel;
  /** Names of service ports to look for in rules without comments, by their hash. */
  readonly names?: readonly string[];
  /** What lint has to say of the node's manifests. */
  readonly findings: readonly Finding[];
  /** `cluster.local`, unless the cluster's DNS was set up otherwise. */
  readonly clusterDomain: string;
  /** Of a Service that is explained: every node of its cluster, as far as they are to be told. */
  readonly nodes?: readonly NamedNode[];
}

/** Something that is wrong or worth knowing, with the place to mend it where there is one. */
export interface Reason {
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  /** The lint rule that says so. */
  readonly rule?: string;
}

export interface ExplainedAddress {
  readonly kind: AddressKind;
  /** `10.96.0.50:80`; of a node port `*:30080`, or each address it answers on. */
  readonly address: string;
  /** What is particular about it; `''` where nothing is. */
  readonly note: string;
}

export interface ExplainedEndpoint {
  /** `10.244.1.5:8080` */
  readonly endpoint: string;
  /** `''` where nothing tells it. */
  readonly node: string;
  readonly isHere: boolean;
  /** What answers there: `Pod web-0`, `Deployment web`; `''` where nothing tells it. */
  readonly target: string;
  /** `ready`, `not ready`, `terminating, still serving` …; `in the rules` where only these are known. */
  readonly state: string;
  /**
   * Share of new connections from inside the cluster (to the cluster IP where it leads anywhere); 0 where it gets none.
   */
  readonly share: number;
  /** The same of those from outside, to a node port, external IP or load balancer; 0 where these are not delivered. */
  readonly shareFromOutside: number;
}

/** Connections that fare alike. */
export interface ExplainedTraffic {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly fate: Fate;
  readonly endpoints: readonly { readonly endpoint: string; readonly share: number }[];
  /** Whose address the endpoint sees. */
  readonly source: 'client' | 'node' | 'mixed';
  /** The share that is not sent anywhere although the rest is. */
  readonly lost: number;
  /** Conditions that the rules alone do not decide. */
  readonly undecided: readonly string[];
  /** What refuses or drops them, where it is a rule or a policy. */
  readonly by?: Decider;
  /** Of untouched ones: why no Service rule sends them anywhere, where there is more to it than that none is for them. */
  readonly untouchedBy?: UntouchedBy;
  /** What gives all that are delivered the node's address, where it is one rule. */
  readonly sourceBy?: Decider;
}

export interface ExplainedRule {
  /** Counts from 1. */
  readonly number: number;
  /** As iptables-save or nft prints it. */
  readonly text: string;
  readonly words: string;
  readonly comment?: string;
  /** Where it leads, where its language says more than one place: chains, maps, endpoints, ends. */
  readonly leadsTo?: readonly { readonly name: string; readonly kind: 'chain' | 'map' | 'endpoint' | 'end' }[];
}

/** A chain with rules, or a set or map with elements, which stand as rules. */
export interface ExplainedChain {
  readonly table: string;
  readonly chain: string;
  /** Absent: a chain. */
  readonly kind?: 'map' | 'set';
  readonly words: string;
  readonly rules: readonly ExplainedRule[];
  /** The number of a rule that takes every packet, where others stand behind it. */
  readonly lastAsked?: number;
}

/** How one node serves a service port. */
export interface NodeServes {
  readonly node: string;
  /** Ready endpoints on it. */
  readonly endpoints: number;
  /** What becomes of connections of its Pods to the cluster IP, and of clients outside; `none`: there is no such address. */
  readonly inside: Fate | 'none';
  readonly outside: Fate | 'none';
  /** How many endpoints it sends clients outside to; where nothing leads in, its Pods. */
  readonly uses: number;
  /** Whose address these endpoints see; `none` where nothing is delivered. */
  readonly source: 'client' | 'node' | 'mixed' | 'none';
}

/** All nodes, and what follows for clients that a load balancer spreads over them. */
export interface NodesServe {
  readonly rows: readonly NodeServes[];
  /** What each endpoint gets of all connections; empty where nothing leads in from outside. */
  readonly behindBalancer: readonly { readonly endpoint: string; readonly share: number }[];
  /** A sentence each. */
  readonly notes: readonly string[];
}

/** One port of one Service in one family. */
export interface ExplainedPort {
  /** `shop/web:http`, or the chain or address it goes by where no name is known. */
  readonly name: string;
  readonly port: string;
  readonly protocol: string;
  readonly family: Family;
  readonly number: number;
  /** `http → 8080`; `''` where nothing tells it. */
  readonly target: string;
  readonly addresses: readonly ExplainedAddress[];
  readonly endpoints: readonly ExplainedEndpoint[];
  readonly traffic: readonly ExplainedTraffic[];
  /** A sentence each: affinity, policies, hairpin, large numbers. */
  readonly notes: readonly string[];
  readonly chains: readonly ExplainedChain[];
  /** Why traffic does not flow, or flows to fewer endpoints than there are. */
  readonly reasons: readonly Reason[];
  /** Node by node; absent where one node only is known. */
  readonly nodes?: NodesServe;
}

export interface ServiceExplanation {
  readonly kind: 'service';
  /** `shop/web` */
  readonly name: string;
  /** `LoadBalancer`; `''` from rules alone. */
  readonly type: string;
  /** The node whose rules are meant; `''` where nothing tells it. */
  readonly node: string;
  /** The proxy mode's name. */
  readonly mode: string;
  /** Where the manifest stands. */
  readonly file?: string;
  readonly line?: number;
  readonly selector: string;
  readonly ports: readonly ExplainedPort[];
  readonly dns: readonly DnsRecord[];
  readonly environment: readonly Variable[];
  readonly routes: readonly IngressRoute[];
  /** What a Service without rules is; `''` for one that has some. */
  readonly about: string;
  /** Why the Service as a whole does not work. */
  readonly reasons: readonly Reason[];
  readonly findings: readonly Reason[];
  /** What NetworkPolicies among the manifests let through to its Pods, a sentence each; empty where there are none. */
  readonly policies: readonly string[];
}

export interface ChainExplanation {
  readonly kind: 'chain';
  readonly chains: readonly (ExplainedChain & {
    readonly family: Family;
    readonly owner: string;
    readonly policy: string;
    /** The Service port it belongs to; `''` where it belongs to none. */
    readonly serves: string;
    readonly calledBy: readonly {
      /** The chain that a rule stands in, or the map that an element is of. */
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
  /** Whether any packet can get to its chain. */
  readonly isReachable: boolean;
  /** The number of a rule before it in its chain that takes every packet. */
  readonly takenBefore?: number;
  /** Where a packet that it matches goes on, rule by rule. */
  readonly next: readonly ExplainedChain[];
}

export interface OverviewRow {
  readonly service: string;
  readonly type: string;
  readonly port: string;
  readonly addresses: string;
  /** How many endpoints this node uses, of how many known: `2 of 3`. */
  readonly endpoints: string;
  readonly policies: string;
  /** `''` where nothing is wrong. */
  readonly problem: string;
}

/** A port of the node that leads to one Pod or container. */
export interface HostPortRow {
  /** `TCP 80`, with the address that it is limited to: `TCP 192.168.0.11:80`. */
  readonly port: string;
  /** `10.244.1.17:80` */
  readonly to: string;
  /** The Pod with that address; `''` where manifests show none. */
  readonly pod: string;
  /** Who keeps the rule: `CNI portmap`. */
  readonly owner: string;
  /** `''` where nothing is wrong. */
  readonly problem: string;
}

export interface ChainGroup {
  readonly owner: string;
  /** `inet`: of tables that packets of both families meet. */
  readonly family: Family | 'inet';
  readonly chains: number;
  readonly rules: number;
  readonly examples: readonly string[];
}

/** What the rules as a whole tell. */
export interface OverviewNote extends Reason {
  /** Whether something is wrong or left over, rather than worth knowing. */
  readonly isFault: boolean;
}

/** Which part of an overview is wanted. */
export interface OverviewChoice {
  /** Service ports of this namespace only. */
  readonly namespace?: string;
  /** Only what is wrong. */
  readonly isProblemsOnly?: boolean;
}

export interface OverviewExplanation {
  readonly kind: 'overview';
  readonly node: string;
  /** The proxy mode's name. */
  readonly mode: string;
  readonly services: readonly OverviewRow[];
  /** Of dumps. */
  readonly hostPorts: readonly HostPortRow[];
  /** Of dumps: whose chains there are. */
  readonly owners: readonly ChainGroup[];
  /** Of dumps: what the rules tell of who wrote them and of what is left over. */
  readonly notes: readonly OverviewNote[];
  /** What was left out of the rest; absent where it is everything. */
  readonly chosen?: OverviewChoice;
}

export interface ExplainedPod {
  /** `Pod shop/web-0`, `a Pod of Deployment shop/web` */
  readonly pod: string;
  readonly addresses: readonly string[];
  readonly node: string;
  /** `ready`, `not ready`, or `planned` of Pods that a cluster would make. */
  readonly state: string;
}

/** Whose an address or a port is, or what a Pod, a workload or a node is to Services. */
export interface WhoseExplanation {
  readonly kind: 'whose';
  /** `10.244.1.15:8080`, `Deployment shop/web` */
  readonly asked: string;
  /** A sentence each, without full stop. */
  readonly answers: readonly string[];
  readonly holders: readonly Holder[];
  readonly pods: readonly ExplainedPod[];
  /** The command that follows a packet there; `''` where the port is not known. */
  readonly next: string;
}

/** One way through an Ingress or HTTPRoute. */
export interface ExplainedRoute {
  /** `Ingress shop/web` */
  readonly from: string;
  /** `*`: any. */
  readonly host: string;
  readonly path: string;
  readonly pathType: string;
  /** What requests must have besides: `header x-canary: true`. */
  readonly conditions?: readonly string[];
  /** `shop/web` */
  readonly service: string;
  readonly port: string;
  /** Ready ones, at the Pods' own port; of an alias its name. */
  readonly endpoints: readonly string[];
}

/** An Ingress, an HTTPRoute or a URL, down to the Pods. */
export interface IngressExplanation {
  readonly kind: 'ingress';
  /** `Ingress shop/web`, or the URL that was asked for. */
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  /** A sentence each, without full stop. */
  readonly about: readonly string[];
  readonly problems: readonly Reason[];
  readonly routes: readonly ExplainedRoute[];
  /** Of a URL: where requests with certain headers go instead, a sentence each; they stand in `about`, too. */
  readonly elsewhere?: readonly string[];
}

export type Explanation =
  ServiceExplanation | ChainExplanation | RuleExplanation | OverviewExplanation | WhoseExplanation | IngressExplanation;
