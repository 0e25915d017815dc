import type { Path } from '../diagnostics/finding.js';
import { groupBy } from '../diagnostics/groups.js';
import { quote } from '../diagnostics/quote.js';
import type { EndpointSpan } from './endpoint-list.js';
import type { SourceNode, Span } from './tree.js';
import type { Json } from './types.js';
import { joinWords } from '../diagnostics/words.js';

/** The deepest nesting that is read: real objects have fewer than 60 levels, and later code may recurse this deep. */
export const deepest = 200;

/** A problem in a text, with its offsets. */
export interface TextProblem extends Span {
  readonly rule: 'yaml/syntax' | 'yaml/duplicate-key';
  readonly message: string;
  /** The faulty node within the document, if there is one. */
  readonly path?: Path;
  /** The offset of the first occurrence, for the line in the message. */
  readonly first?: number;
}

/** The result of reading one document. `value` is undefined if its syntax is invalid. */
export interface ReadOutcome {
  readonly value: Json | undefined;
  readonly problems: readonly TextProblem[];
  /** The places of nodes, if requested. */
  readonly tree?: SourceNode | undefined;
  /** Objects with endpoints that were not parsed. */
  readonly cuts?: ReadonlyMap<Json, EndpointSpan> | undefined;
}

export function syntaxProblem(start: number, end: number, message: string): TextProblem {
  return { rule: 'yaml/syntax', start, end: Math.max(end, start), message };
}

/** A repeated key of a mapping; `first` is the offset of its first occurrence. */
export function duplicateKey(key: string, second: Span, first: number, path: Path): TextProblem {
  const message =
    `The key ${quote(key)} is set twice in one mapping: kubectl silently keeps the last, ` +
    'strict readers refuse the object; remove one of the two';
  return { rule: 'yaml/duplicate-key', ...second, message, path, first };
}

/** How many repeated keys of a document are reported: a hundred show that it is not a manifest. */
const mostDuplicates = 100;

/** Repeated keys of a document, with one problem for each mistake. */
export function combinedProblems(problems: readonly TextProblem[]): readonly TextProblem[] {
  return oneForEachMapping(withoutSecondObjects(problems)).slice(0, mostDuplicates);
}

/** Whether apiVersion and kind are repeated: another object begins without `---` before it. */
export function holdsSecondObject(problems: readonly TextProblem[]): boolean {
  return ['apiVersion', 'kind'].every((name) => problems.some((problem) => isAtTop(problem, name)));
}

function isAtTop({ path }: TextProblem, name: string): boolean {
  return path?.length === 1 && path[0] === name;
}

/**
 * Combines repeated keys into one problem for each object that begins without `---` before it: all its fields are then
 * repeated, including apiVersion and kind.
 */
function withoutSecondObjects(problems: readonly TextProblem[]): readonly TextProblem[] {
  if (!holdsSecondObject(problems)) return problems;
  const versions = problems.filter((problem) => isAtTop(problem, 'apiVersion'));
  const message =
    'A second object begins in this document, so that of fields that both have only the last counts; put --- before it';
  return [
    ...versions.map((problem) => ({ ...problem, message })),
    ...problems.filter(({ path }) => path?.length !== 1),
  ];
}

/** Combines the repeated keys of each mapping into one problem: an item that lost its dash repeats all its keys. */
function oneForEachMapping(problems: readonly TextProblem[]): readonly TextProblem[] {
  const groups = groupBy(problems, (problem) =>
    problem.rule === 'yaml/duplicate-key' && problem.path !== undefined
      ? JSON.stringify(problem.path.slice(0, -1))
      : problem,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const keys = [...new Set(group.map(({ path }) => quote(String(path?.at(-1)))))];
    if (first === undefined || keys.length < 2) return group;
    const message =
      `The keys ${joinWords(keys)} are set twice in one mapping: kubectl silently keeps the last of each, ` +
      'strict readers refuse the object; remove one of the two, or begin a new item with "-"';
    return [{ ...first, message }];
  });
}

/** Sets a key from input: `__proto__` becomes an ordinary property. */
export function setKey(target: Record<string, Json>, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else target[key] = value;
}
