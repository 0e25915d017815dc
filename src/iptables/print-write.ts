/** Takes the next stretch of text. */
export type Write = (text: string) => void;

/** All that `produce` writes, as one string. Only for output that fits one (about 500 MB); writers stream the rest. */
export function collect(produce: (write: Write) => void): string {
  let text = '';
  produce((next) => { text += next; });
  return text;
}

/** Small enough that a piece's parts are still at hand (in the processor's caches) when they are put together. */
const pieceLength = 16 * 1024;

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

/** Lines that belong to groups (rules to chains), each group's in the order added. Groups mostly come in runs. */
export class GroupedLines {
  private readonly groups = new Map<string, string>();
  private readonly runs: { readonly group: string; readonly start: number }[] = [];
  private open = '';
  private last: string | undefined;

  add(group: string, line: string): void {
    if (group !== this.last) this.beginRun(group);
    this.open += line;
  }

  /** The groups' names, in the order of their first lines. */
  names(): Iterable<string> {
    this.cut();
    return this.groups.keys();
  }

  /** All lines of a group. */
  linesOf(group: string): string {
    if (this.open !== '') this.cut();
    return this.groups.get(group) ?? '';
  }

  private beginRun(group: string): void {
    if (this.open.length >= pieceLength) this.cut();
    this.runs.push({ group, start: this.open.length });
    this.last = group;
  }

  /** Shares the open piece out among its groups; their slices are views of it, not copies. */
  private cut(): void {
    const piece = flat(this.open);
    for (const [index, { group, start }] of this.runs.entries()) {
      this.groups.set(group, (this.groups.get(group) ?? '') + piece.slice(start, this.runs[index + 1]?.start ?? piece.length));
    }
    this.runs.length = 0;
    this.open = '';
    this.last = undefined;
  }
}

/**
 * The same text in one stretch of memory. V8 keeps what was put together from parts as a tree of them, several times the text's size,
 * until it is first read by position.
 */
function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}
