/**
 * What the walk runs: the chains of a node in the order in which packets meet them, in no tool's language. Each language
 * for rules compiles to it.
 */
import type { Family } from '../net/address.js';
import type { NatRange } from './nat.js';
import type { Answer, Parting } from './doubt.js';
import type { Hook } from './packet.js';
import type { WalkState } from './state.js';
import type { World } from './world.js';

/** One condition of a rule, ready to be asked. */
export type Test = (state: WalkState, world: World) => Answer;

/** A value and the bits of it that count. */
export interface MaskedMark {
  readonly value: number;
  readonly mask: number;
}

/** What a rule does with the packets that meet its conditions. */
export type Action =
  | { readonly kind: 'jump' | 'goto'; readonly name: string; readonly chain: Chain | undefined }
  /** `accept` ends this base chain only; `drop` and `reject` end the way. */
  | { readonly kind: 'accept' | 'drop' | 'reject' | 'return' }
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
