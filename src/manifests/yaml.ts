import type { CST, Document, Node } from 'yaml';
import { DialectCheck } from './dialect.js';
import { interpret } from './interpret.js';
import { explainSyntaxError } from './syntax-messages.js';
import { deepest, syntaxProblem, type ReadOutcome, type TextProblem } from './outcome.js';
import type { Span } from './tree.js';
import { yamlLibrary } from './yaml-library.js';

/**
 * The largest document for the full parser, which needs some hundred bytes for each byte of text. The largest object
 * that etcd stores has 1.5 MB; the fast parser and JSON are for long Lists.
 */
const largest = 8 * 1024 * 1024;

/**
 * The same limit in tokens, each of which takes about 400 bytes and two microseconds: a megabyte of `[1,1,…` has a
 * million.
 */
const mostTokens = 1_000_000;

/** Characters that no YAML parser accepts, including ours. */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const forbidden = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/**
 * Parses one YAML document with all of YAML's features: the text between two document markers, including the leading
 * one. Never throws; problems contain offsets into the whole text.
 */
export function readYaml(text: string, span: Span): ReadOutcome {
  const size = span.end - span.start;
  if (size > largest)
    return failed(
      syntaxProblem(
        0,
        1,
        `A document of ${Math.round(size / 1048576)} MB is not plain YAML throughout, and such are read up to ${largest / 1048576} MB: split it, or leave it out.`,
      ),
      span.start,
    );
  // A single carriage return ends a line, too.
  const chunk = text.slice(span.start, span.end).replace(/\r(?!\n)/g, '\n');
  const bad = forbidden.exec(chunk);
  if (bad !== null) return failed(syntaxProblem(bad.index, bad.index + 1, controlCharacter(bad[0])), span.start);
  try {
    return readChunk(chunk, span.start);
  } catch {
    return failed(syntaxProblem(0, 1, 'The document cannot be read: it is too large or too intricate.'), span.start);
  }
}

function readChunk(chunk: string, shift: number): ReadOutcome {
  const { tokens, tooDeepAt, isTooMuch, refused } = parse(chunk);
  if (isTooMuch) return failed(syntaxProblem(0, 1, tooManyTokens), shift);
  const deep = tooDeepAt ?? tooDeep(tokens);
  if (deep !== undefined) return failed(mistakeBefore(chunk, deep) ?? nestedTooDeep(deep), shift);
  const documents = [...compose(tokens)];
  const broken = firstError(chunk, documents);
  if (broken !== undefined) return failed(broken, shift);
  if (refused !== undefined) return failed(refused, shift);
  const document = documents.find(({ contents }) => contents !== null);
  if (document === undefined) return { value: null, problems: [] };
  return interpret(document.contents as Node, shift, chunk.endsWith('\n') ? undefined : chunk.length);
}

const tooManyTokens = `The document is not plain YAML throughout (it has anchors, tags or mistakes), and such are read up to ${mostTokens} tokens, far more than an object that etcd stores has: split it, or leave it out.`;

interface Parsed {
  readonly tokens: readonly CST.Token[];
  /** The offset where nesting exceeded the limit and parsing stopped. */
  readonly tooDeepAt?: number;
  readonly isTooMuch?: boolean;
  /** YAML that Kubernetes' parser rejects. */
  readonly refused?: TextProblem | undefined;
}

/** The parser's tokens, unless there are too many or they are nested too deeply: memory grows with both. */
function parse(chunk: string): Parsed {
  const { CST: pieces, Lexer, Parser } = yamlLibrary();
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  const dialect = new DialectCheck((source) => pieces.tokenType(source));
  let count = 0;
  for (const source of new Lexer().lex(chunk)) {
    dialect.next(source, parser.offset);
    for (const token of parser.next(source)) tokens.push(token);
    if (parser.stack.length > deepest + spare) return { tokens, tooDeepAt: parser.offset };
    if (++count > mostTokens) return { tokens, isTooMuch: true };
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens, refused: dialect.problem };
}

/** The parser's stack also contains the document, a scalar and similar entries. */
const spare = 5;

/** Text that is not YAML can look deeply nested: an error in earlier lines is more informative. */
function mistakeBefore(chunk: string, deep: number): TextProblem | undefined {
  const lineStart = chunk.lastIndexOf('\n', deep - 1) + 1;
  const before = parse(chunk.slice(0, lineStart));
  const problem = before.tooDeepAt === undefined ? firstError(chunk, [...compose(before.tokens)]) : undefined;
  return problem !== undefined && problem.start < lineStart ? problem : undefined;
}

function nestedTooDeep(offset: number): TextProblem {
  return syntaxProblem(offset, offset + 1, `Nested more than ${deepest} levels deep, which no Kubernetes object is.`);
}

/** Plain scalars are returned as text, and we compare keys ourselves, because Kubernetes' rules for both differ. */
function compose(tokens: Iterable<CST.Token>): Generator<Document.Parsed> {
  const { Composer } = yamlLibrary();
  return new Composer({
    schema: 'failsafe',
    uniqueKeys: false,
    keepSourceTokens: true,
    resolveKnownTags: false,
    merge: false,
    logLevel: 'silent',
  }).compose(tokens) as Generator<Document.Parsed>;
}

/** The offset where nesting exceeds the limit. The lexer and parser do not recurse, but everything after them does. */
function tooDeep(tokens: readonly CST.Token[]): number | undefined {
  const stack = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next.depth > deepest) return next.token.offset;
    const depth = next.depth + 1;
    for (const token of childTokens(next.token)) stack.push({ token, depth });
  }
  return undefined;
}

function childTokens(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value].filter((child) => child !== null && child !== undefined));
}

function firstError(chunk: string, documents: readonly Document.Parsed[]): TextProblem | undefined {
  const errors = documents.flatMap((document) => document.errors).sort((a, b) => a.pos[0] - b.pos[0]);
  return errors[0] && explainSyntaxError(chunk, errors[0]);
}

function failed(problem: TextProblem, shift: number): ReadOutcome {
  return { value: undefined, problems: [{ ...problem, start: problem.start + shift, end: problem.end + shift }] };
}

function controlCharacter(character: string): string {
  const code = character.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase();
  return `The control character U+${code} is in the text, which no YAML reader accepts: remove it, or write it as an escape in double quotes.`;
}
