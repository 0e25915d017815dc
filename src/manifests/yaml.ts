import { interpret } from './interpret.js';
import { parseDocument } from './libyaml/parser.js';
import { Mistake, type YamlNode } from './libyaml/types.js';
import { explainMistake } from './mistake-messages.js';
import { deepest, syntaxProblem, type ReadOutcome, type TextProblem } from './outcome.js';
import { explainByLibrary } from './syntax-messages.js';
import type { Span } from './tree.js';

/**
 * The largest document for the full parser, which needs some hundred bytes for each byte of text. The largest object
 * that etcd stores has 1.5 MB; the fast parser and JSON are for long Lists.
 */
const largest = 8 * 1024 * 1024;

/** The same in tokens: a megabyte of `[1,1,…` has a million. */
const mostTokens = 1_000_000;

/** Characters that Kubernetes' reader refuses anywhere. */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const forbidden = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/**
 * Reads one YAML document as Kubernetes' own reader does (sigs.k8s.io/yaml, over go-yaml v2's port of libyaml),
 * with all of YAML: the text between two document markers, the leading one included. Text after the value, which
 * Kubernetes does not read, is refused. Never throws; problems carry offsets into the whole text.
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
  const chunk = text.slice(span.start, span.end);
  const bad = forbidden.exec(chunk);
  if (bad !== null) return failed(syntaxProblem(bad.index, bad.index + 1, controlCharacter(bad[0])), span.start);
  try {
    return readChunk(chunk, span.start);
  } catch {
    return failed(syntaxProblem(0, 1, 'The document cannot be read: it is too large or too intricate.'), span.start);
  }
}

function readChunk(chunk: string, shift: number): ReadOutcome {
  const read = parse(chunk);
  if (read instanceof Mistake) return failed(explain(chunk, read), shift);
  return read === undefined ? { value: null, problems: [] } : interpret(read, shift);
}

function parse(chunk: string): YamlNode | Mistake | undefined {
  try {
    return parseDocument(chunk, { depth: deepest, tokens: mostTokens });
  } catch (error) {
    if (error instanceof Mistake) return error;
    throw error;
  }
}

/** In words for people: if another parser refuses the text as well, it gives a better place than libyaml. */
function explain(chunk: string, mistake: Mistake): TextProblem {
  const { problem, start } = mistake;
  if (problem === 'too many tokens') return syntaxProblem(0, 1, tooManyTokens);
  if (problem === 'nested too deep')
    return explainByLibrary(chunk.slice(0, chunk.lastIndexOf('\n', start - 1) + 1)) ?? nestedTooDeep(start);
  const other = explainByLibrary(chunk);
  const isVague = problem === 'text behind the document' && other?.message.startsWith('The value ends with') !== true;
  return other === undefined || isVague ? explainMistake(chunk, mistake) : other;
}

const tooManyTokens = `The document is not plain YAML throughout (it has anchors, tags or mistakes), and such are read up to ${mostTokens} tokens, far more than an object that etcd stores has: split it, or leave it out.`;

function nestedTooDeep(offset: number): TextProblem {
  return syntaxProblem(offset, offset + 1, `Nested more than ${deepest} levels deep, which no Kubernetes object is.`);
}

function failed(problem: TextProblem, shift: number): ReadOutcome {
  return { value: undefined, problems: [{ ...problem, start: problem.start + shift, end: problem.end + shift }] };
}

function controlCharacter(character: string): string {
  const code = character.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase();
  return `The control character U+${code} is in the text, which no YAML reader accepts: remove it, or write it as an escape in double quotes.`;
}
