/**
 * The rule set that every road leads to: lowering makes one from a cluster, parsing makes one from a node's dump, and
 * printing, tracing and comparing read it.
 */
import type { Family } from '../net/address.js';

export type Protocol = 'tcp' | 'udp' | 'sctp';
export type TableName = 'raw' | 'mangle' | 'nat' | 'filter' | 'security';

/** A port or an inclusive range of ports. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** `value/mask` as iptables has it: `(mark & mask) == value`. */
export interface MaskedValue {
  readonly value: number;
  readonly mask: number;
}

/** A connection state of `-m conntrack` (SNAT and DNAT are states beside the others). */
export type ConntrackState = 'INVALID' | 'NEW' | 'ESTABLISHED' | 'RELATED' | 'UNTRACKED' | 'SNAT' | 'DNAT';

/** One condition of a rule. `negated` is iptables' `!` before it. */
export type Match =
  | { readonly kind: 'source'; readonly prefix: string; readonly negated?: boolean }
  | { readonly kind: 'destination'; readonly prefix: string; readonly negated?: boolean }
  | { readonly kind: 'inInterface'; readonly name: string; readonly negated?: boolean }
  | { readonly kind: 'outInterface'; readonly name: string; readonly negated?: boolean }
  | { readonly kind: 'protocol'; readonly protocol: string; readonly negated?: boolean }
  | { readonly kind: 'fragment'; readonly negated?: boolean }
  | { readonly kind: 'comment'; readonly text: string }
  | PortMatch
  | { readonly kind: 'mark'; readonly mark: MaskedValue; readonly negated?: boolean }
  | { readonly kind: 'conntrackState'; readonly states: readonly ConntrackState[]; readonly negated?: boolean }
  | {
      readonly kind: 'addressType';
      readonly sourceType?: string;
      readonly sourceNegated?: boolean;
      readonly destinationType?: string;
      readonly destinationNegated?: boolean;
      readonly limitInterface?: 'in' | 'out';
    }
  | { readonly kind: 'statistic'; readonly mode: 'random'; readonly probability: number; readonly negated?: boolean }
  /** Every `every`th packet, the first being number `packet` (from 0). */
  | { readonly kind: 'statisticNth'; readonly every: number; readonly packet: number; readonly negated?: boolean }
  /** `side` absent: the source address. `mask` absent: the whole address. */
  | {
      readonly kind: 'recent';
      readonly action: 'set' | 'rcheck' | 'update' | 'remove';
      readonly name: string;
      readonly seconds?: number;
      readonly reap?: boolean;
      readonly negated?: boolean;
      readonly hitCount?: number;
      readonly sameTimeToLive?: boolean;
      readonly mask?: string;
      readonly side?: 'destination';
    }
  | { readonly kind: 'physdevIsIn'; readonly negated?: boolean }
  | {
      readonly kind: 'set';
      readonly name: string;
      readonly directions: readonly ('src' | 'dst')[];
      readonly negated?: boolean;
      readonly returnNoMatch?: boolean;
    }
  | { readonly kind: 'nfacct'; readonly name: string }
  | { readonly kind: 'ipvsVirtualDirection'; readonly negated?: boolean }
  /**
   * `-m ipvs --vaddr … --vproto … --vport …`: the connection belongs to this virtual server. `protocol` is a name
   * (`tcp`).
   */
  | { readonly kind: 'ipvsVirtualService'; readonly address: string; readonly protocol: string; readonly port: number }
  /** `-m state`: the states of conntrack but SNAT and DNAT. */
  | { readonly kind: 'state'; readonly states: readonly ConntrackState[]; readonly negated?: boolean }
  /** `-m conntrack` with more than `--ctstate`. */
  | ConntrackMatch
  | {
      readonly kind: 'multiport';
      readonly side: 'source' | 'destination' | 'either';
      readonly ports: readonly PortRange[];
      readonly negated?: boolean;
    }
  /** `type` absent: any. `codes` absent: every code of the type. */
  | { readonly kind: 'icmp' | 'icmp6'; readonly type?: number; readonly codes?: PortRange; readonly negated?: boolean }
  /** `address` is six lower-case bytes, colons between. */
  | { readonly kind: 'mac'; readonly address: string; readonly negated?: boolean }
  | { readonly kind: 'addressRange'; readonly source?: AddressRange; readonly destination?: AddressRange }
  | { readonly kind: 'connectionMark'; readonly mark: MaskedValue; readonly negated?: boolean }
  | { readonly kind: 'packetType'; readonly type: string; readonly negated?: boolean }
  | PhysicalDeviceMatch
  /**
   * A match that is read but that no evaluator knows: limit, hashlimit, connlimit, owner, time, policy, rpfilter, rt,
   * string, hl, ttl … Options in the order and notation of iptables-save, what it leaves out as a default left out.
   */
  | { readonly kind: 'module'; readonly module: string; readonly options: readonly ModuleOption[] }
  /**
   * A match that is not understood: its module and its words are kept as they stood, quotes included, and nobody
   * guesses what it does.
   * `module` is `''` for words that belong to no module at all.
   */
  | { readonly kind: 'other'; readonly module: string; readonly words: readonly string[] };

/** One option of a module: `--limit`, and what follows it, unquoted; no value where nothing does. */
export interface ModuleOption {
  readonly name: string;
  readonly value?: string;
  readonly negated?: boolean;
}

/** An inclusive range of addresses. */
export interface AddressRange {
  readonly from: string;
  readonly to: string;
  readonly negated?: boolean;
}

/** Options of `-m conntrack`; `negations` names those that stand after a `!`. */
export interface ConntrackMatch {
  readonly kind: 'conntrack';
  readonly states?: readonly ConntrackState[];
  readonly statuses?: readonly string[];
  /** The number or name of a protocol, as iptables-save prints it: a number. */
  readonly protocol?: string;
  readonly originalSource?: string;
  readonly originalDestination?: string;
  readonly replySource?: string;
  readonly replyDestination?: string;
  readonly originalSourcePort?: PortRange;
  readonly originalDestinationPort?: PortRange;
  readonly replySourcePort?: PortRange;
  readonly replyDestinationPort?: PortRange;
  readonly expire?: PortRange;
  readonly direction?: 'ORIGINAL' | 'REPLY';
  /** Which of the fields above stand after a `!`. */
  readonly negations?: readonly string[];
}

/** `-m physdev` with more than `--physdev-is-in`. A packet that is not bridged has no physical devices. */
export interface PhysicalDeviceMatch {
  readonly kind: 'physicalDevice';
  readonly inInterface?: string;
  readonly inInterfaceNegated?: boolean;
  readonly outInterface?: string;
  readonly outInterfaceNegated?: boolean;
  /** Whether it must have come through a bridge port; absent: no matter. */
  readonly isIn?: boolean;
  readonly isOut?: boolean;
  readonly isBridged?: boolean;
}

/** `--tcp-flags MASK SET`: of the flags in `mask`, exactly those in `set` are on. */
export interface TcpFlags {
  readonly mask: readonly TcpFlag[];
  readonly set: readonly TcpFlag[];
  readonly negated?: boolean;
}
export type TcpFlag = 'FIN' | 'SYN' | 'RST' | 'PSH' | 'ACK' | 'URG';

/** `-m tcp`, `-m udp` or `-m sctp`, with or without ports. */
export interface PortMatch {
  readonly kind: Protocol;
  readonly sourcePort?: PortRange;
  readonly sourcePortNegated?: boolean;
  readonly destinationPort?: PortRange;
  readonly destinationPortNegated?: boolean;
  /** tcp only. */
  readonly flags?: TcpFlags;
  /** tcp only: the number of an option that must be there. */
  readonly option?: { readonly number: number; readonly negated?: boolean };
  /** sctp only: the words after `--chunk-types`. */
  readonly chunkTypes?: { readonly words: readonly string[]; readonly negated?: boolean };
}

/** What happens to a packet that a rule matches. */
export type Target =
  | { readonly kind: 'jump'; readonly chain: string }
  | { readonly kind: 'goto'; readonly chain: string }
  | { readonly kind: 'verdict'; readonly verdict: 'ACCEPT' | 'DROP' | 'RETURN' }
  /** `with` absent: the family's default (icmp-port-unreachable, icmp6-port-unreachable). */
  | { readonly kind: 'reject'; readonly with?: string }
  /** `orMark` and `xorMark` are how kube-proxy writes them; `setXmark` is how iptables-save prints all of them. */
  | { readonly kind: 'mark'; readonly operation: 'orMark' | 'xorMark'; readonly bits: number }
  | { readonly kind: 'mark'; readonly operation: 'setXmark'; readonly mark: MaskedValue }
  /**
   * `to` is what follows `--to-destination`: `10.0.0.1`, `10.0.0.1:80`, `10.0.0.1-10.0.0.9:80-90`, `[fd00::1]:80`,
   * `:80`.
   */
  | { readonly kind: 'destinationNat'; readonly to: string; readonly random?: boolean; readonly persistent?: boolean }
  | {
      readonly kind: 'sourceNat';
      readonly to: string;
      readonly random?: boolean;
      readonly randomFully?: boolean;
      readonly persistent?: boolean;
    }
  | {
      readonly kind: 'masquerade';
      readonly randomFully?: boolean;
      readonly random?: boolean;
      readonly toPorts?: PortRange;
    }
  /** DNAT to the address of the interface the packet came in by (the loopback address in OUTPUT). */
  | { readonly kind: 'redirect'; readonly toPorts?: PortRange; readonly random?: boolean }
  | { readonly kind: 'netmap'; readonly to: string }
  /**
   * `set`: connection mark = (mark & ~mask) ^ value; save and restore copy between packet and connection through both
   * masks.
   */
  | { readonly kind: 'connectionMark'; readonly operation: 'set'; readonly mark: MaskedValue }
  | {
      readonly kind: 'connectionMark';
      readonly operation: 'save' | 'restore';
      readonly packetMask: number;
      readonly connectionMask: number;
    }
  /**
   * A target that lets the packet go on: LOG, NFLOG, CT, NOTRACK, TCPMSS, CHECKSUM, TRACE … Options as iptables-save
   * prints them.
   */
  | { readonly kind: 'module'; readonly name: string; readonly options: readonly ModuleOption[] }
  /** A target that is not understood; words as for a match of that kind. */
  | { readonly kind: 'other'; readonly name: string; readonly words: readonly string[] };

/** One rule. `matches` stand in the order they were written; without a target a rule only counts. */
export interface Rule {
  readonly chain: string;
  readonly matches: readonly Match[];
  readonly target?: Target;
  /** What the rule serves: the name of a service port (`namespace/name:port`). */
  readonly servicePort?: string;
}

/** One chain; `policy` is set for built-in chains only. */
export interface Chain {
  readonly name: string;
  readonly policy?: 'ACCEPT' | 'DROP';
}

/**
 * One table: its chains in the order declared, its rules in the order written (rules of several chains may alternate).
 */
export interface Table {
  readonly name: TableName;
  readonly chains: readonly Chain[];
  readonly rules: readonly Rule[];
  /** Whether a dump shows a part of it only: nothing follows from what it lacks. */
  readonly isPartial?: true;
}

export interface RuleSet {
  readonly family: Family;
  readonly tables: readonly Table[];
}
