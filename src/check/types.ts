/** The checks of a Service that does not answer: what each found, as `--format json` prints it. */
import type { Reason } from '../explain/types.js';

/** `unknown`: the inputs cannot show it; `todo` says what would. */
export type CheckStatus = 'ok' | 'failed' | 'unknown';

export interface CheckResult {
  /** `exists`, `endpoints` … */
  readonly id: string;
  /** What is asked, a few words. */
  readonly title: string;
  readonly status: CheckStatus;
  /** What was found, a sentence each without full stop; of what failed, with the place where there is one. */
  readonly reasons: readonly Reason[];
  /** What to do, or which command shows it; `''` where nothing is to be done. */
  readonly todo: string;
}

export interface CheckReport {
  /** `shop/web`, with `:PORT` where one port was asked for. */
  readonly service: string;
  /** The node whose rules were walked; `''` where nothing tells it. */
  readonly node: string;
  readonly source: 'dump' | 'manifests';
  /** The proxy mode's name. */
  readonly mode: string;
  /** In the order in which they are to be made. */
  readonly checks: readonly CheckResult[];
  readonly failed: number;
  readonly unknown: number;
  /** The id of the first one that failed; absent where none did. */
  readonly first?: string;
}
