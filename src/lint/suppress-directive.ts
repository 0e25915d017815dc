import type { ObjectReference, Range } from '../diagnostics/finding.js';

/** A suppression of findings, on one line or in one object. */
export interface Suppression {
  readonly file: string;
  /** The place of the suppression itself. */
  readonly range: Range;
  /** Rule ids as written. */
  readonly rules: readonly string[];
  /** `''` if none is given. */
  readonly reason: string;
  /** The line with accepted findings; undefined: the whole object. */
  readonly line?: number;
  readonly object?: ObjectReference;
  /** Whether a kustomization built the object, so that its values may be in other files, too. */
  readonly isBuilt?: boolean;
}

/**
 * `rule-id[,rule-id…] reason`: ids up to the first word without a comma before it, then the reason. Words that are not
 * valid ids are kept, so that typing mistakes are reported.
 */
export function parseDirective(text: string): { rules: readonly string[]; reason: string } {
  const [, list = '', rest = ''] = /^\s*([^\s,]+(?:\s*,\s*[^\s,]+)*)\s*,?(.*)$/su.exec(text.slice(0, 1000)) ?? [];
  return {
    rules: list === '' ? [] : list.split(',').map((id) => id.trim()),
    reason: rest.trim().replace(/^(?:--|—|–|-|:)\s*/, ''),
  };
}
