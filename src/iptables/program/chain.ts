import { append } from '../../diagnostics/extremes.js';
import type { Parting } from '../../walk/doubt.js';
import { CompiledChain } from '../../walk/compiled-chain.js';
import type { Rule as ProgramRule, Test } from '../../walk/types.js';
import type { WalkState } from '../../walk/types.js';
import type { Match, Rule, RuleSet, Table, TableName } from '../types.js';
import { ChainIndex } from './chain-index.js';

type CompileRule = (rule: Rule, chain: RuleChain, index: number) => ProgramRule;

/**
 * The chains of endpoints; in userspace mode, those that send packets to the kube-proxy process, which forwards them.
 */
function isEndpointChain(name: string): boolean {
  return /^KUBE-(?:SEP-|(?:PORTALS|NODEPORT)-(?:CONTAINER|HOST)$)/.test(name);
}

/** A chain of iptables, with an index if it has many rules. */
export class RuleChain extends CompiledChain<Rule, TableName> {
  readonly leadsToEndpoints: boolean;
  private index: ChainIndex | undefined;
  private isIndexed = false;
  private recentChecks: Int32Array | undefined;

  constructor(
    table: TableName,
    name: string,
    policy: 'ACCEPT' | 'DROP' | undefined,
    rules: readonly Rule[],
    private readonly compile: CompileRule,
  ) {
    super(table, name, policy, rules);
    this.leadsToEndpoints = isEndpointChain(name);
  }

  protected override compiledRule(rule: Rule, index: number): ProgramRule {
    return this.compile(rule, this, index);
  }

  /** The tests for one match of a rule. */
  testsOf(index: number, match: Match): readonly Test[] {
    const rule = this.rules[index];
    return rule === undefined ? [] : this.compile({ ...rule, matches: [match] }, this, index).tests;
  }

  /** The numbers of the rules that can match; undefined if all must be tested. */
  candidates(state: WalkState): readonly number[] | undefined | Parting {
    if (!this.isIndexed) {
      this.index = ChainIndex.of(this.rules);
      this.isIndexed = true;
    }
    return this.index?.candidatesOf(state);
  }

  /** How many rules, from this one on, check whether a recent list contains the client. */
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

/** The chains of one table by name. */
export interface ChainTable {
  get(name: string): RuleChain | undefined;
}

/** The tables of a rule set by name, with chains by name. Linear; of each rule, only its chain is examined. */
export function chainTables(ruleSet: RuleSet, compile: CompileRule): ReadonlyMap<TableName, ChainTable> {
  return new Map(ruleSet.tables.map((table) => [table.name, new TableChains(table, compile)]));
}

/** A chain before and after compilation: its policy if declared, its runs of rules, and the chain once compiled. */
interface Entry {
  readonly policy: RuleChain['policy'];
  /** Its first run: the number of its first rule and of the rule after its last. */
  from: number;
  to: number;
  /** The same for each further run; most chains have none. */
  more: number[] | undefined;
  chain: RuleChain | undefined;
}

function entryOf(policy: RuleChain['policy'], from: number, to: number): Entry {
  return { policy, from, to, more: undefined, chain: undefined };
}

/** Compiles chains on first use: a packet passes about a dozen of the up to hundred thousand chains of a node. */
class TableChains implements ChainTable {
  private readonly entries: ReadonlyMap<string, Entry>;

  constructor(
    private readonly table: Table,
    private readonly compile: CompileRule,
  ) {
    const entries = new Map<string, Entry>();
    for (const { name, policy } of table.chains) entries.set(name, entryOf(policy, 0, 0));
    const { rules } = table;
    for (let start = 0, end = 0; start < rules.length; start = end) {
      const name = rules[start]?.chain ?? '';
      while (end < rules.length && rules[end]?.chain === name) end++;
      const known = entries.get(name);
      if (known === undefined) entries.set(name, entryOf(undefined, start, end));
      else if (known.to === 0) Object.assign(known, { from: start, to: end });
      else (known.more ??= []).push(start, end);
    }
    this.entries = entries;
  }

  get(name: string): RuleChain | undefined {
    const entry = this.entries.get(name);
    if (entry === undefined) return undefined;
    return (entry.chain ??= new RuleChain(this.table.name, name, entry.policy, this.rulesOf(entry), this.compile));
  }

  private rulesOf({ from, to, more }: Entry): readonly Rule[] {
    const { rules } = this.table;
    const all = rules.slice(from, to);
    for (let at = 0; at < (more?.length ?? 0); at += 2) append(all, rules.slice(more?.[at], more?.[at + 1]));
    return all;
  }
}
