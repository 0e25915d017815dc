/** The data for node rules. Types only: the code is loaded only if there are dumps. */
import type { Finding } from '../diagnostics/finding.js';
import type { ServiceDifference } from '../diff/types.js';
import type { HiddenClients } from '../explain/hidden-clients.js';
import type { Interference } from '../explain/interference.js';
import type { FoundServicePort } from '../explain/rules/discover.js';
import type { IndexedChain, RuleIndex } from '../explain/rules/rule-index.js';
import type { Rule, TableName } from '../iptables/types.js';
import type { Family } from '../net/address.js';
import type { NodeFamily, NodeModel } from '../node/types.js';
import type { NodePortReach } from '../explain/rules/node-ports.js';
import type { HostModel } from '../walk/host.js';
import type { Listeners } from '../walk/listening.js';

/** A line of a dump; lines count from 1. */
export interface DumpPlace {
  readonly file: string;
  readonly line: number;
}

/** A rule with its chain and its number in the chain, counted from 1. */
export interface PlacedRule {
  readonly chain: IndexedChain;
  readonly number: number;
  readonly rule: Rule;
}

/**
 * A rule that no packet reaches, because an earlier rule of its chain ends the path of all packets that would match it.
 */
export interface Shadow {
  readonly hidden: PlacedRule;
  readonly by: PlacedRule;
  /** Whether `by` matches every packet, so that no later rule of the chain is reached. */
  readonly isWhole: boolean;
  /** The number of rules after `hidden` that are not reached for the same reason; only if `isWhole`. */
  readonly more: number;
  /** Whether `by` has the same effect as `hidden` and the rules after it. */
  readonly isSame: boolean;
  /**
   * What `by` does with the packets that none of its conditions accepts, if `hidden` and the rules after it drop or
   * reject all packets, too.
   */
  readonly rest: 'drops' | 'rejects' | undefined;
}

/** A rule that no packet can match, with the reason as a clause. */
export interface ImpossibleRule {
  readonly placed: PlacedRule;
  readonly why: string;
  /** Whether it could match if other rules led to its chain. */
  readonly isByCallers: boolean;
}

/** The rules of one family of iptables, or of one table of nftables; derived data is computed on first use. */
export interface RulesContext {
  readonly index: RuleIndex;
  readonly shadows: readonly Shadow[];
  readonly impossible: readonly ImpossibleRule[];
  placeOf(rule: PlacedRule): DumpPlace;
  /** The name of a chain in sentences: `FORWARD`, `input (table inet filter)`. */
  chainWords(chain: IndexedChain): string;
  /** Whether kube-proxy writes the rules of the chain. */
  isOfKubeProxy(chain: IndexedChain): boolean;
}

/** A node's iptables rules of one family; derived data is computed on first use. */
export interface FamilyContext extends RulesContext {
  readonly family: Family;
  readonly content: NodeFamily;
  /** The service ports in the rules. */
  readonly services: readonly FoundServicePort[];
  /** The service port of a chain; undefined if none is known by name. */
  serviceOf(chain: string): FoundServicePort | undefined;
  /** The addresses of the node with node ports; undefined if no rules lead to node ports. */
  readonly nodePorts: NodePortReach | undefined;
  /** Whether these rules include kube-proxy's. */
  readonly isKubeProxys: boolean;
  /** What other programs' rules do to connections to Services. */
  readonly interference: readonly Interference[];
  /** The rules of other programs that hide Pods of this node from Services. */
  readonly hiddenClients: readonly HiddenClients[];
  /** What is unknown because the dump lacks a table, one clause each. */
  readonly missingTables: readonly string[];
  /** Whether packets of this protocol that enter a chain never return to the calling chain. */
  neverReturns(table: TableName, chain: string, protocol: string | undefined): boolean;
  /** The declaration of the chain; if it is not declared, its first rule. */
  placeOfChain(chain: IndexedChain): DumpPlace;
  readonly placeOfTable: (table: TableName) => DumpPlace;
}

/** One node, from its dumps. */
export interface NodeContext {
  readonly node: NodeModel;
  /** What was not understood in the dumps. */
  readonly unread: readonly Finding[];
  /** Differences from the manifests given with the dumps; none without manifests. */
  readonly drift: readonly ServiceDifference[];
  /** What listens on the node; undefined: unknown. */
  readonly listeners: Listeners | undefined;
  readonly host: HostModel;
  /**
   * The programs without output among the inputs, and why it is needed, as a sentence; undefined if none is missing.
   */
  readonly lacking: string | undefined;
  readonly families: readonly FamilyContext[];
  /** The tables of nftables that are not among the rules of iptables. */
  readonly tables: readonly RulesContext[];
  /**
   * The first line of the dumps, or of one of them, that contains a text or matches a pattern; undefined if there is
   * none.
   */
  readonly find: (wanted: string | RegExp, file?: string) => DumpPlace | undefined;
}
