import { flat, pieceLength } from '../proxy/text-pieces.js';

/** Takes the next stretch of text. */
export type Write = (text: string) => void;

/** All that `produce` writes, as one string. Only for output that fits one (about 500 MB); writers stream the rest. */
export function collect(produce: (write: Write) => void): string {
  let text = '';
  produce((next) => {
    text += next;
  });
  return text;
}

/** Something that lines are gathered for. */
export interface Gathering {
  lines: string;
}

/** Lines of several gatherings (rules of chains), each given its own in the order added. They mostly come in runs. */
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

  /** Gives each owner what is its own; these slices are views of the piece, not copies. */
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

/** Texts put together to pieces of some length, so that each does not have to be handed on. */
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
