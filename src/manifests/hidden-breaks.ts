import type { TextProblem } from './outcome.js';
import type { Span } from './tree.js';

const names: Readonly<Record<string, string>> = {
  '\r': 'A carriage return without a line feed',
  '\u0085': 'U+0085',
  '\u2028': 'U+2028',
  '\u2029': 'U+2029',
};
const hidden = /[\u0085\u2028\u2029]|\r(?!\n)/;

/**
 * The first character of a document that ends a line for Kubernetes' YAML parser (is_break of go-yaml) but not for
 * editors, diffs and YAML 1.2. Text after it in a comment is applied although reviewers do not see it. Undefined if
 * there is none.
 */
export function hiddenBreak(text: string, { start, end }: Span): TextProblem | undefined {
  // Only this document is searched, because a text may contain very many.
  const found = hidden.exec(text.slice(start, end));
  if (found === null) return undefined;
  return {
    rule: 'yaml/syntax',
    start: start + found.index,
    end: start + found.index + 1,
    message: `${names[found[0]] ?? ''} is here: Kubernetes' YAML reader takes it for the end of the line, which editors and diffs do not show; put a line break there, or write the character as an escape in double quotes.`,
  };
}
