import { compareText } from './words.js';

/** How bad a finding is. `error`: the API server rejects the object, or no traffic can flow. */
export type Severity = 'error' | 'warning' | 'info';

/** A place in a text. Lines and columns count from 1; columns count UTF-16 code units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A range of text; `end` is the position just after its last character. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A path from an object's root to a node, e.g. `['spec', 'ports', 0, 'name']`. */
export type Path = readonly (string | number)[];

/** The object a finding is about. `namespace` is `''` for cluster-scoped objects. */
export interface ObjectReference {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A change to a file's text that is part of a fix: replaces the text between two offsets. */
export interface TextEdit {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly text: string;
}

/** An unambiguous fix: a description and its edits. */
export interface Fix {
  readonly description: string;
  readonly edits: readonly TextEdit[];
}

/** One problem in the input: what is wrong, where, and what to do. */
export interface Finding {
  /** The rule's name in the catalogue: `category/what-is-wrong`. */
  readonly rule: string;
  readonly severity: Severity;
  /** One sentence, without a trailing location. */
  readonly message: string;
  readonly file: string;
  readonly range: Range;
  readonly object?: ObjectReference;
  /** The path of the faulty node within the object. */
  readonly path?: Path;
  readonly fix?: Fix;
}

/**
 * A path as the API server and kubectl write it: `spec.ports[0].name`. Keys that are not identifiers are quoted in
 * brackets.
 */
export function formatPath(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${JSON.stringify(part)}]`;
  }
  return text;
}

const severityOrder: Record<Severity, number> = { error: 2, warning: 1, info: 0 };

/** Whether `severity` is `threshold` or worse. */
export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return severityOrder[severity] >= severityOrder[threshold];
}

/**
 * Orders findings for reports: by file, then line, column, rule and message. The order in which checks run does not
 * matter.
 */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    compareText(a.file, b.file) ||
    a.range.start.line - b.range.start.line ||
    a.range.start.column - b.range.start.column ||
    compareText(a.rule, b.rule) ||
    compareText(a.message, b.message)
  );
}
