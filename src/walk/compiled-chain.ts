import type { Parting } from './doubt.js';
import type { Chain, Rule, WalkState } from './types.js';

/**
 * A chain in some rule language; each rule is compiled when a packet first reaches it. `Table` is the name of its group
 * of chains.
 */
export abstract class CompiledChain<Source, Table extends string = string> implements Chain {
  private readonly compiled: (Rule | undefined)[];

  constructor(
    readonly table: Table,
    readonly name: string,
    readonly policy: 'ACCEPT' | 'DROP' | undefined,
    readonly rules: readonly Source[],
  ) {
    this.compiled = new Array<Rule | undefined>(rules.length);
  }

  rule(index: number): Rule | undefined {
    const before = this.compiled[index];
    const rule = this.rules[index];
    if (before !== undefined || rule === undefined) return before;
    return (this.compiled[index] = this.compiledRule(rule, index));
  }

  protected abstract compiledRule(rule: Source, index: number): Rule;

  abstract candidates(state: WalkState): readonly number[] | undefined | Parting;
}
