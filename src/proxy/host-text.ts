/** Reads host facts from texts: files of `--host`, or output of `ip -json`. */
import { withoutByteOrderMark } from '../diagnostics/byte-order-mark.js';
import type { Json } from '../manifests/types.js';
import { mistakeInHostFacts } from './host-mistakes.js';
import { joinedFacts } from './host-parts.js';

/** The host facts in a text, or the mistake in it, as a clause. */
type HostText = { readonly facts: Json; readonly mistake?: undefined } | { readonly mistake: string };

/**
 * The host facts in a text: one JSON value, or several in sequence, as several calls of `ip -json` write them to one
 * file. Never throws.
 */
export function readHostText(text: string): HostText {
  const values = jsonValues(withoutByteOrderMark(text));
  if (typeof values === 'string') return { mistake: values };
  for (const value of values) {
    const mistake = mistakeInHostFacts(value);
    if (mistake !== undefined) return { mistake };
  }
  return { facts: joinedHostFacts(values) };
}

/** Several host facts of one node as one value. */
export function joinedHostFacts(values: readonly Json[]): Json {
  const [first] = values;
  return first === undefined || values.length > 1 ? joinedFacts(values) : first;
}

function jsonValues(text: string): Json[] | string {
  try {
    return [JSON.parse(text) as Json];
  } catch (error) {
    const parts = text.trim().split(/(?<=[\]}])\s*(?=[[{])/);
    const values = parts.length === 1 ? [] : parts.map(valueOf);
    if (values.length > 0 && values.every((value) => value !== undefined)) return values;
    return `is not JSON: ${error instanceof Error ? error.message : ''}`;
  }
}

function valueOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
