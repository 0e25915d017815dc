import type { ProxyState } from '../../proxy/state.js';
import type { MakeForm } from '../rule-form.js';
import type { RuleSink } from '../rule-sink.js';
import type { Match, Rule, TableName, Target } from '../types.js';

/** Makes the chains and rules of one sync, in kube-proxy's order. */
export class SyncBuilder {
  constructor(
    readonly state: ProxyState,
    private readonly sink: RuleSink,
  ) {}

  filterChain(name: string): void {
    this.sink.chain('filter', { name });
  }

  natChain(name: string): void {
    this.sink.chain('nat', { name });
  }

  filter(chain: string, matches: readonly Match[], target: Target, servicePort?: string): void {
    this.sink.rule('filter', makeRule(chain, matches, target, servicePort));
  }

  /** Undefined if the sink takes only single rules. */
  get form(): MakeForm | undefined {
    return this.sink.form;
  }

  /** Without a target the rule only counts. */
  nat(chain: string, matches: readonly Match[], target?: Target, servicePort?: string): void {
    this.sink.rule('nat', makeRule(chain, matches, target, servicePort));
  }

  rule(table: TableName, rule: Rule): void {
    this.sink.rule(table, rule);
  }
}

function makeRule(
  chain: string,
  matches: readonly Match[],
  target: Target | undefined,
  servicePort: string | undefined,
): Rule {
  if (target === undefined) return servicePort === undefined ? { chain, matches } : { chain, matches, servicePort };
  return servicePort === undefined ? { chain, matches, target } : { chain, matches, target, servicePort };
}
