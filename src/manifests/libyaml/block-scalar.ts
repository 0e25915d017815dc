/** Blocks of text after `|` and `>` (yaml_parser_scan_block_scalar of libyaml). */
import { isDigit, type Source } from './source.js';
import { Mistake, type Token } from './types.js';

interface Header {
  readonly isFolded: boolean;
  /** `-` removes all line breaks at the end, `+` keeps them all, without either one is kept. */
  readonly chomping: '' | '-' | '+';
  /** How much deeper than its parent the text is indented; 0 if the text itself shows it. */
  readonly increment: number;
}

/** `parent`: the indentation of the node that contains it, -1 at the top. */
export function scanBlock(source: Source, parent: number): Token {
  const start = source.at;
  const header = scanHeader(source);
  const block = new Block(source, header.increment > 0 ? Math.max(parent, 0) + header.increment : 0, parent);
  const value = block.read(header);
  return { type: 'scalar', style: 'block', start, end: Math.max(block.end, start + 1), value };
}

function scanHeader(source: Source): Header {
  const isFolded = source.code() === 0x3e;
  source.at++;
  let chomping = chompingAt(source);
  let increment = 0;
  if (isDigit(source.code())) {
    increment = source.code() - 0x30;
    if (increment === 0) throw new Mistake('found an indentation indicator equal to 0', source.at, source.at + 1);
    source.at++;
    if (chomping === '') chomping = chompingAt(source);
  }
  source.skipBlanks();
  source.skipComment();
  if (!source.isBreakOrEnd())
    throw new Mistake('did not find expected comment or line break', source.at, source.at + 1);
  return { isFolded, chomping, increment };
}

function chompingAt(source: Source): Header['chomping'] {
  const code = source.code();
  if (code !== 0x2b && code !== 0x2d) return '';
  source.at++;
  return code === 0x2b ? '+' : '-';
}

class Block {
  /** Just after the last line that is not empty. */
  end: number;
  private trailing = '';

  constructor(
    private readonly source: Source,
    private indent: number,
    private readonly parent: number,
  ) {
    this.end = source.at;
  }

  read({ isFolded, chomping }: Header): string {
    const { source } = this;
    if (source.isBreak()) source.readBreak();
    let value = '';
    let leading = '';
    let wasIndented = false;
    this.readBreaks();
    while (source.column === this.indent && !source.isEnd()) {
      const isIndented = source.isBlank();
      if (isFolded && !wasIndented && !isIndented && leading === '\n') value += this.trailing === '' ? ' ' : '';
      else value += leading;
      value += this.trailing + this.line();
      this.trailing = '';
      wasIndented = isIndented;
      leading = source.isEnd() ? '' : source.readBreak();
      this.readBreaks();
    }
    return value + (chomping === '-' ? '' : leading) + (chomping === '+' ? this.trailing : '');
  }

  private line(): string {
    const { source } = this;
    const start = source.at;
    while (!source.isBreakOrEnd()) source.at++;
    this.end = source.at;
    return source.text.slice(start, source.at);
  }

  /** Indentation and empty lines; without a digit in the header, the first line of text decides the indentation. */
  private readBreaks(): void {
    const { source } = this;
    let deepest = 0;
    for (;;) {
      while ((this.indent === 0 || source.column < this.indent) && source.code() === 0x20) source.at++;
      deepest = Math.max(deepest, source.column);
      if ((this.indent === 0 || source.column < this.indent) && source.code() === 0x09)
        throw new Mistake('found a tab where an indentation space is expected', source.at, source.at + 1);
      if (!source.isBreak()) break;
      this.trailing += source.readBreak();
    }
    if (this.indent === 0) this.indent = Math.max(deepest, this.parent + 1, 1);
  }
}
