/** What rules for nodes look at. Types only: what they need is loaded where there are dumps. */
import type { Finding } from '../diagnostics/finding.js';
import type { ServiceDifference } from '../diff/types.js';
import type { Interference } from '../explain/interference.js';
import type { FoundServicePort } from '../explain/rules/discover.js';
import type { IndexedChain, RuleIndex } from '../explain/rules/rule-index.js';
import type { Rule, TableName } from '../iptables/types.js';
import type { Family } from '../net/address.js';
import type { NodeFamily, NodeModel } from '../node/types.js';

/** A line of a dump; lines count from 1. */
export interface DumpPlace {
  readonly file: string;
  readonly line: number;
}

/** A rule with its chain and its number in it, from 1. */
export interface PlacedRule {
  readonly chain: IndexedChain;
  readonly number: number;
  readonly rule: Rule;
}

/** A rule that no packet gets to, as an earlier one of its chain ends the way of all that would meet it. */
export interface Shadow {
  readonly hidden: PlacedRule;
  readonly by: PlacedRule;
  /** Whether `by` takes every packet, so that nothing behind it in the chain is reached. */
  readonly isWhole: boolean;
  /** Rules behind `hidden` that are not reached for the same reason; only where `isWhole`. */
  readonly more: number;
  /** Whether `by` does what the hidden one, and those behind it, would have done. */
  readonly isSame: boolean;
}

/** A rule that no packet can meet, and why: a clause. */
export interface ImpossibleRule {
  readonly placed: PlacedRule;
  readonly why: string;
  /** Whether it could be met if other rules led to its chain. */
  readonly isByCallers: boolean;
}

/** A node's iptables rules of one family, with what is worked out of them when it is first asked for. */
export interface FamilyContext {
  readonly family: Family;
  readonly content: NodeFamily;
  readonly index: RuleIndex;
  /** The service ports that the rules serve. */
  readonly services: readonly FoundServicePort[];
  /** The service port behind a chain; undefined where none is known by name. */
  serviceOf(chain: string): FoundServicePort | undefined;
  /** Whether kube-proxy's rules are among these. */
  readonly isKubeProxys: boolean;
  readonly shadows: readonly Shadow[];
  readonly impossible: readonly ImpossibleRule[];
  /** What other programs' rules do to connections to Services. */
  readonly interference: readonly Interference[];
  /** What is not known because the dump lacks a table, a clause each. */
  readonly missingTables: readonly string[];
  /** Whether packets of this protocol that enter a chain never come back to where they came from. */
  neverReturns(table: TableName, chain: string, protocol: string | undefined): boolean;
  placeOf(rule: PlacedRule): DumpPlace;
  /** Where the chain is declared; its first rule where it is not. */
  placeOfChain(chain: IndexedChain): DumpPlace;
  readonly placeOfTable: (table: TableName) => DumpPlace;
}

/** One node, by its dumps. */
export interface NodeContext {
  readonly node: NodeModel;
  /** What readers did not understand in the dumps. */
  readonly unread: readonly Finding[];
  /** What the manifests beside the dumps say otherwise; none without manifests. */
  readonly drift: readonly ServiceDifference[];
  /** Whose output is lacking, and why it is needed: a sentence; undefined where all is there. */
  readonly lacking: string | undefined;
  readonly families: readonly FamilyContext[];
  /** The first line of the dumps, or of one of them, that holds a text or fits a pattern; undefined where none does. */
  readonly find: (wanted: string | RegExp, file?: string) => DumpPlace | undefined;
}
