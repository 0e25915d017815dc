import type { Finding } from '../diagnostics/finding.js';
import type { SourceText } from '../manifests/types.js';

/** A word of a line; columns count from 1, UTF-16 code units. */
export interface Word {
  readonly text: string;
  readonly column: number;
  readonly quoted: boolean;
}

/** Reads the words of one line in order. Only the first problem is kept: words after it are not reliable. */
export class LineReader {
  private position = 0;
  private found: { readonly column: number; readonly endColumn: number; readonly message: string } | undefined;

  constructor(
    readonly number: number,
    private readonly words: readonly Word[],
    private readonly endColumn: number,
  ) {}

  get problem(): { readonly column: number; readonly endColumn: number; readonly message: string } | undefined {
    return this.found;
  }

  next(): Word | undefined {
    return this.words[this.position++];
  }

  peek(): Word | undefined {
    return this.words[this.position];
  }

  /** The next word; if there is none, `''` and a problem that names what is missing. */
  take(what: string): Word {
    const word = this.next();
    if (word === undefined) this.fail(undefined, `the line ends before ${what}`);
    return word ?? { text: '', column: this.endColumn, quoted: false };
  }

  /** The next word as a whole number within bounds. */
  takeNumber(what: string, largest: number): number {
    const word = this.take(what);
    const value = /^\d{1,10}$/.test(word.text) ? Number(word.text) : NaN;
    if (value <= largest) return value;
    this.fail(word, `${what} must be a number up to ${largest}`);
    return 0;
  }

  fail(word: Word | undefined, message: string): void {
    const column = word?.column ?? this.endColumn;
    this.found ??= { column, endColumn: column + (word?.text.length ?? 0) + (word?.quoted === true ? 2 : 0), message };
  }
}

/** The rule of findings about lines that do not belong to a dump of this kind. */
type DumpRule = 'dump/not-ipset-save' | 'dump/not-ipset-list' | 'dump/not-ipvsadm';

/** Stop after this many findings: the text is obviously not such a dump. */
const mostFindings = 100;

/**
 * Passes each line that is neither empty nor a comment to `read`, and turns the problems of the readers into findings.
 * Lines end in LF or CRLF. Double quotes group words, because ipset writes comments in quotes.
 */
export function readLines(source: SourceText, rule: DumpRule, read: (line: LineReader) => void): Finding[] {
  const findings: Finding[] = [];
  let number = 0;
  for (let start = 0; start < source.text.length && findings.length < mostFindings; number++) {
    const feed = source.text.indexOf('\n', start);
    const end = feed < 0 ? source.text.length : feed;
    const problem = readLine(source.text.slice(start, end).replace(/\r$/, ''), number + 1, read);
    if (problem !== undefined) findings.push(findingOf(source, rule, number + 1, problem));
    start = end + 1;
  }
  return findings;
}

function readLine(text: string, number: number, read: (line: LineReader) => void): LineReader['problem'] {
  const line = splitWords(text, number);
  if (line.peek() === undefined || line.peek()?.text.startsWith('#') === true) return undefined;
  if (line.problem === undefined) read(line);
  return line.problem;
}

function splitWords(text: string, number: number): LineReader {
  const words: Word[] = [];
  for (const match of text.matchAll(/"([^"]*)("?)|[^\s"]+/g)) {
    const quoted = match[1] !== undefined;
    words.push({ text: match[1] ?? match[0], column: match.index + 1, quoted });
  }
  const line = new LineReader(number, words, text.length + 1);
  const control = text.search(/[^\P{Cc}\t]/u);
  if (control >= 0)
    line.fail(
      { text: ' ', column: control + 1, quoted: false },
      'there is a control character here, which a dump does not contain',
    );
  else if (text.split('"').length % 2 === 0)
    line.fail(
      words.findLast((word) => word.quoted),
      'the quote that opens here is not closed: the line was cut',
    );
  return line;
}

function findingOf(
  source: SourceText,
  rule: DumpRule,
  line: number,
  problem: NonNullable<LineReader['problem']>,
): Finding {
  return {
    rule,
    severity: 'warning',
    message: problem.message,
    file: source.name,
    range: { start: { line, column: problem.column }, end: { line, column: problem.endColumn } },
  };
}
