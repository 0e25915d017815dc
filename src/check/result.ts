/** Helpers for the results of checks. */
import { placeOf } from '../explain/manifests/place.js';
import type { Reason } from '../explain/types.js';
import type { Path } from '../diagnostics/finding.js';
import type { ManifestObject } from '../manifests/types.js';
import type { CheckResult, CheckStatus } from './types.js';

interface CheckName {
  readonly id: string;
  readonly title: string;
}

/** The result of a check. `reasons`: sentences, or reasons with places. */
export function result(
  { id, title }: CheckName,
  status: CheckStatus,
  reasons: readonly (string | Reason)[],
  todo = '',
): CheckResult {
  return {
    id,
    title,
    status,
    reasons: reasons.map((one) => (typeof one === 'string' ? { message: one } : one)),
    todo,
  };
}

/** A reason with the place to change. */
export function at(message: string, object: ManifestObject, path: Path): Reason {
  return { message, ...placeOf(object, path) };
}
