import { yamlLibrary } from './yaml-library.js';

/** A comment in a YAML text. Line and column (from 1) are those of its `#`. */
export interface Comment {
  readonly line: number;
  readonly column: number;
  /** With its `#`. */
  readonly text: string;
  /** Whether only blanks precede it on its line. */
  readonly ownLine: boolean;
}

/**
 * The comments of a YAML text, valid or not (JSON has none). A `#` within quotes, block scalars or plain scalars is not
 * a comment. A byte order mark takes no column.
 */
export function findComments(text: string): Comment[] {
  const comments: Comment[] = [];
  let line = 1;
  let column = 1;
  let ownLine = true;
  for (const { source, type } of tokens(text)) {
    if (type === 'comment') comments.push({ line, column, text: source, ownLine });
    const newlines = source.split('\n');
    line += newlines.length - 1;
    column = (newlines.length === 1 ? column : 1) + (newlines.at(-1) ?? '').length;
    if (newlines.length > 1) ownLine = (newlines.at(-1) ?? '').trim() === '';
    else if (source.trim() !== '') ownLine = false;
  }
  return comments;
}

/**
 * The lexer's tokens that correspond to text; its markers (start of a scalar, of a document, end of a broken flow) have
 * no text.
 */
function* tokens(text: string): Generator<{ source: string; type: string | null }> {
  const { CST, Lexer } = yamlLibrary();
  let scalar = false;
  for (const source of new Lexer().lex(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)) {
    const type: string | null = scalar ? 'scalar-text' : CST.tokenType(source);
    scalar = type === 'scalar';
    if (type !== 'scalar' && type !== 'doc-mode' && type !== 'flow-error-end') yield { source, type };
  }
}
