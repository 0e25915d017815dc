import type { Path, Range } from '../diagnostics/finding.js';
import { rangeOf } from './lines.js';
import { scalarAt, spanOf, type Span } from './tree.js';
import type { Json, NodePart, ScalarSource, SourceText } from './types.js';
import { readYaml } from './yaml.js';

/** A YAML or JSON text that is not a Kubernetes object (settings), with the places of its nodes. */
export interface PlainDocument {
  /** Undefined if the text cannot be read; null if it is empty. */
  readonly value: Json | undefined;
  readonly problems: readonly { readonly message: string; readonly range: Range }[];
  locate(path: Path, part?: NodePart): Range;
  scalar(path: Path): ScalarSource | undefined;
}

/** Reads a text with one document. Never throws: problems are returned. */
export function readPlain(source: SourceText): PlainDocument {
  const whole: Span = { start: source.text.charCodeAt(0) === 0xfeff ? 1 : 0, end: source.text.length };
  const { value, problems, tree = whole } = readYaml(source.text, whole);
  return {
    value,
    problems: problems.map((problem) => ({ message: problem.message, range: rangeOf(source, problem) })),
    locate: (path, part = 'value') => rangeOf(source, spanOf(tree, path, part)),
    scalar: (path) => scalarAt(tree, path),
  };
}
