/** What a lint rule is. One rule is one file that exports one value of this type and one line in `registry.ts`. */
import type { Fix, Path, Range, Severity } from '../diagnostics/finding.js';
import type { ManifestObject, NodePart } from '../manifests/types.js';
import type { LintContext } from './context.js';

export type RuleCategory =
  'yaml' | 'kustomize' | 'schema' | 'api' | 'service' | 'endpoints' | 'ingress' | 'workload' | 'policy';

/**
 * A rule's page: `kubechains rules ID`, `docs/rules/` and the help in SARIF come from it; its examples are run by the
 * tests.
 */
export interface RuleDocumentation {
  /** One line, for tables: what is wrong. */
  readonly summary: string;
  /** What happens to the object or to traffic, and to whom. A paragraph or two of Markdown. */
  readonly why: string;
  /** What to do instead, in a sentence or two. */
  readonly remedy: string;
  /** When a finding may be wrong, or right and not wanted. */
  readonly falseAlarm?: string;
  /** What `--fix` does about it, if anything. */
  readonly fixes?: string;
  /** Manifests, or of rules for nodes a dump, on which the rule fires at least once. */
  readonly bad: string;
  /** The same, mended: the rule is silent. */
  readonly good: string;
  /** Where the rule comes from: a Kubernetes document, KEP, API validation or kube-proxy behaviour, with versions. */
  readonly sources: readonly string[];
  /** Command-line arguments that the examples need, such as `--service-cidr 10.96.0.0/12`. */
  readonly exampleArguments?: readonly string[];
}

/** One fault, before it is given its rule, its file and its place. */
export interface Problem {
  readonly object: ManifestObject;
  /**
   * The node at fault. Where something is missing, the place where it should be: the finding then stands at what should
   * hold it.
   */
  readonly path: Path;
  /** Which part of the node; where it is left out, a scalar's value and the key of anything else. */
  readonly part?: NodePart;
  /** The place itself, where the reader already knows it and no path leads there (syntax errors). */
  readonly range?: Range;
  readonly message: string;
  /**
   * Fields of which one is missing, where `path` is what should hold it; a misspelt one is left to
   * `schema/unknown-field`.
   */
  readonly missing?: readonly Path[];
  /** Where this one is not as bad (or worse) than the rule usually is. */
  readonly severity?: Severity;
  readonly fix?: Fix;
}

/** What the catalogue holds of every rule, whatever it looks at. */
export interface DocumentedRule {
  /** `category/what-is-wrong`; permanent. */
  readonly id: string;
  readonly severity: Severity;
  readonly documentation: RuleDocumentation;
}

export interface LintRule extends DocumentedRule {
  /**
   * Looks at the whole set; most rules go over `context.services` or another index. Never compares objects pairwise.
   */
  check(context: LintContext): Iterable<Problem>;
}
