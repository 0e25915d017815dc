/** The results of the checks of a Service that does not answer, in the form of `--format json`. */
import type { Reason } from '../explain/types.js';

/** `unknown`: the inputs cannot show it; `todo` says what can. */
export type CheckStatus = 'ok' | 'failed' | 'unknown';

export interface CheckResult {
  /** `exists`, `endpoints` … */
  readonly id: string;
  /** The question, in a few words. */
  readonly title: string;
  readonly status: CheckStatus;
  /** The results, one sentence each without full stop; for failures, with their place if there is one. */
  readonly reasons: readonly Reason[];
  /** What to do, or a command that shows it; `''` if nothing is needed. */
  readonly todo: string;
}

export interface CheckReport {
  /** `shop/web`, with `:PORT` if a port was requested. */
  readonly service: string;
  /** The node that was walked; `''` if unknown. */
  readonly node: string;
  readonly source: 'dump' | 'manifests';
  /** The proxy mode's name. */
  readonly mode: string;
  /** In the recommended order. */
  readonly checks: readonly CheckResult[];
  readonly failed: number;
  readonly unknown: number;
  /** The id of the first failed check; absent if none failed. */
  readonly first?: string;
}
