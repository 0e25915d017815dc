/**
 * The rule set that every road leads to: lowering makes one from a cluster, parsing makes one from a node's dump, and
 * printing, tracing and comparing read it.
 */
import type { Family } from '../net/address.js';

export type Protocol = 'tcp' | 'udp' | 'sctp';
export type TableName = 'raw' | 'mangle' | 'nat' | 'filter' | 'security';

/** A port or an inclusive range of ports. */
export interface PortRange { readonly from: number; readonly to: number }

/** `value/mask` as iptables has it: `(mark & mask) == value`. */
export interface MaskedValue { readonly value: number; readonly mask: number }

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
  | { readonly kind: 'addressType'; readonly sourceType?: string; readonly sourceNegated?: boolean;
      readonly destinationType?: string; readonly destinationNegated?: boolean }
  | { readonly kind: 'statistic'; readonly mode: 'random'; readonly probability: number; readonly negated?: boolean }
  | { readonly kind: 'recent'; readonly action: 'set' | 'rcheck' | 'update' | 'remove'; readonly name: string;
      readonly seconds?: number; readonly reap?: boolean; readonly negated?: boolean }
  | { readonly kind: 'physdevIsIn'; readonly negated?: boolean }
  | { readonly kind: 'set'; readonly name: string; readonly directions: readonly ('src' | 'dst')[]; readonly negated?: boolean }
  | { readonly kind: 'nfacct'; readonly name: string }
  | { readonly kind: 'ipvsVirtualDirection'; readonly negated?: boolean }
  /** A match that is not understood: its module and words are kept, and nobody guesses what it does. */
  | { readonly kind: 'other'; readonly module: string; readonly words: readonly string[] };

/** `-m tcp`, `-m udp` or `-m sctp`, with or without ports. */
export interface PortMatch {
  readonly kind: Protocol;
  readonly sourcePort?: PortRange;
  readonly sourcePortNegated?: boolean;
  readonly destinationPort?: PortRange;
  readonly destinationPortNegated?: boolean;
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
  | { readonly kind: 'destinationNat'; readonly to: string }
  | { readonly kind: 'masquerade'; readonly randomFully?: boolean }
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

/** One table: its chains in the order declared, its rules in the order written (rules of several chains may alternate). */
export interface Table {
  readonly name: TableName;
  readonly chains: readonly Chain[];
  readonly rules: readonly Rule[];
}

export interface RuleSet {
  readonly family: Family;
  readonly tables: readonly Table[];
}
