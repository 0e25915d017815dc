/**
 * The rule set, the central data structure: lowering makes one from a cluster, parsing makes one from a node's dump;
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

/** iptables' `value/mask`: `(mark & mask) == value`. */
export interface MaskedValue {
  readonly value: number;
  readonly mask: number;
}

/** A connection state of `-m conntrack`. SNAT and DNAT can apply in addition to another state. */
export type ConntrackState = 'INVALID' | 'NEW' | 'ESTABLISHED' | 'RELATED' | 'UNTRACKED' | 'SNAT' | 'DNAT';

/** One condition of a rule. `negated`: iptables' `!`. */
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
  /** Every `every`th packet, beginning with number `packet` (from 0). */
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
  /** `-m state`: the states of conntrack except SNAT and DNAT. */
  | { readonly kind: 'state'; readonly states: readonly ConntrackState[]; readonly negated?: boolean }
  /** `-m conntrack` with options other than `--ctstate`. */
  | ConntrackMatch
  | {
      readonly kind: 'multiport';
      readonly side: 'source' | 'destination' | 'either';
      readonly ports: readonly PortRange[];
      readonly negated?: boolean;
    }
  /** `type` absent: any. `codes` absent: every code of the type. */
  | { readonly kind: 'icmp' | 'icmp6'; readonly type?: number; readonly codes?: PortRange; readonly negated?: boolean }
  /** `address` is six lower-case bytes with colons between them. */
  | { readonly kind: 'mac'; readonly address: string; readonly negated?: boolean }
  | { readonly kind: 'addressRange'; readonly source?: AddressRange; readonly destination?: AddressRange }
  | { readonly kind: 'connectionMark'; readonly mark: MaskedValue; readonly negated?: boolean }
  | { readonly kind: 'packetType'; readonly type: string; readonly negated?: boolean }
  | PhysicalDeviceMatch
  /**
   * A match that is parsed but not evaluated: limit, hashlimit, connlimit, owner, time, policy, rpfilter, rt, string,
   * hl, ttl … Options are in the order and notation of iptables-save, without the defaults that it does not print.
   */
  | { readonly kind: 'module'; readonly module: string; readonly options: readonly ModuleOption[] }
  /**
   * A match that is not understood: its module and words are kept unchanged, including quotes. `module` is `''` for
   * words that belong to no module.
   */
  | { readonly kind: 'other'; readonly module: string; readonly words: readonly string[] };

/** One option of a module: `--limit` and its unquoted value, if it has one. */
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

/** Options of `-m conntrack`; `negations` lists those that follow a `!`. */
export interface ConntrackMatch {
  readonly kind: 'conntrack';
  readonly states?: readonly ConntrackState[];
  readonly statuses?: readonly string[];
  /** The number or name of a protocol; iptables-save prints a number. */
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
  /** The fields above that follow a `!`. */
  readonly negations?: readonly string[];
}

/** `-m physdev` with options other than `--physdev-is-in`. A packet that is not bridged has no physical devices. */
export interface PhysicalDeviceMatch {
  readonly kind: 'physicalDevice';
  readonly inInterface?: string;
  readonly inInterfaceNegated?: boolean;
  readonly outInterface?: string;
  readonly outInterfaceNegated?: boolean;
  /** Whether it must have arrived by a bridge port; absent: no condition. */
  readonly isIn?: boolean;
  readonly isOut?: boolean;
  readonly isBridged?: boolean;
}

/** `--tcp-flags MASK SET`: of the flags in `mask`, exactly those in `set` must be set. */
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
  /** tcp only: the number of a TCP option that must be present. */
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
  /** `orMark` and `xorMark` are kube-proxy's notation; iptables-save prints all of them as `setXmark`. */
  | { readonly kind: 'mark'; readonly operation: 'orMark' | 'xorMark'; readonly bits: number }
  | { readonly kind: 'mark'; readonly operation: 'setXmark'; readonly mark: MaskedValue }
  /**
   * `to` is the value of `--to-destination`: `10.0.0.1`, `10.0.0.1:80`, `10.0.0.1-10.0.0.9:80-90`, `[fd00::1]:80`,
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
  /** DNAT to the address of the incoming interface (in OUTPUT, the loopback address). */
  | { readonly kind: 'redirect'; readonly toPorts?: PortRange; readonly random?: boolean }
  | { readonly kind: 'netmap'; readonly to: string }
  /**
   * `set`: connection mark = (mark & ~mask) ^ value. Save and restore copy between packet and connection through both
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
   * A target that lets the packet continue: LOG, NFLOG, CT, NOTRACK, TCPMSS, CHECKSUM, TRACE … Options are as
   * iptables-save prints them.
   */
  | { readonly kind: 'module'; readonly name: string; readonly options: readonly ModuleOption[] }
  /** A target that is not understood; its words are kept as for a match of that kind. */
  | { readonly kind: 'other'; readonly name: string; readonly words: readonly string[] };

/** One rule. `matches` are in the order written. Without a target, a rule only counts. */
export interface Rule {
  readonly chain: string;
  readonly matches: readonly Match[];
  readonly target?: Target;
  /** The service port that the rule is for: `namespace/name:port`. */
  readonly servicePort?: string;
}

/** One chain; `policy` is set for built-in chains only. */
export interface Chain {
  readonly name: string;
  readonly policy?: 'ACCEPT' | 'DROP';
}

/**
 * One table: its chains in the order declared, its rules in the order written (rules of different chains may
 * alternate).
 */
export interface Table {
  readonly name: TableName;
  readonly chains: readonly Chain[];
  readonly rules: readonly Rule[];
  /** Whether the dump shows only part of the table: a missing rule then proves nothing. */
  readonly isPartial?: true;
  /** For a table from which rules were left out: the whole of it, made when it is asked for. */
  readonly whole?: () => Table;
}

export interface RuleSet {
  readonly family: Family;
  readonly tables: readonly Table[];
}
