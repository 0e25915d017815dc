import { flat, pieceLength } from '../../proxy/text-pieces.js';

/** Writes the next piece of text. */
export type Write = (text: string) => void;

/**
 * Everything that `produce` writes, as one string. Only for output shorter than the longest string (about 500 MB);
 * writers stream larger output.
 */
export function collect(produce: (write: Write) => void): string {
  let text = '';
  produce((next) => {
    text += next;
  });
  return text;
}

/** Something that collects lines. */
interface Gathering {
  lines: string;
}

/**
 * Lines of several owners (chains with their rules) in one buffer. Each owner later receives its own lines in the order
 * added; most owners add several in a row.
 */
export class SharedPiece<Owner extends Gathering> {
  private readonly runs: { readonly owner: Owner; readonly start: number }[] = [];
  private open = '';
  private last: Owner | undefined;

  add(owner: Owner, lines: string): void {
    if (owner !== this.last) this.beginRun(owner);
    this.open += lines;
  }

  private beginRun(owner: Owner): void {
    if (this.open.length >= pieceLength) this.handOut();
    this.runs.push({ owner, start: this.open.length });
    this.last = owner;
  }

  /** Gives each owner its lines. The slices are views of the buffer, not copies. */
  handOut(): void {
    const piece = flat(this.open);
    for (const [index, { owner, start }] of this.runs.entries()) {
      const lines = piece.slice(start, this.runs[index + 1]?.start ?? piece.length);
      owner.lines = owner.lines === '' ? lines : owner.lines + lines;
    }
    this.runs.length = 0;
    this.open = '';
    this.last = undefined;
  }
}

/** Joins texts into larger pieces, so that fewer are passed on. */
export function* inPieces(texts: Iterable<string>): Generator<string> {
  let open = '';
  for (const text of texts) {
    open += text;
    if (open.length < pieceLength) continue;
    yield flat(open);
    open = '';
  }
  yield open;
}
