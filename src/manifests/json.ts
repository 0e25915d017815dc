import { duplicateKey, deepest, syntaxProblem, type ReadOutcome, type TextProblem } from './outcome.js';
import { JsonFailure, scanJson } from './json-scanner.js';
import { readCutJson } from './cut-json.js';
import type { Span } from './tree.js';
import type { Json } from './types.js';
import { ValueBudget } from './value-budget.js';

/** Whether a text is meant as JSON: an object or list with the first key or item in JSON notation. */
export function looksLikeJson(text: string, span: Span): boolean {
  const first = skipSpace(text, span.start);
  const character = text.charAt(first);
  if (character === '{')
    return text.charAt(skipSpace(text, first + 1)) === '"' || text.charAt(skipSpace(text, first + 1)) === '}';
  return character === '[';
}

/** For smaller texts, cutting does not pay off. */
const smallestCut = 16 * 1024;

/** Longer JSON is written by programs, which do not repeat keys; checking would cost as much as parsing. */
const largestChecked = 4 * 1024 * 1024;

/**
 * Reads one JSON value with `JSON.parse`; undefined if the text is not JSON, so that it can be read as something else.
 * `JSON.parse` does not report repeated keys, so in texts up to 4 MB the keys in the text and in the value are counted.
 * `budget`: the total size limit of texts.
 */
export function readJson(text: string, span: Span, budget = new ValueBudget()): ReadOutcome | undefined {
  const length = span.end - span.start;
  const cut = length < smallestCut ? undefined : readCut(text, span, budget);
  if (cut !== undefined) return cut;
  const refused = budget.refuse(text, span);
  if (refused !== undefined) return { value: undefined, problems: [refused] };
  const value = parsed(text, span);
  if (value === undefined) return undefined;
  const keys = keysIn(value, 0);
  if (keys === Infinity) return { value: undefined, problems: [tooDeep(text, span)] };
  const problems: TextProblem[] = [];
  if (length <= largestChecked && keys !== keysWritten(text, span)) {
    scanJson(text, span, (...duplicate) => {
      problems.push(duplicateKey(...duplicate));
    });
  }
  return { value, problems };
}

/**
 * Leaves common endpoints, which repeat no key, in the text; undefined if there are none, or something else is wrong.
 */
function readCut(text: string, span: Span, budget: ValueBudget): ReadOutcome | undefined {
  const cut = readCutJson(text, span, budget);
  if (cut === undefined) return undefined;
  const { value, rest, cuts } = cut;
  const keys = keysIn(value, 0);
  if (
    keys === Infinity ||
    (rest.length <= largestChecked && keys !== keysWritten(rest, { start: 0, end: rest.length }))
  )
    return undefined;
  return { value, problems: [], cuts };
}

function textOf(text: string, { start, end }: Span): string {
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/**
 * Several JSON values in sequence (two outputs of `kubectl get -o json` in one file): the part of the text for each.
 */
export function splitJson(
  text: string,
  span: Span,
): { readonly spans: readonly Span[]; readonly problem?: TextProblem } {
  const spans: Span[] = [];
  let start = skipSpace(text, span.start);
  try {
    while (start < span.end) {
      const { end } = scanJson(text, { start, end: span.end }, undefined, true);
      spans.push({ start, end });
      start = skipSpace(text, end);
    }
    return { spans };
  } catch (error) {
    if (error instanceof JsonFailure)
      return { spans, problem: syntaxProblem(error.offset, error.offset + 1, error.message) };
    throw error;
  }
}

function tooDeep(text: string, span: Span): TextProblem {
  return (
    splitJson(text, span).problem ??
    syntaxProblem(span.start, span.start + 1, `Nested more than ${deepest} levels deep, which no Kubernetes object is.`)
  );
}

function parsed(text: string, span: Span): Json | undefined {
  try {
    return JSON.parse(textOf(text, span)) as Json;
  } catch {
    return undefined;
  }
}

/** The number of keys in a text that is known to be JSON. */
function keysWritten(text: string, { start, end }: Span): number {
  let keys = 0;
  for (let at = start; at < end; at++) {
    const character = text.charCodeAt(at);
    if (character === 0x22) at = closingQuote(text, at);
    else if (character === 0x3a) keys++;
  }
  return keys;
}

function closingQuote(text: string, open: number): number {
  for (let at = open + 1; ; at++) {
    const character = text.charCodeAt(at);
    if (character === 0x22) return at;
    if (character === 0x5c) at++;
  }
}

/** The number of keys in a value; Infinity if it is nested too deeply. */
function keysIn(value: Json, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth >= deepest) return Infinity;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) if (typeof item === 'object') keys += keysIn(item, depth + 1);
    return keys;
  }
  const object = value as Readonly<Record<string, Json>>;
  for (const key in object) {
    keys++;
    const child = object[key];
    if (typeof child === 'object') keys += keysIn(child, depth + 1);
  }
  return keys;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /[\s\ufeff]/.test(text.charAt(at))) at++;
  return at;
}
