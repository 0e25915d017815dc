/**
 * Splits one line into words like iptables-restore: blanks separate, double quotes group, a backslash escapes only
 * inside double quotes, and single quotes are ordinary characters. Reused for each line, so that reading a dump
 * allocates little.
 */
export class Words {
  /** The words, unquoted. Only the first `count` belong to the current line. */
  readonly texts: string[] = [];
  /** The start and end offset of each word in the text, including quotes. */
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  count = 0;
  /** Whether a quote is still open at the end of the line: the line was cut off or is not part of a dump. */
  unterminated = false;

  /** Splits `text` between the offsets `from` and `to`. */
  split(text: string, from: number, to: number): void {
    this.count = 0;
    this.unterminated = false;
    let position = from;
    while (position < to) {
      if (isBlank(text.charCodeAt(position))) position++;
      else position = this.takeWord(text, position, to);
    }
  }

  private takeWord(text: string, from: number, to: number): number {
    let position = from;
    for (; position < to; position++) {
      const code = text.charCodeAt(position);
      if (code > doubleQuote) continue;
      if (code === doubleQuote) return this.takePlainQuoted(text, from, position, to);
      if (isBlank(code)) break;
    }
    const first = text.charCodeAt(from);
    const word = first === emDash || first === enDash ? withHyphens(text.slice(from, position)) : undefined;
    this.add(word ?? text.slice(from, position), from, position);
    return position;
  }

  /** A fast path for a quoted word without escapes, as most comments are. */
  private takePlainQuoted(text: string, from: number, quote: number, to: number): number {
    const close = from === quote ? text.indexOf('"', quote + 1) : -1;
    if (close < 0 || close >= to || (close + 1 < to && !isBlank(text.charCodeAt(close + 1))))
      return this.takeQuoted(text, from, quote, to);
    const word = text.slice(quote + 1, close);
    if (word.includes('\\')) return this.takeQuoted(text, from, quote, to);
    this.add(word, from, close + 1);
    return close + 1;
  }

  private takeQuoted(text: string, from: number, quote: number, to: number): number {
    let word = text.slice(from, quote);
    let position = quote;
    let run = quote;
    let quoted = false;
    for (; position < to; position++) {
      const code = text.charCodeAt(position);
      if (code === doubleQuote || (quoted && code === backslash)) {
        word += text.slice(run, position);
        if (code === doubleQuote) quoted = !quoted;
        else position++;
        run = code === doubleQuote ? position + 1 : position;
      } else if (!quoted && isBlank(code)) break;
    }
    position = Math.min(position, to);
    this.unterminated ||= quoted;
    this.add(word + text.slice(run, position), from, position);
    return position;
  }

  private add(word: string, start: number, end: number): void {
    this.texts[this.count] = word;
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.count++;
  }
}

const [emDash, enDash] = [0x2014, 0x2013];

/** Restores `--` where a word processor or chat replaced it by a dash: `—dport`. */
function withHyphens(word: string): string {
  return /^[—–][a-z][a-z0-9-]+$/.test(word) ? `--${word.slice(1)}` : word;
}

const doubleQuote = 0x22;
const backslash = 0x5c;

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
