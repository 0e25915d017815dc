/** What a rule for nodes is. One rule is one file that exports one value of this type and one line in `registry.ts`. */
import type { Severity } from '../diagnostics/finding.js';
import type { DocumentedRule } from '../lint/rule.js';
import type { DumpPlace, NodeContext } from './context.js';

/** One fault, before it is given its rule. */
export interface NodeProblem {
  readonly place: DumpPlace;
  readonly message: string;
  /** Where this one is not as bad (or worse) than the rule usually is. */
  readonly severity?: Severity;
  /** The Service that it is about, so that settings can accept it by name. */
  readonly service?: { readonly namespace: string; readonly name: string } | undefined;
}

export interface NodeRule extends DocumentedRule {
  /** Looks at one node. In proportion to its rules; never compares them pairwise. */
  check(context: NodeContext): Iterable<NodeProblem>;
}
