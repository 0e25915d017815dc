/** Chains of nftables as the walk takes them. */
import { CompiledChain } from '../../walk/compiled-chain.js';
import type { Parting } from '../../walk/doubt.js';
import type { Chain, Rule as ProgramRule, WalkState } from '../../walk/types.js';
import type { Rule, SetElement } from '../types.js';

export type CompileRule = (rule: Rule, chain: NftablesChain, index: number) => ProgramRule;

/** A chain of nftables: each of its rules has to be asked. */
export class NftablesChain extends CompiledChain<Rule> {
  constructor(
    table: string,
    name: string,
    policy: 'ACCEPT' | 'DROP' | undefined,
    rules: readonly Rule[],
    private readonly compile: CompileRule,
  ) {
    super(table, name, policy, rules);
  }

  protected override compiledRule(rule: Rule, index: number): ProgramRule {
    return this.compile(rule, this, index);
  }

  candidates(): undefined {
    return undefined;
  }
}

/** Which of its entries packets may meet. */
export type Candidates = (state: WalkState) => readonly number[] | undefined | Parting;

/** What one rule looks up in a map, or asks after it has done something: each entry as a rule of its own. */
export class RuleOfRules implements Chain {
  readonly policy = undefined;
  readonly table: string;
  readonly name: string;

  constructor(
    readonly standsFor: { readonly chain: Chain; readonly index: number },
    private readonly entries: readonly ProgramRule[],
    /** What the entries are of a map, in their order; none where they are the rest of a rule. */
    private readonly elements: readonly SetElement[],
    readonly candidates: Candidates = () => undefined,
  ) {
    this.table = standsFor.chain.table;
    this.name = standsFor.chain.name;
  }

  rule(index: number): ProgramRule | undefined {
    return this.entries[index];
  }

  /** The element that an entry stands for. */
  element(index: number): SetElement | undefined {
    return this.elements[index];
  }
}
