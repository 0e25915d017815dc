/** The common form from which text and Markdown are printed: blocks of words, with input text as `code`. */
import type { Graph } from './graph.js';

/** Text from input or from rules, shown unchanged. */
export interface Code {
  readonly code: string;
}
export type Phrase = string | readonly (string | Code)[];

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: Phrase }
  | { readonly kind: 'paragraph'; readonly text: Phrase }
  | { readonly kind: 'list'; readonly items: readonly Phrase[]; readonly numbered?: boolean }
  /** Reasons why something does not work: to be read first. */
  | { readonly kind: 'problems'; readonly items: readonly Phrase[] }
  | { readonly kind: 'table'; readonly header: readonly string[]; readonly rows: readonly (readonly Phrase[])[] }
  /** Details for some readers; Markdown collapses them. */
  | { readonly kind: 'details'; readonly summary: string; readonly blocks: readonly Block[] }
  | { readonly kind: 'diagram'; readonly graph: Graph };

export function code(text: string): Code {
  return { code: text };
}

/** The pieces of a phrase. */
export function piecesOf(phrase: Phrase): readonly (string | Code)[] {
  return typeof phrase === 'string' ? [phrase] : phrase;
}

/** The text without markup. */
export function plainPhrase(phrase: Phrase): string {
  return piecesOf(phrase)
    .map((piece) => (typeof piece === 'string' ? piece : piece.code))
    .join('');
}
