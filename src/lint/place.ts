import type { Finding, ObjectReference, Path, Range } from '../diagnostics/finding.js';
import { sourceAt, type Json, type ManifestObject } from '../manifests/types.js';
import type { LintRule, Problem } from './rule.js';
import { valueAt } from '../manifests/values.js';

/** Adds the rule and the place to a problem. */
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

/** An object in findings; the namespace is as written. */
function referenceTo(object: ManifestObject): ObjectReference {
  return { kind: object.kind, namespace: object.namespace, name: object.name };
}

/**
 * The place of a scalar is its value; that of a mapping, sequence or item is its key or dash; that of a missing value
 * is its parent. For a built object, the place is in the file from which the value comes.
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
