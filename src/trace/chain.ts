import type { Rule, RuleSet, Table, TableName, Target } from '../iptables/types.js';
import { ChainIndex } from './chain-index.js';
import type { Answer } from './doubt.js';
import type { WalkState } from './state.js';

/** One condition of a rule, ready to be asked. */
export type Test = (state: WalkState) => Answer;

/** A rule, ready to be walked. */
export interface CompiledRule {
  readonly tests: readonly Test[];
  readonly target: Target | undefined;
  /** Names of recent lists that it adds the packet to, or takes it from. */
  readonly recentChanges: readonly RecentChange[];
}

export interface RecentChange { readonly key: string; readonly isIn: boolean }

export type CompileRule = (rule: Rule, chain: Chain, index: number) => CompiledRule;

/** A chain whose rules are compiled when a packet first comes by. */
export class Chain {
  private readonly compiled: (CompiledRule | undefined)[] = [];
  private index: ChainIndex | undefined;
  private isIndexed = false;
  private recentChecks: Int32Array | undefined;

  constructor(
    readonly table: TableName, readonly name: string, readonly policy: 'ACCEPT' | 'DROP' | undefined, readonly rules: readonly Rule[],
    private readonly compile: CompileRule,
  ) {}

  rule(index: number): CompiledRule | undefined {
    const before = this.compiled[index];
    const rule = this.rules[index];
    if (before !== undefined || rule === undefined) return before;
    return this.compiled[index] = this.compile(rule, this, index);
  }

  /** The numbers of the rules that may match; undefined: all of them have to be asked. */
  candidates(state: WalkState): readonly number[] | undefined {
    if (!this.isIndexed) {
      this.index = ChainIndex.of(this.rules);
      this.isIndexed = true;
    }
    return this.index?.candidates(state.destination.text, state.protocol, state.destinationPort);
  }

  /** How many rules from this one on ask whether a recent list knows the client. */
  recentChecksFrom(index: number): number {
    this.recentChecks ??= countFromEnd(this.rules);
    return this.recentChecks[index] ?? 0;
  }
}

function countFromEnd(rules: readonly Rule[]): Int32Array {
  const counts = new Int32Array(rules.length);
  let count = 0;
  for (let index = rules.length - 1; index >= 0; index--) {
    if (rules[index]?.matches.some((match) => match.kind === 'recent' && (match.action === 'rcheck' || match.action === 'update')) === true) count++;
    counts[index] = count;
  }
  return counts;
}

/** Begins a chain at its first rule that may match. */
export function enterChain(state: WalkState, chain: Chain): void {
  state.chain = chain;
  state.list = chain.candidates(state);
  state.at = 0;
  state.path = { item: chain, before: state.path };
}

/** The chains of one table by name. */
export type ChainTable = ReadonlyMap<string, Chain>;

/** The tables of a rule set by name, chains by name within them. Linear; nothing of the rules is looked at but their chain. */
export function chainTables(ruleSet: RuleSet, compile: CompileRule): ReadonlyMap<TableName, ChainTable> {
  return new Map(ruleSet.tables.map((table) => [table.name, chainsOf(table, compile)]));
}

function chainsOf(table: Table, compile: CompileRule): ChainTable {
  const rules = new Map<string, Rule[]>(table.chains.map(({ name }) => [name, []]));
  let last: Rule[] | undefined;
  for (const rule of table.rules) {
    if (last?.[0]?.chain !== rule.chain) last = rules.get(rule.chain);
    if (last === undefined) rules.set(rule.chain, last = [rule]);
    else last.push(rule);
  }
  const policies = new Map(table.chains.map(({ name, policy }) => [name, policy]));
  return new Map([...rules].map(([name, own]) => [name, new Chain(table.name, name, policies.get(name), own, compile)]));
}
