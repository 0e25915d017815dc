import type { Parting } from '../../walk/doubt.js';
import { CompiledChain } from '../../walk/compiled-chain.js';
import type { Rule as ProgramRule, Test } from '../../walk/types.js';
import type { WalkState } from '../../walk/types.js';
import type { Match, Rule, RuleSet, Table, TableName } from '../types.js';
import { chainsOf } from '../table-chains.js';
import { PartOfChain } from '../part-of-chain.js';
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
    private readonly part?: PartOfChain,
  ) {
    super(table, name, policy, rules);
    this.leadsToEndpoints = isEndpointChain(name);
  }

  protected override compiledRule(rule: Rule, index: number): ProgramRule {
    return this.compile(rule, this, index);
  }

  numberOf(index: number): number {
    return this.part?.numberOf(index) ?? index + 1;
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

/** Compiles chains on first use: a packet passes about a dozen of the up to hundred thousand chains of a node. */
class TableChains implements ChainTable {
  private readonly compiled = new Map<string, RuleChain>();

  constructor(
    private readonly table: Table,
    private readonly compile: CompileRule,
  ) {}

  get(name: string): RuleChain | undefined {
    const known = this.compiled.get(name);
    const chain = known === undefined ? chainsOf(this.table).get(name) : undefined;
    if (chain === undefined) return known;
    const { rules } = chain;
    const part = this.table.whole && new PartOfChain(rules, name, this.table.whole);
    const made = new RuleChain(this.table.name, name, chain.declared?.policy, rules, this.compile, part);
    this.compiled.set(name, made);
    return made;
  }
}
