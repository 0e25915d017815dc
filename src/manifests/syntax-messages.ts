import type { CST, Document, ErrorCode } from 'yaml';
import { quote } from '../diagnostics/quote.js';
import { deepest, syntaxProblem, type TextProblem } from './outcome.js';
import { yamlLibrary } from './yaml-library.js';

/** A parser's error about a text that is not YAML. */
interface ParserError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly pos: readonly [number, number];
}

const siblings =
  'is indented neither like the lines above it nor deeper than their parent: line it up with its siblings';

/** The most that the library is given: it needs some 400 bytes for each token, and a large multiple of the text. */
const mostTokens = 200_000;

/**
 * The first mistake that the package `yaml` finds in a text which Kubernetes' reader refuses, in words; undefined if
 * it finds none, or if the text is too large for it.
 */
export function explainByLibrary(text: string): TextProblem | undefined {
  const conflict = /^<{7} .*$/m.exec(text);
  if (conflict !== null) return mergeConflict(conflict);
  const errors = documentsOf(text).flatMap((document) => document.errors);
  const [first] = errors.filter(({ message }) => !isTaken(message)).sort((a, b) => a.pos[0] - b.pos[0]);
  return first && explainSyntaxError(text, first);
}

/** The first line of a merge conflict, as git leaves it in a file. */
function mergeConflict({ 0: line, index }: RegExpExecArray): TextProblem {
  return syntaxProblem(
    index,
    index + line.trimEnd().length,
    'A merge conflict is left in the file: keep one of its two sides, and remove the lines of "<", "=" and ">".',
  );
}

/** Accepted by Kubernetes' reader: comments without a blank before them, and brackets that are indented less. */
function isTaken(message: string): boolean {
  return message.startsWith('Comments must be separated') || /^Flow (?:map|sequence) in block/.test(message);
}

/** Nesting that is too deep is found before anything recurses. */
function documentsOf(text: string): Document.Parsed[] {
  const { Composer, Lexer, Parser } = yamlLibrary();
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let count = 0;
  // A carriage return alone ends a line, too.
  for (const source of new Lexer().lex(text.replace(/\r(?!\n)/g, '\n'))) {
    for (const token of parser.next(source)) tokens.push(token);
    if (parser.stack.length > deepest || ++count > mostTokens) return [];
  }
  for (const token of parser.end()) tokens.push(token);
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, merge: false, logLevel: 'silent' });
  return [...composer.compose(tokens)] as Document.Parsed[];
}

/** A parser's error in a manifest author's words, at the place where reading stops. */
function explainSyntaxError(text: string, error: ParserError): TextProblem {
  const [start, end] = error.pos;
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return syntaxProblem(
        start,
        start + 1,
        'A tab indents this line, and YAML takes only spaces there: replace the tab by spaces.',
      );
    case 'MISSING_CHAR':
      return missingCharacter(text, error);
    case 'MULTILINE_IMPLICIT_KEY':
      return multilineKey(text, start, end);
    case 'BLOCK_AS_IMPLICIT_KEY':
      return error.message.includes('sequence') ? misaligned(text, start, siblings) : nestedMapping(text, start, end);
    case 'BAD_INDENT':
      return badIndent(text, error);
    case 'BAD_SCALAR_START':
      return syntaxProblem(start, end, badStart(text, start));
    case 'BAD_DQ_ESCAPE':
      return syntaxProblem(
        start,
        end,
        `${quote(text.slice(start, start + 2))} is not an escape in YAML's double quotes: ` +
          'write \\\\ for a backslash, or use single quotes.',
      );
    case 'BAD_ALIAS':
      return syntaxProblem(
        start,
        end,
        'A * or & here makes YAML expect the name of an anchor: put the value in quotes.',
      );
    case 'KEY_OVER_1024_CHARS':
      return syntaxProblem(start, end, 'A key is longer than 1024 characters, which YAML does not allow.');
    case 'RESOURCE_EXHAUSTION':
      return syntaxProblem(start, end, 'The document is nested too deeply to be read.');
    default:
      return unexpected(text, error);
  }
}

function missingCharacter(text: string, error: ParserError): TextProblem {
  const [start, end] = error.pos;
  const closing = /closing (["'])quote/.exec(error.message)?.[1];
  if (closing !== undefined) return unclosedQuote(text, start, closing);
  if (error.message.startsWith('Implicit map keys')) {
    return syntaxProblem(
      start,
      end,
      `${quote(firstLine(text, start))} is where a key and a colon are expected: write it as "key: value", ` +
        'or indent it as part of the value above.',
    );
  }
  if (error.message.startsWith('Sequence item'))
    return misaligned(
      text,
      start,
      'is indented like the items of the list above, but is none: begin it with "- ", or line it up with the keys',
    );
  if (error.message.includes('between flow')) return brokenFlow(text, start, end);
  return syntaxProblem(start, end, `Invalid YAML: ${uncapitalized(error.message)}.`);
}

/** A value that begins with a bracket but is not a list or mapping, such as `{name} of x` or `[a b]: c`. */
function brokenFlow(text: string, start: number, end: number): TextProblem {
  const opening = openBracket(text, start);
  const what = text.charAt(opening) === '[' ? 'a list' : 'a mapping';
  return syntaxProblem(
    start,
    end,
    `${quote(firstLine(text, opening))} opens ${what}, and a comma or colon is missing before ` +
      `${quote(firstLine(text, start))}: put the value in quotes if it is text, or fill the template in first.`,
  );
}

/** The innermost open bracket at an offset, judged from its line and the lines before. */
function openBracket(text: string, offset: number): number {
  let depth = 0;
  for (let at = offset - 1; at >= Math.max(0, offset - 1000); at--) {
    const character = text.charAt(at);
    if (character === '}' || character === ']') depth++;
    else if ((character === '{' || character === '[') && depth-- === 0) return at;
  }
  return offset;
}

/** Text after the end of a value: after its closing quote or bracket. */
function afterValue(text: string, start: number, end: number): TextProblem {
  const from = indentedStart(text, start);
  const value = text
    .slice(from, start)
    .trim()
    .replace(/^(?:- *)*(?:[^\s"'{[]+: +)?/, '');
  const ended = /["']$/.test(value) ? 'this quote' : quote(value.length > 50 ? `…${value.slice(-50)}` : value);
  return syntaxProblem(
    start,
    end,
    `The value ends with ${ended}, and ${quote(firstLine(text, start))} follows: put the whole value in one pair of ` +
      'quotes, or remove what follows.',
  );
}

/** The place where a closing quote is missing: the end of the text, or a line that cannot belong to the value. */
function unclosedQuote(text: string, at: number, quoteMark: string): TextProblem {
  const kind = quoteMark === '"' ? 'double' : 'single';
  const opened =
    text.slice(0, text.lastIndexOf(quoteMark, at - 1) + 1).split('\n').length - text.slice(0, at).split('\n').length;
  const where = opened === 0 ? 'on this line' : `${-opened} ${opened === -1 ? 'line' : 'lines'} above`;
  return syntaxProblem(
    at,
    at,
    `The ${kind} quote that opens ${where} is never closed: close it at the end of its value.`,
  );
}

/** A key over several lines: a line without its colon, or one indented too far below a plain value. */
function multilineKey(text: string, start: number, end: number): TextProblem {
  const line = firstLine(text, start);
  if (beginsLine(text, start)) {
    return syntaxProblem(
      start,
      start + line.length,
      `${quote(line)} is no "key: value", nor does it belong to the value above: ` +
        'put a colon and a space behind the key, or indent the line deeper.',
    );
  }
  const stop = keyEnd(text, start, end);
  const lineStart = indentedStart(text, stop);
  return syntaxProblem(
    lineStart,
    stop,
    `${quote(firstLine(text, lineStart))} is indented deeper than the value ${quote(line)} above, ` +
      'which holds no keys: line it up with the key of that value.',
  );
}

function nestedMapping(text: string, start: number, end: number): TextProblem {
  const stop = keyEnd(text, start, end);
  if (text.slice(start, stop).includes('\n')) return multilineKey(text, start, end);
  return syntaxProblem(
    start,
    Math.max(end, start + 1),
    `A second colon follows in ${quote(firstLine(text, start))}: put the value in quotes if it holds ": ", ` +
      'or start a new line.',
  );
}

/** The start of the line on which a multi-line plain key ends, where the parser finds the colon. */
function keyEnd(text: string, start: number, end: number): number {
  const colon = /:(?=\s|$)/g;
  colon.lastIndex = start;
  const match = colon.exec(text);
  return match === null ? end : Math.max(start, match.index);
}

function beginsLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === '';
}

/** The start of the content of the line with an offset. */
function indentedStart(text: string, offset: number): number {
  return skipBlank(text, text.lastIndexOf('\n', offset - 1) + 1);
}

function badIndent(text: string, { message, pos: [start, end] }: ParserError): TextProblem {
  if (message.includes('Flow')) {
    return syntaxProblem(
      start,
      end,
      'A list or mapping in brackets is not closed: the line above lacks its closing bracket or is not indented ' +
        'deeper than its key.',
    );
  }
  if (message.includes('Block scalar')) {
    return syntaxProblem(
      start,
      end,
      'The text of a block scalar (| or >) is indented by tabs or not at all: indent it with spaces, ' +
        'deeper than its key.',
    );
  }
  return misaligned(text, start, siblings);
}

/** The parser reports the end of the previous line; people look for the line with the wrong indentation. */
function misaligned(text: string, from: number, what: string): TextProblem {
  const start = skipBlank(text, from);
  return syntaxProblem(start, start + 1, `${quote(firstLine(text, start))} ${what}.`);
}

/** Skips blanks, line breaks and comments. */
function skipBlank(text: string, from: number): number {
  const blank = /(?:[ \t\r\n]|#[^\n]*(?:\n|$))*/y;
  blank.lastIndex = from;
  blank.test(text);
  return Math.min(blank.lastIndex, Math.max(from, text.length - 1));
}

function badStart(text: string, start: number): string {
  const character = text.charAt(start);
  return `A plain value cannot begin with ${quote(character)}: put the value in quotes.`;
}

function unexpected(text: string, error: ParserError): TextProblem {
  const [start, end] = error.pos;
  const line = firstLine(text, start);
  if (line.startsWith('{{') || text.slice(Math.max(0, start - 2), start + 2).includes('{{')) {
    return syntaxProblem(
      start,
      end,
      'This is a template expression {{ … }}, not YAML: render the template first (helm template).',
    );
  }
  if (error.message.includes('at node end') && line !== '') return afterValue(text, start, end);
  return syntaxProblem(
    start,
    end,
    `${line === '' ? 'The end of a line' : quote(line)} does not belong here: ` +
      `${uncapitalized(error.message.replace(/: "[^]*$/, ''))}.`,
  );
}

function firstLine(text: string, start: number): string {
  const end = text.indexOf('\n', start);
  const line = text.slice(start, Math.min(end === -1 ? text.length : end, start + 1000)).trim();
  return line.length > 50 ? `${line.slice(0, 50)}…` : line;
}

function uncapitalized(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
