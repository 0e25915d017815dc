import { randomUUID } from 'node:crypto';
import { findEndpoints, type EndpointSpan } from './endpoint-list.js';
import type { Span } from './tree.js';
import type { Json, JsonObject } from './types.js';
import { ValueBudget } from './value-budget.js';

/** A List in which the `endpoints` of some slices are replaced by placeholders. */
interface CutJson {
  readonly value: Json;
  /** The text with placeholders in place of the lists. */
  readonly rest: string;
  readonly cuts: ReadonlyMap<Json, EndpointSpan>;
}

/**
 * Reads a List (`kubectl get services,endpointslices -o json`) without parsing the common form of endpoints: their
 * lists are cut out of the text, and only the rest is parsed. Undefined if this is not possible; the text must then be
 * parsed as usual.
 *
 * The result represents the same value as the text. A list is cut only after a key `"endpoints"` that follows `{` or
 * `,`: its quotes are not escaped, so within a string they would end it, and the rest could not be parsed. The author
 * of the text cannot guess the placeholders, and each must be found as the endpoints of a slice in a List.
 */
export function readCutJson(text: string, span: Span, budget = new ValueBudget()): CutJson | undefined {
  const mark = randomUUID();
  const { rest, found } = cutEndpoints(text, span, mark);
  if (found.length === 0 || budget.refuse(rest, { start: 0, end: rest.length }) !== undefined) return undefined;
  const value = parsed(rest);
  const cuts = new Map<Json, EndpointSpan>();
  for (const item of itemsOf(value)) {
    const cut = cutOf(item, mark, found);
    if (cut !== undefined) cuts.set(item, cut);
  }
  return value === undefined || cuts.size !== found.length ? undefined : { value, rest, cuts };
}

const key = '"endpoints"';

function cutEndpoints(
  text: string,
  span: Span,
  mark: string,
): { readonly rest: string; readonly found: readonly EndpointSpan[] } {
  const found: EndpointSpan[] = [];
  const kept: string[] = [];
  let from = span.start;
  for (let at = text.indexOf(key, from); at !== -1 && at < span.end; at = text.indexOf(key, at)) {
    const cut = endpointsAfter(text, at);
    at += key.length;
    if (cut === undefined) continue;
    kept.push(text.slice(from, cut.start), `"${mark}${found.length}"`);
    from = at = cut.end;
    found.push(cut);
  }
  kept.push(text.slice(from, span.end));
  return { rest: kept.join(''), found };
}

function endpointsAfter(text: string, at: number): EndpointSpan | undefined {
  if (!beginsKey(text, at)) return undefined;
  const colon = afterSpace(text, at + key.length);
  return text.charCodeAt(colon) === 0x3a ? findEndpoints(text, afterSpace(text, colon + 1)) : undefined;
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

function beginsKey(text: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && isSpace(text.charCodeAt(before))) before--;
  return text.charCodeAt(before) === 0x2c || text.charCodeAt(before) === 0x7b;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function itemsOf(value: Json | undefined): readonly Json[] {
  const { kind, items } = (value ?? {}) as JsonObject;
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items) ? (items as readonly Json[]) : [];
}

/** An item without a kind is copied when it gets one, so that it can no longer be found by identity. */
function cutOf(item: Json, mark: string, found: readonly EndpointSpan[]): EndpointSpan | undefined {
  const { apiVersion, kind, endpoints } = (item ?? {}) as JsonObject;
  if (
    kind !== 'EndpointSlice' ||
    typeof apiVersion !== 'string' ||
    typeof endpoints !== 'string' ||
    !endpoints.startsWith(mark)
  )
    return undefined;
  return found[Number(endpoints.slice(mark.length))];
}
