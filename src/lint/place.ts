import type { Finding, ObjectReference, Path, Range } from '../diagnostics/finding.js';
import { sourceAt, type Json, type ManifestObject } from '../manifests/types.js';
import type { LintRule, Problem } from './rule.js';
import { valueAt } from './values.js';

/** Gives a problem its rule and its place. */
export function toFinding(rule: LintRule, problem: Problem): Finding {
  return {
    rule: rule.id,
    severity: problem.severity ?? rule.severity,
    message: problem.message,
    ...(problem.range === undefined ? placeOf(problem) : { file: problem.object.source.name, range: problem.range }),
    object: referenceTo(problem.object),
    path: problem.path,
    ...(problem.fix === undefined ? {} : { fix: problem.fix }),
  };
}

/** The object as findings name it; the namespace is as written. */
export function referenceTo(object: ManifestObject): ObjectReference {
  return { kind: object.kind, namespace: object.namespace, name: object.name };
}

/**
 * A scalar stands at its value; a mapping, a sequence or an item at its key or dash; what is missing at what should
 * hold it. A value of a built object stands in the file that it comes from.
 */
function placeOf({ object, path, part }: Problem): { readonly file: string; readonly range: Range } {
  const present = presentPath(object.value, path);
  const node = valueAt(object.value, ...present);
  return {
    file: sourceAt(object, present).name,
    range: object.locate(present, part ?? (typeof node === 'object' ? 'key' : 'value')),
  };
}

function presentPath(root: Json, path: Path): Path {
  for (let length = path.length; length > 0; length--) {
    const start = path.slice(0, length);
    if (valueAt(root, ...start) !== undefined) return start;
  }
  return [];
}
