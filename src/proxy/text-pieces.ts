/** Small enough that the parts of a piece are still in the processor's caches when they are joined. */
export const pieceLength = 16 * 1024;

/** Lines of text, stored in larger pieces. */
export class TextPieces implements Iterable<string> {
  private readonly pieces: string[] = [];
  private open = '';

  add(line: string): void {
    this.open += line;
    if (this.open.length < pieceLength) return;
    this.pieces.push(flat(this.open));
    this.open = '';
  }

  *[Symbol.iterator](): Generator<string> {
    yield* this.pieces;
    yield this.open;
  }
}

/**
 * The same text in contiguous memory. V8 stores a concatenated string as a tree, several times the text's size, until
 * it is first indexed.
 */
export function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}
