import type { Span } from './tree.js';

/** The documents of a YAML stream: each from one marker (`---`) to the next. Documents without content are left out. */
export function splitDocuments(text: string): Span[] {
  const spans: Span[] = [];
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let marker = nextMarker(text, start, true);
  for (;;) {
    const last = marker.at === text.length;
    const directives = onlyDirectives(text, start, marker.at);
    if (!directives && hasContent(text, start, marker.at)) spans.push({ start, end: marker.at });
    if (last) return spans;
    if (!directives) start = marker.start;
    marker = nextMarker(text, marker.next, false);
  }
}

interface Marker {
  /** The end of the document before it. */
  readonly at: number;
  /** The start of the next document: at the marker for `---`, after it for `...`. */
  readonly start: number;
  /** Where to search for the next marker. */
  readonly next: number;
}

/** Markers are at the start of a line and end a document even within block scalars and quotes. */
function nextMarker(text: string, from: number, atLineStart: boolean): Marker {
  const end = { at: text.length, start: text.length, next: text.length };
  if (atLineStart && isMarker(text, from)) return markerAt(text, from);
  for (let newline = text.indexOf('\n', from); newline !== -1; newline = text.indexOf('\n', newline + 1)) {
    if (isMarker(text, newline + 1)) return markerAt(text, newline + 1);
  }
  return end;
}

function isMarker(text: string, at: number): boolean {
  const character = text.charCodeAt(at);
  if (character !== 0x2d && character !== 0x2e) return false;
  if (text.charCodeAt(at + 1) !== character || text.charCodeAt(at + 2) !== character) return false;
  const after = text.charCodeAt(at + 3);
  return Number.isNaN(after) || after === 0x20 || after === 0x0a || after === 0x0d || after === 0x09;
}

function markerAt(text: string, at: number): Marker {
  return { at, start: text.charCodeAt(at) === 0x2e ? at + 3 : at, next: at + 3 };
}

/** Whether there is more than blank lines, comments and a single marker. */
function hasContent(text: string, start: number, end: number): boolean {
  let at = isMarker(text, start) ? start + 3 : start;
  while (at < end) {
    const character = text.charCodeAt(at);
    if (character === 0x23) at = lineEnd(text, at, end);
    else if (character > 0x20) return true;
    else at++;
  }
  return false;
}

/** `%YAML 1.1` and similar directives belong to the document after the next marker. */
function onlyDirectives(text: string, start: number, end: number): boolean {
  let found = false;
  let at = start;
  while (at < end) {
    const stop = lineEnd(text, at, end);
    const line = text.slice(at, Math.min(stop, at + 1000)).trim();
    if (line.startsWith('%')) found = true;
    else if (line !== '' && !line.startsWith('#')) return false;
    at = stop + 1;
  }
  return found;
}

function lineEnd(text: string, from: number, end: number): number {
  const newline = text.indexOf('\n', from);
  return newline === -1 || newline > end ? end : newline;
}
