/**
 * The words of one line as iptables-restore splits them: blanks separate, double quotes group, and a backslash escapes
 * inside double quotes only; single quotes are ordinary characters. Reused from line to line, so that reading a dump
 * makes no garbage.
 */
export class Words {
  /** The words, unquoted. Only the first `count` are of this line. */
  readonly texts: string[] = [];
  /** Where each word starts and ends in the text, quotes included. */
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  count = 0;
  /** Whether a quote was left open at the end of the line: then the line was cut, or is none of a dump. */
  unterminated = false;

  /** Splits `text` from `from` to `to`. */
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

  /** A word that is one pair of quotes without escapes, as nearly every comment is; others the long way. */
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

/** Word processors and chats make one dash of the two hyphens of an option: `—dport`. */
function withHyphens(word: string): string {
  return /^[—–][a-z][a-z0-9-]+$/.test(word) ? `--${word.slice(1)}` : word;
}

const doubleQuote = 0x22;
const backslash = 0x5c;

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
