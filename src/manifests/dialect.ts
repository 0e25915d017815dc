/**
 * Finds YAML that Kubernetes' parser (sigs.k8s.io/yaml, based on go-yaml v2's port of libyaml) rejects although others
 * accept it.
 */
import type { CST } from 'yaml';
import { quote } from '../diagnostics/quote.js';
import { syntaxProblem, type TextProblem } from './outcome.js';

/** The lexer's marker before a plain or block scalar; it has no text. */
const scalarMark = '\u001f';

/**
 * Checks the lexer's tokens of a document in order, and keeps the first one that Kubernetes would reject. The rules are
 * those of yaml_parser_fetch_next_token and the scan functions of go-yaml v2.
 */
export class DialectCheck {
  problem: TextProblem | undefined;
  /**
   * Whether a key may begin here: at the start of lines, and after `-` and `?`. A tab is not allowed as a blank there.
   */
  private awaitsKey = true;
  private flowDepth = 0;
  private isScalar = false;
  private header: string | undefined;
  private lineStart = 0;
  /** The column of the entries to which the last entry belongs. */
  private column = 0;
  /** Whether only blanks have followed a plain scalar, of which they may still be a part. */
  private isBehindPlain = false;

  constructor(private readonly typeOf: (source: string) => ReturnType<typeof CST.tokenType>) {}

  /** `offset`: the start of the token. Linear in its length. */
  next(source: string, offset: number): void {
    if (this.problem !== undefined) return;
    if (this.isScalar) {
      this.isScalar = false;
      this.problem = this.scalarProblem(source, offset);
      this.awaitsKey = this.header !== undefined;
      this.isBehindPlain = this.header === undefined;
      this.header = undefined;
    } else if (source === scalarMark) {
      this.beginToken(offset);
      this.isScalar = true;
    } else this.problem = this.read(source, offset);
  }

  private read(source: string, offset: number): TextProblem | undefined {
    switch (this.typeOf(source)) {
      case 'space':
        return this.awaitsKey && this.flowDepth === 0 ? this.blanksProblem(source, offset) : undefined;
      case 'newline':
        this.awaitsKey = true;
        this.lineStart = offset + source.length;
        return undefined;
      case 'seq-item-ind':
      case 'explicit-key-ind':
        this.awaitsKey = true;
        this.isBehindPlain = false;
        return undefined;
      case 'comment':
        this.isBehindPlain = false;
        return undefined;
      case 'doc-mode':
      case 'byte-order-mark':
        return undefined;
      default:
        this.beginToken(offset);
        this.awaitsKey = this.isBehindPlain = false;
        return this.readToken(source, offset);
    }
  }

  /** A token where a key may begin determines the column of its mapping. */
  private beginToken(offset: number): void {
    if (this.awaitsKey && this.flowDepth === 0) this.column = offset - this.lineStart;
  }

  /** After a plain scalar, blanks indented deeper than its mapping still belong to it. */
  private blanksProblem(source: string, offset: number): TextProblem | undefined {
    const tab = source.indexOf('\t');
    const isOwn = this.isBehindPlain && offset + tab - this.lineStart > this.column;
    return tab === -1 || isOwn ? undefined : tabProblem(offset + tab);
  }

  private readToken(source: string, offset: number): TextProblem | undefined {
    switch (this.typeOf(source)) {
      case 'flow-map-start':
      case 'flow-seq-start':
        this.flowDepth++;
        return undefined;
      case 'flow-map-end':
      case 'flow-seq-end':
        this.flowDepth--;
        return undefined;
      case 'block-scalar-header':
        this.header = source;
        return undefined;
      case 'anchor':
        return nameProblem(source, offset);
      case 'double-quoted-scalar':
        return doubleQuotedProblem(source, offset);
      case 'single-quoted-scalar':
        return /^'(?:[^']|'')*'$/.test(source) ? undefined : unclosed(offset);
      default:
        return undefined;
    }
  }

  private scalarProblem(source: string, offset: number): TextProblem | undefined {
    if (this.header !== undefined) return blockProblem(this.header, source, offset);
    const tab = source.search(/\n\t/);
    if (tab !== -1) return tabProblem(offset + tab + 1);
    if (this.flowDepth === 0 || !/^[?:]/.test(source)) return undefined;
    return syntaxProblem(
      offset,
      offset + 1,
      `Within brackets, ${quote(source.charAt(0))} begins no text for Kubernetes' reader: put the value in quotes.`,
    );
  }
}

function tabProblem(offset: number): TextProblem {
  return syntaxProblem(
    offset,
    offset + 1,
    "A tab is where a line or an item begins, and Kubernetes' reader takes only spaces there: replace the tab by " +
      'spaces, or remove it from an empty line.',
  );
}

/** yaml_parser_scan_anchor */
function nameProblem(source: string, offset: number): TextProblem | undefined {
  return /^&[0-9A-Za-z_-]+$/.test(source)
    ? undefined
    : syntaxProblem(
        offset,
        offset + source.length,
        `The name of an anchor may contain only letters, digits, - and _; ${quote(source)} has others: put the value ` +
          'in quotes if text is meant.',
      );
}

function doubleQuotedProblem(source: string, offset: number): TextProblem | undefined {
  if (!/^"(?:[^"\\]|\\[^])*"$/.test(source)) return unclosed(offset);
  const escape = /^(?:[^\\]|\\[^/])*?\\\//.exec(source);
  if (escape === null) return undefined;
  const end = offset + escape[0].length;
  return syntaxProblem(end - 2, end, 'Kubernetes\' reader does not know the escape "\\/": write the slash alone.');
}

function unclosed(offset: number): TextProblem {
  return syntaxProblem(
    offset,
    offset + 1,
    'The quote that opens here is never closed: close it at the end of its value.',
  );
}

/**
 * yaml_parser_scan_block_scalar_breaks: a tab is rejected within the text's indentation, and until the indentation is
 * known.
 */
function blockProblem(header: string, source: string, offset: number): TextProblem | undefined {
  let indent = /[1-9]/.test(header) ? Infinity : 0;
  let start = 0;
  for (const line of source.split('\n')) {
    const blanks = line.length - line.replace(/^ +/, '').length;
    const isTab = line.charAt(blanks) === '\t';
    if (isTab && (indent === 0 || (indent !== Infinity && blanks < indent))) {
      return syntaxProblem(
        offset + start + blanks,
        offset + start + blanks + 1,
        'A tab indents this line of a block of text, and YAML takes only spaces there: replace the tab by spaces.',
      );
    }
    if (indent === 0 && blanks < line.replace(/\r$/, '').length) indent = blanks;
    start += line.length + 1;
  }
  return undefined;
}
