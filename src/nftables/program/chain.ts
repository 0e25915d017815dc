/** Chains of nftables as the walk uses them. */
import { CompiledChain } from '../../walk/compiled-chain.js';
import type { Parting } from '../../walk/doubt.js';
import type { Chain, Rule as ProgramRule, WalkState } from '../../walk/types.js';
import type { Rule, SetElement } from '../types.js';

type CompileRule = (rule: Rule, chain: NftablesChain, index: number) => ProgramRule;

/** A chain of nftables; every rule must be tested. */
export class NftablesChain extends CompiledChain<Rule> {
  constructor(
    table: string,
    name: string,
    policy: 'ACCEPT' | 'DROP' | undefined,
    rules: readonly Rule[],
    private readonly compile: CompileRule,
    /** Whether the chain sends packets to endpoints of Services. */
    readonly leadsToEndpoints: boolean,
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

/** The entries that packets may match. */
export type Candidates = (state: WalkState) => readonly number[] | undefined | Parting;

/**
 * A chain made from one rule: each entry of the rule's map, or the conditions after its first action, is a rule of this
 * chain.
 */
export class RuleOfRules implements Chain {
  readonly policy = undefined;
  readonly table: string;
  readonly name: string;
  readonly leadsToEndpoints: boolean;

  constructor(
    readonly madeFrom: { readonly chain: Chain; readonly index: number },
    private readonly entries: readonly ProgramRule[],
    /** The map elements of the entries, in order; empty if the chain is the rest of a rule. */
    private readonly elements: readonly SetElement[],
    readonly candidates: Candidates = () => undefined,
  ) {
    this.table = madeFrom.chain.table;
    this.name = madeFrom.chain.name;
    this.leadsToEndpoints = madeFrom.chain.leadsToEndpoints === true;
  }

  rule(index: number): ProgramRule | undefined {
    return this.entries[index];
  }

  /** The map element of an entry. */
  element(index: number): SetElement | undefined {
    return this.elements[index];
  }
}
