/**
 * The interface of node rules. Each rule is one file that exports one value of this type, and one line in
 * `registry.ts`.
 */
import type { Severity } from '../diagnostics/finding.js';
import type { DocumentedRule } from '../lint/rule.js';
import type { DumpPlace, NodeContext } from './context.js';

/** One problem, before its rule is added. */
export interface NodeProblem {
  readonly place: DumpPlace;
  readonly message: string;
  /** Set if the severity differs from the rule's default. */
  readonly severity?: Severity;
  /** The Service it is about, so that settings can accept the finding by name. */
  readonly service?: { readonly namespace: string; readonly name: string } | undefined;
}

export interface NodeRule extends DocumentedRule {
  /** Checks one node. Must take time proportional to the rules, so no pairwise comparison. */
  check(context: NodeContext): Iterable<NodeProblem>;
}
