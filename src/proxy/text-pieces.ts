/** Small enough that a piece's parts are still at hand (in the processor's caches) when they are put together. */
export const pieceLength = 16 * 1024;

/** Lines, kept as larger pieces of text. */
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
 * The same text in one stretch of memory. V8 keeps what was put together from parts as a tree of them, several times
 * the text's size, until it is first read by position.
 */
export function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}
