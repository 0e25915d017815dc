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

export interface RecentChange {
  readonly key: string;
  readonly isIn: boolean;
}

export type CompileRule = (rule: Rule, chain: Chain, index: number) => CompiledRule;

/** A chain whose rules are compiled when a packet first comes by. */
export class Chain {
  private readonly compiled: (CompiledRule | undefined)[] = [];
  private index: ChainIndex | undefined;
  private isIndexed = false;
  private recentChecks: Int32Array | undefined;

  constructor(
    readonly table: TableName,
    readonly name: string,
    readonly policy: 'ACCEPT' | 'DROP' | undefined,
    readonly rules: readonly Rule[],
    private readonly compile: CompileRule,
  ) {}

  rule(index: number): CompiledRule | undefined {
    const before = this.compiled[index];
    const rule = this.rules[index];
    if (before !== undefined || rule === undefined) return before;
    return (this.compiled[index] = this.compile(rule, this, index));
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
    if (
      rules[index]?.matches.some(
        (match) => match.kind === 'recent' && (match.action === 'rcheck' || match.action === 'update'),
      ) === true
    )
      count++;
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
export interface ChainTable {
  get(name: string): Chain | undefined;
}

/**
 * The tables of a rule set by name, chains by name within them. Linear; nothing of the rules is looked at but their
 * chain.
 */
export function chainTables(ruleSet: RuleSet, compile: CompileRule): ReadonlyMap<TableName, ChainTable> {
  return new Map(ruleSet.tables.map((table) => [table.name, new TableChains(table, compile)]));
}

/** Rules of one chain that stand together: the number of the first, and of the one after the last. */
interface Run {
  readonly start: number;
  readonly end: number;
  readonly before: Run | undefined;
}

/** Makes each chain when somebody gets there: a packet passes a dozen of the hundred thousand that a node may have. */
class TableChains implements ChainTable {
  private readonly made = new Map<string, Chain>();
  private readonly runs = new Map<string, Run>();
  private readonly policies: ReadonlyMap<string, Chain['policy']>;

  constructor(
    private readonly table: Table,
    private readonly compile: CompileRule,
  ) {
    this.policies = new Map(table.chains.map(({ name, policy }) => [name, policy]));
    const { rules } = table;
    for (let start = 0, end = 0; start < rules.length; start = end) {
      const name = rules[start]?.chain ?? '';
      while (end < rules.length && rules[end]?.chain === name) end++;
      this.runs.set(name, { start, end, before: this.runs.get(name) });
    }
  }

  get(name: string): Chain | undefined {
    const known = this.made.get(name);
    if (known !== undefined || (!this.policies.has(name) && !this.runs.has(name))) return known;
    const chain = new Chain(this.table.name, name, this.policies.get(name), this.rulesOf(name), this.compile);
    this.made.set(name, chain);
    return chain;
  }

  private rulesOf(name: string): readonly Rule[] {
    const parts: (readonly Rule[])[] = [];
    for (let run = this.runs.get(name); run !== undefined; run = run.before)
      parts.push(this.table.rules.slice(run.start, run.end));
    return parts.length === 1 ? (parts[0] ?? []) : parts.reverse().flat();
  }
}
