import type { ObjectReference, Range } from '../diagnostics/finding.js';

/** A place where somebody accepts findings: on one line, or in one object. */
export interface Suppression {
  readonly file: string;
  /** Where the suppression itself stands. */
  readonly range: Range;
  /** Rule ids as written. */
  readonly rules: readonly string[];
  /** `''` where none is given. */
  readonly reason: string;
  /** The line whose findings are accepted; undefined: the whole object's. */
  readonly line?: number;
  readonly object?: ObjectReference;
  /** Whether a kustomization built the object, whose values may stand in other files, too. */
  readonly isBuilt?: boolean;
}

/**
 * `rule-id[,rule-id…] reason`: ids up to the first word that no comma connects, and the rest. Ids that look like none
 * are kept, so that a typing mistake is reported.
 */
export function parseDirective(text: string): { rules: readonly string[]; reason: string } {
  const [, list = '', rest = ''] = /^\s*([^\s,]+(?:\s*,\s*[^\s,]+)*)\s*,?(.*)$/su.exec(text.slice(0, 1000)) ?? [];
  return {
    rules: list === '' ? [] : list.split(',').map((id) => id.trim()),
    reason: rest.trim().replace(/^(?:--|—|–|-|:)\s*/, ''),
  };
}
