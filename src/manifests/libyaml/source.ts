/** A text as libyaml goes through it: character by character, with lines and columns. */
export class Source {
  at = 0;
  line = 0;
  private lineStart = 0;

  constructor(readonly text: string) {}

  get column(): number {
    return this.at - this.lineStart;
  }

  /** The character so many places ahead; 0 behind the end. */
  code(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead) | 0;
  }

  isEnd(): boolean {
    return this.at >= this.text.length;
  }

  isBlank(ahead = 0): boolean {
    const code = this.code(ahead);
    return code === 0x20 || code === 0x09;
  }

  isBreak(ahead = 0): boolean {
    return isBreak(this.code(ahead));
  }

  isBreakOrEnd(): boolean {
    const code = this.code();
    return code === 0 || isBreak(code);
  }

  isBlankOrEnd(ahead = 0): boolean {
    const code = this.code(ahead);
    return code === 0x20 || code === 0x09 || code === 0 || isBreak(code);
  }

  /** `---` or `...` at the beginning of a line. */
  atIndicator(character: number): boolean {
    return (
      this.column === 0 &&
      this.code() === character &&
      this.code(1) === character &&
      this.code(2) === character &&
      this.isBlankOrEnd(3)
    );
  }

  atDocumentIndicator(): boolean {
    return this.atIndicator(0x2d) || this.atIndicator(0x2e);
  }

  skipBlanks(): void {
    while (this.isBlank()) this.at++;
  }

  /** Past a comment, if one begins here, to the end of its line. */
  skipComment(): void {
    if (this.code() === 0x23) while (!this.isBreakOrEnd()) this.at++;
  }

  /** Past a line break; what it reads as: YAML 1.1 has two that stay what they are. */
  readBreak(): string {
    const code = this.code();
    this.at += code === 0x0d && this.code(1) === 0x0a ? 2 : 1;
    this.line++;
    this.lineStart = this.at;
    return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n';
  }
}

function isBreak(code: number): boolean {
  return code === 0x0a || code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029;
}

/** Letters, digits, `-` and `_`. */
export function isAlpha(code: number): boolean {
  return (
    isDigit(code) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f || code === 0x2d
  );
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/**
 * Blanks and line breaks between the words of a scalar over several lines: one line break is a space, each further one
 * stays; blanks count only where no line break follows.
 */
export class Gap {
  private blanks = '';
  private first = '';
  private breaks = '';
  /** Whether a line has ended since the last word. */
  hasBreak = false;

  /** Reads blanks and breaks; `onTab` is called for tabs at the beginning of lines. */
  read(source: Source, onTab?: () => void): void {
    for (;;) {
      if (source.isBlank()) {
        if (!this.hasBreak) this.blanks += source.text.charAt(source.at);
        else if (source.code() === 0x09) onTab?.();
        source.at++;
      } else if (source.isBreak()) this.readBreak(source);
      else return;
    }
  }

  /** A backslash takes the line break away that follows it. */
  escapeBreak(source: Source): void {
    source.readBreak();
    this.hasBreak = true;
  }

  private readBreak(source: Source): void {
    this.blanks = '';
    if (this.hasBreak) this.breaks += source.readBreak();
    else this.first = source.readBreak();
    this.hasBreak = true;
  }

  /** What it reads as; empty afterwards. */
  take(): string {
    const folded = this.first === '\n' ? this.breaks || ' ' : this.first + this.breaks;
    const text = this.hasBreak ? folded : this.blanks;
    this.blanks = this.first = this.breaks = '';
    this.hasBreak = false;
    return text;
  }
}
