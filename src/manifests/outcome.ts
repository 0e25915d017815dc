import type { Path } from '../diagnostics/finding.js';
import { quote } from '../diagnostics/quote.js';
import type { EndpointSpan } from './endpoint-list.js';
import type { SourceNode, Span } from './tree.js';
import type { Json } from './types.js';

/** Levels of nesting that are read: real objects stay below 60, and everything downstream may recurse this deep. */
export const deepest = 200;

/** Something wrong with a text, by offsets into it. */
export interface TextProblem extends Span {
  readonly rule: 'yaml/syntax' | 'yaml/duplicate-key';
  readonly message: string;
  /** The node at fault within the document, where there is one. */
  readonly path?: Path;
  /** Where the same thing stands first, whose line the finding names. */
  readonly first?: number;
}

/** What came of reading one document. `value` is undefined where its syntax is broken. */
export interface ReadOutcome {
  readonly value: Json | undefined;
  readonly problems: readonly TextProblem[];
  /** Where the nodes are, if it was asked for. */
  readonly tree?: SourceNode | undefined;
  /** Objects of which the endpoints are left in the text. */
  readonly cuts?: ReadonlyMap<Json, EndpointSpan> | undefined;
}

export function syntaxProblem(start: number, end: number, message: string): TextProblem {
  return { rule: 'yaml/syntax', start, end: Math.max(end, start), message };
}

/** A key of a mapping at its second place; `first` is where the first one begins. */
export function duplicateKey(key: string, second: Span, first: number, path: Path): TextProblem {
  const message =
    `The key ${quote(key)} is set twice in one mapping: kubectl silently keeps the last, ` +
    'strict readers refuse the object; remove one of the two';
  return { rule: 'yaml/duplicate-key', ...second, message, path, first };
}

/**
 * Keys that are set twice, with one problem for each object that begins without `---` before it: all its fields are
 * set twice then, apiVersion and kind among them.
 */
export function withoutSecondObjects(problems: readonly TextProblem[]): readonly TextProblem[] {
  const atTop = (problem: TextProblem, name: string): boolean => problem.path?.length === 1 && problem.path[0] === name;
  const versions = problems.filter((problem) => atTop(problem, 'apiVersion'));
  if (versions.length === 0 || !problems.some((problem) => atTop(problem, 'kind'))) return problems;
  const message =
    'A second object begins in this document, so that of fields that both have only the last counts; put --- before it';
  return [
    ...versions.map((problem) => ({ ...problem, message })),
    ...problems.filter(({ path }) => path?.length !== 1),
  ];
}

/** Sets a key that comes from input: `__proto__` becomes a property like any other. */
export function setKey(target: Record<string, Json>, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else target[key] = value;
}
