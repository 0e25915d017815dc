/**
 * What walks, and what it runs. A program holds the chains of a node in the order in which packets meet them, in no
 * tool's language: each language for rules compiles to it. The types know each other: conditions ask the state, the state
 * stands in a chain.
 */
import type { Family } from '../net/address.js';
import type { TraceAddress } from './address.js';
import type { Answer, Parting } from './doubt.js';
import type { HostModel } from './host.js';
import type { Link } from './link.js';
import type { NatRange } from './nat.js';
import type { Hook, TraceProtocol } from './packet.js';
import type { Packets } from './packets.js';

/** One condition of a rule, ready to be asked. */
export type Test = (state: WalkState, world: World) => Answer;

/** A value and the bits of it that count. */
export interface MaskedMark {
  readonly value: number;
  readonly mask: number;
}

/** What a rule does with the packets that meet its conditions. */
export type Action =
  | {
      readonly kind: 'jump' | 'goto';
      readonly name: string;
      readonly chain: Chain | undefined;
      /** Said by a chain that stands for a rule: goes on in place of that rule's chain. */
      readonly isOfRule?: true;
    }
  /** `accept` ends this base chain only; `drop` and `reject` end the way. */
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
  /** `range` undefined: `text` is no address of the family. */
  | { readonly kind: 'destinationNat' | 'sourceNat'; readonly range: NatRange | undefined; readonly text: string }
  | { readonly kind: 'masquerade' }
  | { readonly kind: 'redirect'; readonly ports: PortSpan | undefined }
  | { readonly kind: 'prefixNat'; readonly prefix: string }
  | { readonly kind: 'untrack' }
  /**
   * A socket that listens on `port` (0: the one it came for) takes it up where there is one; else it is dropped.
   * `address` undefined: sockets on any address of the interface do.
   */
  | {
      readonly kind: 'proxy';
      readonly port: number;
      readonly address: TraceAddress | undefined;
      readonly mark: MaskedMark;
    }
  /** Something that no input tells sends the packet elsewhere: `text` is a clause. The way ends here. */
  | { readonly kind: 'hidden'; readonly text: string }
  /** Nothing happens, as far as this is so. */
  | { readonly kind: 'assume'; readonly text: string }
  /** Nothing that the walk knows of happens. */
  | { readonly kind: 'pass' }
  /** Somebody is told; the packet and its way stay as they are, whether or not the rule is met. */
  | { readonly kind: 'observe' };

export interface PortSpan {
  readonly from: number;
  readonly to: number;
}

/** A rule, ready to be walked. */
export interface Rule {
  readonly tests: readonly Test[];
  /** Done before `action` where the rule is met: marks and the like. */
  readonly first?: readonly Action[];
  /** Undefined: it only counts. */
  readonly action: Action | undefined;
  /** What later conditions find so, once this rule was met. */
  readonly learns: readonly { readonly key: string; readonly isIn: boolean }[];
}

/** A list of rules under a name. `table` is what its language calls the group of chains that it stands in. */
export interface Chain {
  readonly table: string;
  readonly name: string;
  readonly policy: 'ACCEPT' | 'DROP' | undefined;
  /** Whose rules are all one rule's: what it looks up, or what it asks after it has done something. */
  readonly standsFor?: { readonly chain: Chain; readonly index: number };
  /** Whether its rules of nat send packets to endpoints of Services only: where kube-proxy expects somebody to listen. */
  readonly leadsToEndpoints?: boolean;
  rule(index: number): Rule | undefined;
  /**
   * The numbers of the rules that these packets may meet, in order; undefined: all have to be asked. Packets with
   * different keys are parted at once.
   */
  candidates(state: WalkState): readonly number[] | undefined | Parting;
}

/** A chain that a hook begins with. `type` nat: asked for the first packet of a connection, until it was rewritten. */
export interface BaseChain {
  readonly hook: Hook;
  readonly priority: number;
  readonly type: 'filter' | 'nat' | 'route';
  readonly table: string;
  /** Undefined: nothing stands there. */
  readonly chain: Chain | undefined;
}

/** Who takes packets up for a virtual address: its real servers with their shares, which sum to 1. */
export interface VirtualTarget {
  /** The command that would make it. */
  readonly text: string;
  readonly scheduler: string;
  readonly shares: readonly VirtualShare[];
  /** Seconds that a client stays with its real server; absent: it does not. */
  readonly persistence?: number;
  readonly assumptions: readonly string[];
}

export interface VirtualShare {
  readonly address: string;
  /** 0: the port that the packet came for. */
  readonly port: number;
  readonly weight: number;
  /** `masquerade` rewrites the destination. */
  readonly forwarding: string;
}

export interface VirtualTargets {
  find(state: WalkState): VirtualTarget | undefined | Parting;
}

/** Which address, or which port, of the packet is looked up. */
export type Direction = 'src' | 'dst';

/** Sets by name. */
export interface NamedSets {
  /** Whether the packet is in a set; undefined where the set is not given or is of a kind that is not understood. */
  has(name: string, directions: readonly Direction[], state: WalkState): boolean | undefined | Parting;
}

/** All rules of a node for one family. */
export interface Program {
  readonly family: Family;
  readonly baseChains: readonly BaseChain[];
  readonly virtualTargets: VirtualTargets;
  /** Whether several rules ask this question, which no input answers. */
  readonly isShared: (question: string) => boolean;
  /** Interfaces that rules name; with `*` at the end, the beginnings of names. */
  readonly interfaceNames: () => readonly string[];
}

/** All that packets may meet on a node, for one family. */
export interface World {
  readonly program: Program;
  readonly host: HostModel;
  /**
   * What the host says of the source or the destination, as the rules see it now; parts packets of which it says
   * different things. `ask` is asked for one address of each stretch between the host's boundaries, once for each
   * `question`.
   */
  ofAddress<Value extends string | number | boolean | undefined | object>(
    state: WalkState,
    side: 'source' | 'destination',
    question: string,
    ask: (address: TraceAddress) => Value,
  ): Value | Parting;
}

/** What comes next on a packet's way through the node. */
export type Stage =
  | { readonly kind: 'chain'; readonly base: BaseChain }
  /** The routing decision after PREROUTING. */
  | { readonly kind: 'routeIn' }
  /** The routing decision for what the node itself sends. */
  | { readonly kind: 'routeOut' }
  /** After OUTPUT's new destinations: they may have another way out. */
  | { readonly kind: 'reroute' }
  /** A virtual server may take the packet up. */
  | { readonly kind: 'virtualServer'; readonly hook: 'INPUT' | 'OUTPUT' }
  /** It has taken the packet up, and sends it to a real server. */
  | { readonly kind: 'sendOn' }
  /** The node gives the packet up, for this reason. */
  | { readonly kind: 'giveUp'; readonly reason: string }
  | { readonly kind: 'deliver' }
  /** It has left: by a cable, or by lo, where it comes in again. */
  | { readonly kind: 'leave' };

/** Packets that parted in the middle of their ways: disjoint groups that cover them. */
export interface PartedGroups {
  groups: Group[];
}

/**
 * All ways of one set of packets, in the order of the rules: each ended for all of the set, or parted it further from
 * there on.
 */
export interface Group {
  readonly packets: Packets;
  readonly keepsSteps: boolean;
  readonly siblings: PartedGroups;
  members: (WalkEnd | PartedGroups)[];
  /** Ways that are not at their end. */
  open: number;
  /** How often its ways parted by chance, and by what is unknown. */
  chances: number;
  unknowns: number;
}

/** Where a chain was left by a jump. */
export interface Frame {
  readonly chain: Chain;
  readonly list: readonly number[] | undefined;
  readonly at: number;
  readonly path: Link<Chain> | undefined;
  readonly changes: number;
  readonly parent: Frame | undefined;
}

/** Something that neither the inputs nor the walk so far decide, and what this branch takes for true. */
export interface Fact {
  readonly key: string;
  readonly holds: boolean;
  /** Whether the condition that asked was met; undefined where a rule made it so. */
  readonly isMet?: boolean;
  /** The same in a clause; undefined where a rule made it so. */
  readonly text?: string;
  /** Seconds that it stays so (a list of clients); absent: not told. */
  readonly seconds?: number;
}

/** What a virtual server's connection table remembers of a packet: whose it was, and where it went. */
export interface TakenUp {
  readonly by: VirtualTarget;
  /** Undefined: the source that it came with. */
  readonly client: TraceAddress | undefined;
  /** Undefined: where it came for. */
  readonly address: TraceAddress | undefined;
  readonly port: number | undefined;
}

/** One thing that happened on the way. */
export type WalkStep =
  | {
      readonly kind: 'rule';
      readonly hook: Hook;
      readonly table: string;
      readonly chain: Chain;
      readonly index: number;
      /** What the rule found where it looked something up: an entry of the chain that stands for it. */
      readonly entry?: { readonly chain: Chain; readonly index: number };
      /** What DNAT, SNAT or MARK made of the packet. */
      readonly result?: string;
      readonly mayNotMatch?: boolean;
    }
  | { readonly kind: 'policy'; readonly hook: Hook; readonly table: string; readonly chain: Chain }
  | { readonly kind: 'route'; readonly hook: Hook; readonly text: string }
  | { readonly kind: 'virtualServer'; readonly hook: Hook; readonly server: VirtualTarget; readonly result: string };

/**
 * One branch of a walk: the packets as they are now, what their connection knows, and where in the rules they stand.
 * Fields of the packet are undefined where the set holds several values that nothing on the way has replaced by one.
 */
export interface WalkState {
  readonly family: Family;
  /** The first packets of this branch, as they were when they came. */
  packets: Packets;
  group: Group;
  protocol: TraceProtocol | undefined;
  source: TraceAddress | undefined;
  destination: TraceAddress | undefined;
  destinationPort: number | undefined;
  /** `''`: the node itself sends them. */
  inInterface: string | undefined;
  /** What the way has made of the fields; undefined: as they came. */
  madeSource: TraceAddress | undefined;
  madeDestination: TraceAddress | undefined;
  madePort: number | undefined;
  madeInterface: string | undefined;
  outInterface: string | undefined;
  outIsCertain: boolean;
  /**
   * Each of them leaves by the interface that it came in by, of which there are several: `outInterface` is undefined, and
   * after MASQUERADE each has the address of its own, so that `madeSource` is undefined too.
   */
  leavesAsItCame: boolean;
  mark: number;
  connectionMark: number;
  isTracked: boolean;
  hasDestinationNat: boolean;
  hasSourceNat: boolean;
  /** Whether a rule sent it to the node itself, by REDIRECT. */
  isRedirected: boolean;
  /** Whether its new destination is an endpoint of a Service. */
  isForEndpoint: boolean;
  /** Where nat was asked: once for each side of a connection. */
  destinationAskedAt: Hook | undefined;
  sourceAskedAt: Hook | undefined;
  takenUp: TakenUp | undefined;
  /** The port of a socket that a proxy rule has found for it. */
  proxyPort: number | undefined;
  /** What is known of the packets before any rule is asked. */
  readonly start: WalkStart;

  stages: Link<Stage> | undefined;
  hook: Hook;
  table: string;
  /** The base chain that the rules began with: its policy decides where no rule does. */
  base: BaseChain | undefined;
  chain: Chain | undefined;
  list: readonly number[] | undefined;
  at: number;
  parent: Frame | undefined;
  /** The chains that led here, those gone to for good too: rules that come back to one of them go in a circle. */
  path: Link<Chain> | undefined;
  /** How many rules were obeyed, and how often one changed something. */
  obeyed: number;
  changes: number;
  /** Chains that were walked to their end without a change, since the walk is long. */
  passed: Link<{ readonly chain: Chain; readonly changes: number }> | undefined;

  weight: number;
  steps: Link<WalkStep> | undefined;
  facts: Link<Fact> | undefined;
  assumptions: Link<string> | undefined;
}

/** What a walk may be told of its packets beside their fields. */
export interface WalkStart {
  /** Their mark; absent: 0. */
  readonly mark?: number;
  /** The port of a bridge that they come in by. */
  readonly bridgePort?: string;
}

/** What is left of a branch at its end: the packets, and what their way has made of them. */
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
  /** Where it is not a rule that decided: why, in a clause. */
  readonly reason?: string;
}
