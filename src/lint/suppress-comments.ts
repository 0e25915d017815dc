import { findComments, type Comment } from '../manifests/comments.js';
import type { SourceText } from '../manifests/types.js';
import { parseDirective, type Suppression } from './suppress-directive.js';

const marker = 'kubechains-ignore:';

/**
 * The suppressions in comments: `# kubechains-ignore: rule-id[,rule-id] reason`. After something on a line it applies
 * to that line; alone on a line, to the next line that is neither blank nor a comment.
 */
export function commentSuppressions(sources: readonly SourceText[]): Suppression[] {
  return sources.flatMap((source) => (source.text.includes(marker) ? suppressionsIn(source) : []));
}

function suppressionsIn(source: SourceText): Suppression[] {
  const next = nextContents(source.text.split('\n'));
  return findComments(source.text).flatMap((comment) => {
    const body = directiveOf(comment);
    if (body === undefined) return [];
    const start = { line: comment.line, column: comment.column };
    const range = { start, end: { line: comment.line, column: comment.column + comment.text.trimEnd().length } };
    return [
      {
        file: source.name,
        range,
        ...parseDirective(body),
        line: comment.ownLine ? (next[comment.line] ?? comment.line) : comment.line,
      },
    ];
  });
}

/** The text after the marker, which must begin the comment: prose that mentions it is not a suppression. */
function directiveOf({ text }: Comment): string | undefined {
  const body = text.replace(/^#+\s*/, '');
  return body.startsWith(marker) ? body.slice(marker.length) : undefined;
}

/** For each line (from 1) the first line below it that is neither blank nor a comment; undefined if there is none. */
function nextContents(lines: readonly string[]): readonly (number | undefined)[] {
  const next: (number | undefined)[] = [];
  let found: number | undefined;
  for (let line = lines.length; line >= 1; line--) {
    next[line] = found;
    if (!/^\s*(?:#|$)/.test(lines[line - 1] ?? '')) found = line;
  }
  return next;
}
