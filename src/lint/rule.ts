/**
 * The interface of lint rules. Each rule is one file that exports one value of this type, and one line in
 * `registry.ts`.
 */
import type { Fix, Path, Range, Severity } from '../diagnostics/finding.js';
import type { ManifestObject, NodePart } from '../manifests/types.js';
import type { LintContext } from './context.js';

export type RuleCategory =
  'yaml' | 'kustomize' | 'schema' | 'api' | 'service' | 'endpoints' | 'ingress' | 'workload' | 'policy';

/** A rule's page, used for `kubechains rules ID`, `docs/rules/` and the help in SARIF; tests run its examples. */
export interface RuleDocumentation {
  /** One line, for tables: what is wrong. */
  readonly summary: string;
  /** The effect on the object or on traffic, and who is affected. A paragraph or two of Markdown. */
  readonly why: string;
  /** What to do instead, in a sentence or two. */
  readonly remedy: string;
  /** When a finding may be wrong, or correct but not wanted. */
  readonly falseAlarm?: string;
  /** What `--fix` changes, if anything. */
  readonly fixes?: string;
  /** Manifests (for node rules, a dump) for which the rule has at least one finding. */
  readonly bad: string;
  /** The same, corrected: the rule has no finding. */
  readonly good: string;
  /** The source of the rule: a Kubernetes document, KEP, API validation or kube-proxy behaviour, with versions. */
  readonly sources: readonly string[];
  /** Command-line arguments that the examples need, such as `--service-cidr 10.96.0.0/12`. */
  readonly exampleArguments?: readonly string[];
}

/** One problem, before its rule, file and place are added. */
export interface Problem {
  readonly object: ManifestObject;
  /** The faulty node. If something is missing, its path: the finding's place is then its parent. */
  readonly path: Path;
  /** The part of the node; default: a scalar's value, and the key of anything else. */
  readonly part?: NodePart;
  /** The place itself, if the reader knows it and there is no path (syntax errors). */
  readonly range?: Range;
  readonly message: string;
  /**
   * Fields of which one is missing, with `path` as their parent; misspelt ones are reported by `schema/unknown-field`.
   */
  readonly missing?: readonly Path[];
  /** Set if the severity differs from the rule's default. */
  readonly severity?: Severity;
  readonly fix?: Fix;
}

/** The catalogue's data about every rule. */
export interface DocumentedRule {
  /** `category/what-is-wrong`; permanent. */
  readonly id: string;
  readonly severity: Severity;
  readonly documentation: RuleDocumentation;
}

export interface LintRule extends DocumentedRule {
  /**
   * Checks the whole set; most rules iterate over `context.services` or another index. Must not compare objects
   * pairwise.
   */
  check(context: LintContext): Iterable<Problem>;
}
