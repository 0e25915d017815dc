import type { ErrorCode } from 'yaml';
import { quote } from '../diagnostics/quote.js';
import { syntaxProblem, type TextProblem } from './outcome.js';

/** What a parser says of a text that is not YAML. */
export interface ParserError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/** A parser's error in a manifest author's words, at the place where reading stops. */
export function explainSyntaxError(text: string, error: ParserError): TextProblem {
  const [start, end] = error.pos;
  switch (error.code) {
    case 'TAB_AS_INDENT': return syntaxProblem(start, start + 1, 'A tab indents this line, and YAML takes only spaces there: replace the tab by spaces.');
    case 'MISSING_CHAR': return missingCharacter(text, error);
    case 'MULTILINE_IMPLICIT_KEY': return multilineKey(text, start, end);
    case 'BLOCK_AS_IMPLICIT_KEY': return nestedMapping(text, start, end);
    case 'BAD_INDENT': return syntaxProblem(start, end, badIndent(error.message));
    case 'BAD_SCALAR_START': return syntaxProblem(start, end, badStart(text, start));
    case 'BAD_DQ_ESCAPE': return syntaxProblem(start, end, `${quote(text.slice(start, start + 2))} is no escape of YAML's double quotes: write \\\\ for a backslash, or use single quotes.`);
    case 'BAD_ALIAS': return syntaxProblem(start, end, 'A * or & here makes YAML expect the name of an anchor: put the value in quotes.');
    case 'KEY_OVER_1024_CHARS': return syntaxProblem(start, end, 'A key is longer than 1024 characters, which YAML does not allow.');
    case 'RESOURCE_EXHAUSTION': return syntaxProblem(start, end, 'The document is nested too deeply to be read.');
    default: return unexpected(text, error);
  }
}

function missingCharacter(text: string, error: ParserError): TextProblem {
  const [start, end] = error.pos;
  const closing = /closing (["'])quote/.exec(error.message)?.[1];
  if (closing !== undefined) return unclosedQuote(text, start, closing);
  if (error.message.startsWith('Implicit map keys')) {
    return syntaxProblem(start, end, `${quote(firstLine(text, start))} stands where a key and a colon are expected: write it as "key: value", or indent it as part of the value above.`);
  }
  return syntaxProblem(start, end, `Something is missing here: ${uncapitalized(error.message)}.`);
}

function unclosedQuote(text: string, at: number, quoteMark: string): TextProblem {
  const kind = quoteMark === '"' ? 'double' : 'single';
  const start = Math.min(at, text.length);
  return syntaxProblem(start, start + 1, `A ${kind} quote that was opened before is not closed here: close it on the line on which it begins.`);
}

/** A key over several lines: mostly a line that lacks its colon, or one that is indented too far below a plain value. */
function multilineKey(text: string, start: number, end: number): TextProblem {
  const stop = keyEnd(text, start, end);
  const line = firstLine(text, start);
  const message = `A key begins below ${quote(line)}, which is a value without a key or a line indented too far: give that line a colon, or line the keys up.`;
  return beginsLine(text, start) && siblingAbove(text, start) ? syntaxProblem(start, start + line.length, message) : syntaxProblem(stop, stop + 1, message);
}

function nestedMapping(text: string, start: number, end: number): TextProblem {
  const stop = keyEnd(text, start, end);
  if (text.slice(start, stop).includes('\n')) return multilineKey(text, start, end);
  return syntaxProblem(start, Math.max(end, start + 1), `A second colon follows in ${quote(firstLine(text, start))}: put the value in quotes if it holds ": ", or start a new line.`);
}

/** The line start on which a multi-line plain key ends, i.e. where the reader meets the colon that it cannot place. */
function keyEnd(text: string, start: number, end: number): number {
  const colon = /:(?=\s|$)/g;
  colon.lastIndex = start;
  const match = colon.exec(text);
  return match === null ? end : Math.max(start, match.index);
}

function beginsLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === '';
}

/** Whether a key stands at the same indentation on some earlier line, so that the mapping has begun already. */
function siblingAbove(text: string, offset: number): boolean {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const indentation = text.slice(lineStart, offset);
  const lines = text.slice(0, lineStart).split('\n');
  return lines.some((line) => line.startsWith(indentation) && /^[^\s#-].*:(\s|$)/.test(line.slice(indentation.length)));
}

function badIndent(message: string): string {
  if (message.includes('Flow')) return 'A list or mapping in brackets is not closed: the line above lacks its closing bracket or is not indented deeper than its key.';
  if (message.includes('Block scalar')) return 'The text of a block scalar (| or >) is indented by tabs or not at all: indent it with spaces, deeper than its key.';
  return 'This line is indented neither like the keys above it nor deeper than their parent: line it up with its siblings.';
}

function badStart(text: string, start: number): string {
  const character = text.charAt(start);
  return `A plain value cannot begin with ${quote(character)}: put the value in quotes.`;
}

function unexpected(text: string, error: ParserError): TextProblem {
  const [start, end] = error.pos;
  const line = firstLine(text, start);
  if (line.startsWith('{{') || text.slice(Math.max(0, start - 2), start + 2).includes('{{')) {
    return syntaxProblem(start, end, 'A template expression {{ … }} stands here, which is no YAML: render the template first (helm template).');
  }
  return syntaxProblem(start, end, `${line === '' ? 'The end of a line' : quote(line)} does not belong here: ${uncapitalized(error.message.replace(/: "[^]*$/, ''))}.`);
}

function firstLine(text: string, start: number): string {
  const end = text.indexOf('\n', start);
  const line = text.slice(start, Math.min(end === -1 ? text.length : end, start + 1000)).trim();
  return line.length > 50 ? `${line.slice(0, 50)}…` : line;
}

function uncapitalized(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
