/**
 * The types of the walk and its programs. A program contains the chains of a node in the order in which packets
 * traverse them, independent of any tool: each rule language is compiled to it. The types are in one file because they
 * refer to each other: conditions read the state, and the state contains chains.
 */
import type { Family } from '../net/address.js';
import type { TraceAddress } from './address.js';
import type { Answer, Parting } from './doubt.js';
import type { HostModel } from './host.js';
import type { Link } from './link.js';
import type { NatRange } from './nat.js';
import type { Hook, TraceProtocol } from './packet.js';
import type { Packets } from './packets.js';

/** One compiled condition of a rule. */
export type Test = (state: WalkState, world: World) => Answer;

/** A value, and the mask of its relevant bits. */
export interface MaskedMark {
  readonly value: number;
  readonly mask: number;
}

/** What a rule does with packets that meet its conditions. */
export type Action =
  | {
      readonly kind: 'jump' | 'goto';
      readonly name: string;
      readonly chain: Chain | undefined;
      /** Set for a chain made from a rule: the path then continues as if from that rule's own chain. */
      readonly isOfRule?: true;
    }
  /** `accept` ends only this base chain; `drop` and `reject` end the path. */
  | { readonly kind: 'accept' | 'drop' | 'reject' }
  | { readonly kind: 'return'; readonly isOfRule?: true }
  /** mark = (mark & ~mask) ^ value */
  | { readonly kind: 'mark'; readonly mark: MaskedMark }
  /** connection mark = (connection mark & ~mask) ^ value */
  | { readonly kind: 'connectionMark'; readonly mark: MaskedMark }
  | {
      readonly kind: 'saveMark' | 'restoreMark';
      readonly packetMask: number;
      readonly connectionMask: number;
    }
  /** `range` undefined: `text` is not an address of the family. */
  | { readonly kind: 'destinationNat' | 'sourceNat'; readonly range: NatRange | undefined; readonly text: string }
  | { readonly kind: 'masquerade' }
  | { readonly kind: 'redirect'; readonly ports: PortSpan | undefined }
  | { readonly kind: 'prefixNat'; readonly prefix: string }
  | { readonly kind: 'untrack' }
  /**
   * If a socket listens on `port` (0: the packet's port), it gets the packet; otherwise the packet is dropped.
   * `address` undefined: sockets on any address of the interface.
   */
  | {
      readonly kind: 'proxy';
      readonly port: number;
      readonly address: TraceAddress | undefined;
      readonly mark: MaskedMark;
    }
  /** Something that no input shows sends the packet elsewhere: `text` is a clause. The path ends here. */
  | { readonly kind: 'hidden'; readonly text: string }
  /** Has no effect, under the assumption in `text`. */
  | { readonly kind: 'assume'; readonly text: string }
  /** Has no effect that the walk tracks. */
  | { readonly kind: 'pass' }
  /** Only reports packets; the packet and its path are unchanged whether or not the rule matches. */
  | { readonly kind: 'observe' };

export interface PortSpan {
  readonly from: number;
  readonly to: number;
}

/** A compiled rule. */
export interface Rule {
  readonly tests: readonly Test[];
  /** Executed before `action` if the rule matches: marks and similar changes. */
  readonly first?: readonly Action[];
  /** Undefined: the rule only counts. */
  readonly action: Action | undefined;
  /** Facts for later conditions, set when this rule matches. */
  readonly learns: readonly { readonly key: string; readonly isIn: boolean }[];
}

/** A list of rules with a name. `table` is the language's name for the chain's group. */
export interface Chain {
  readonly table: string;
  readonly name: string;
  readonly policy: 'ACCEPT' | 'DROP' | undefined;
  /** Set if the chain is made from a single rule: from its map, or from its conditions after an action. */
  readonly madeFrom?: { readonly chain: Chain; readonly index: number };
  /** Whether its nat rules send packets only to endpoints of Services, where kube-proxy expects a listening process. */
  readonly leadsToEndpoints?: boolean;
  rule(index: number): Rule | undefined;
  /** The number of a rule as people count, if it is not its index plus 1: see {@link numberOf}. */
  numberOf?(index: number): number;
  /**
   * The numbers of the rules that these packets may match, in order; undefined: all must be tested. Packets with
   * different keys are split at once.
   */
  candidates(state: WalkState): readonly number[] | undefined | Parting;
}

/** A chain that a hook calls. `type` nat: only for the first packet of a connection, until it is rewritten. */
export interface BaseChain {
  readonly hook: Hook;
  readonly priority: number;
  readonly type: 'filter' | 'nat' | 'route';
  readonly table: string;
  /** Undefined: there is no chain here. */
  readonly chain: Chain | undefined;
}

/** A virtual server for a packet: its real servers with their shares, which add up to 1. */
export interface VirtualTarget {
  /** The command that would create it. */
  readonly text: string;
  readonly scheduler: string;
  readonly shares: readonly VirtualShare[];
  /** How many seconds a client keeps its real server; absent: it does not. */
  readonly persistence?: number;
  readonly assumptions: readonly string[];
}

export interface VirtualShare {
  readonly address: string;
  /** 0: the packet keeps its port. */
  readonly port: number;
  readonly weight: number;
  /** With `masquerade` the destination is rewritten. */
  readonly forwarding: string;
}

export interface VirtualTargets {
  find(state: WalkState): VirtualTarget | undefined | Parting;
}

/** Whether the source or the destination (address or port) is looked up. */
export type Direction = 'src' | 'dst';

/** Sets by name. */
export interface NamedSets {
  /** Whether the packet is in a set; undefined if the set is missing or of an unsupported type. */
  has(name: string, directions: readonly Direction[], state: WalkState): boolean | undefined | Parting;
}

/** All rules of a node for one family. */
export interface Program {
  readonly family: Family;
  readonly baseChains: readonly BaseChain[];
  readonly virtualTargets: VirtualTargets;
  /** Whether several rules have this undecided condition. */
  readonly isShared: (question: string) => boolean;
  /** Interfaces that rules name; a `*` at the end marks a prefix. */
  readonly interfaceNames: () => readonly string[];
}

/** Everything on a node that packets may meet, for one family. */
export interface World {
  readonly program: Program;
  readonly host: HostModel;
  /**
   * The host's answer about the current source or destination; splits packets with different answers. `ask` is called
   * for one address of each range between the host's boundaries, once for each `question`. It gets the host, so that
   * it need not be created anew for each packet.
   */
  ofAddress<Value extends string | number | boolean | undefined | object>(
    state: WalkState,
    side: 'source' | 'destination',
    question: string,
    ask: (address: TraceAddress, host: HostModel) => Value,
  ): Value | Parting;
}

/** The next stage of a packet's path through the node. */
export type Stage =
  | { readonly kind: 'chain'; readonly base: BaseChain }
  /** The routing decision after PREROUTING. */
  | { readonly kind: 'routeIn' }
  /** The routing decision for packets of the node itself. */
  | { readonly kind: 'routeOut' }
  /** Routing again after OUTPUT changed the destination. */
  | { readonly kind: 'reroute' }
  /** A virtual server may accept the packet. */
  | { readonly kind: 'virtualServer'; readonly hook: 'INPUT' | 'OUTPUT' }
  /** The virtual server forwards the packet to a real server. */
  | { readonly kind: 'sendOn' }
  /** The node drops the packet for this reason. */
  | { readonly kind: 'giveUp'; readonly reason: string }
  | { readonly kind: 'deliver' }
  /** The packet leaves: by a physical interface, or by lo, by which it arrives again. */
  | { readonly kind: 'leave' };

/** Packets that were split in the middle of their ways: disjoint groups that cover them. */
export interface PartedGroups {
  groups: Group[];
}

/**
 * All ways of one set of packets in the order of the rules: each has ended for the whole set, or has split it further.
 */
export interface Group {
  readonly packets: Packets;
  readonly keepsSteps: boolean;
  readonly siblings: PartedGroups;
  members: (WalkEnd | PartedGroups)[];
  /** The number of ways that have not ended. */
  open: number;
  /** How often its ways split by chance, and by undecided conditions. */
  chances: number;
  unknowns: number;
}

/** The place to which a jump returns. */
interface Frame {
  readonly chain: Chain;
  readonly list: readonly number[] | undefined;
  readonly at: number;
  readonly path: Link<Chain> | undefined;
  readonly changes: number;
  readonly parent: Frame | undefined;
}

/** Something that neither the inputs nor the walk so far decide, and this branch's assumption. */
export interface Fact {
  readonly key: string;
  readonly holds: boolean;
  /** Whether the condition was met; undefined if a rule set the fact. */
  readonly isMet?: boolean;
  /** The assumption as a clause; undefined if a rule set the fact. */
  readonly text?: string;
  /** How many seconds it remains true (a list of clients); absent: unknown. */
  readonly seconds?: number;
}

/** What a virtual server's connection table stores about a packet: its client and its original destination. */
export interface TakenUp {
  readonly by: VirtualTarget;
  /** Undefined: the original source. */
  readonly client: TraceAddress | undefined;
  /** Undefined: the original destination. */
  readonly address: TraceAddress | undefined;
  readonly port: number | undefined;
}

/** One event on the way. */
export type WalkStep =
  | {
      readonly kind: 'rule';
      readonly hook: Hook;
      readonly table: string;
      readonly chain: Chain;
      readonly index: number;
      /** The result of the rule's lookup: an entry of the chain made from the rule. */
      readonly entry?: { readonly chain: Chain; readonly index: number };
      /** The effect of DNAT, SNAT or MARK on the packet. */
      readonly result?: string;
      readonly mayNotMatch?: boolean;
    }
  | { readonly kind: 'policy'; readonly hook: Hook; readonly table: string; readonly chain: Chain }
  | { readonly kind: 'route'; readonly hook: Hook; readonly text: string }
  | { readonly kind: 'virtualServer'; readonly hook: Hook; readonly server: VirtualTarget; readonly result: string };

/**
 * One branch of a walk: the packets in their current form, data about their connection, and their position in the
 * rules. Fields of the packet are undefined if the set has several values that nothing on the way has replaced by one.
 */
export interface WalkState {
  readonly family: Family;
  /** The first packets of this branch, in their original form. */
  packets: Packets;
  group: Group;
  protocol: TraceProtocol | undefined;
  source: TraceAddress | undefined;
  destination: TraceAddress | undefined;
  destinationPort: number | undefined;
  /** `''`: the node itself sends them. */
  inInterface: string | undefined;
  /** New values of the fields; undefined: unchanged. */
  madeSource: TraceAddress | undefined;
  madeDestination: TraceAddress | undefined;
  madePort: number | undefined;
  madeInterface: string | undefined;
  outInterface: string | undefined;
  outIsCertain: boolean;
  /**
   * Each packet leaves by the interface by which it arrived, and there are several: `outInterface` is then undefined.
   * After MASQUERADE each has a different source, so `madeSource` is undefined, too.
   */
  leavesAsItCame: boolean;
  /**
   * The outgoing interface before NAT in OUTPUT: rules of this hook see it until the end. Undefined: `outInterface`.
   */
  outBeforeNat: string | undefined;
  mark: number;
  connectionMark: number;
  isTracked: boolean;
  hasDestinationNat: boolean;
  hasSourceNat: boolean;
  /** Whether a REDIRECT rule sent it to the node itself. */
  isRedirected: boolean;
  /** Whether its new destination is an endpoint of a Service. */
  isForEndpoint: boolean;
  /** The hook at which NAT was applied: once for each side of a connection. */
  destinationAskedAt: Hook | undefined;
  sourceAskedAt: Hook | undefined;
  takenUp: TakenUp | undefined;
  /** The port of the socket that a TPROXY rule found for it. */
  proxyPort: number | undefined;
  /** Facts about the packets before the first rule. */
  readonly start: WalkStart;

  stages: Link<Stage> | undefined;
  hook: Hook;
  table: string;
  /** The current base chain: its policy decides if no rule does. */
  base: BaseChain | undefined;
  chain: Chain | undefined;
  list: readonly number[] | undefined;
  at: number;
  parent: Frame | undefined;
  /** The chains on the way here, including those entered by goto: entering one of them again would be a loop. */
  path: Link<Chain> | undefined;
  /** The number of rules that took effect, and of those that changed something. */
  obeyed: number;
  changes: number;
  /** Chains traversed without a change, recorded once the walk is long. */
  passed: Link<{ readonly chain: Chain; readonly changes: number }> | undefined;

  weight: number;
  steps: Link<WalkStep> | undefined;
  facts: Link<Fact> | undefined;
  assumptions: Link<string> | undefined;
}

/** Initial facts about the packets of a walk, besides their fields. */
export interface WalkStart {
  /** Their mark; absent: 0. */
  readonly mark?: number;
  /** The bridge port by which they arrive. */
  readonly bridgePort?: string;
}

/** The final data of a branch: the packets, and the changes to them. */
export type EndState = Pick<
  WalkState,
  | 'family'
  | 'protocol'
  | 'source'
  | 'destination'
  | 'destinationPort'
  | 'madeSource'
  | 'madeDestination'
  | 'madePort'
  | 'outInterface'
  | 'outIsCertain'
  | 'leavesAsItCame'
  | 'mark'
  | 'isTracked'
  | 'hasDestinationNat'
  | 'hasSourceNat'
  | 'isRedirected'
  | 'takenUp'
  | 'hook'
  | 'weight'
  | 'steps'
  | 'facts'
  | 'assumptions'
>;

/** How a branch ended. */
export interface WalkEnd {
  readonly state: EndState;
  readonly verdict: 'ACCEPT' | 'DROP' | 'REJECT';
  /** The reason as a clause, if not a rule decided. */
  readonly reason?: string;
}
