import { findComments, type Comment } from '../manifests/comments.js';
import type { SourceText } from '../manifests/types.js';
import { parseDirective, type Suppression } from './suppress-directive.js';

const marker = 'kubechains-ignore:';

/**
 * The suppressions in comments: `# kubechains-ignore: rule-id[,rule-id] reason`. Behind something it is about its own
 * line; on a line of its own, about the next line that is neither blank nor a comment.
 */
export function commentSuppressions(sources: readonly SourceText[]): Suppression[] {
  return sources.flatMap((source) => (source.text.includes(marker) ? suppressionsIn(source) : []));
}

function suppressionsIn(source: SourceText): Suppression[] {
  const lines = source.text.split('\n');
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
        line: comment.ownLine ? nextContent(lines, comment.line) : comment.line,
      },
    ];
  });
}

/** What follows the marker, which begins the comment: prose that mentions it is no suppression. */
function directiveOf({ text }: Comment): string | undefined {
  const body = text.replace(/^#+\s*/, '');
  return body.startsWith(marker) ? body.slice(marker.length) : undefined;
}

function nextContent(lines: readonly string[], after: number): number {
  for (let line = after + 1; line <= lines.length; line++) {
    if (!/^\s*(?:#|$)/.test(lines[line - 1] ?? '')) return line;
  }
  return after;
}
