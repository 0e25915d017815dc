import type { Span } from './tree.js';

/** The documents of a YAML stream: each from one marker (`---`) to the next. Documents without content are left out. */
export function splitDocuments(text: string): Span[] {
  const spans: Span[] = [];
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let marker = nextMarker(text, start, true);
  // Whether Kubernetes drops the marker at `start`, and where the text begins that it reads by itself.
  let isDropped = false;
  let chunk = 0;
  for (;;) {
    const last = marker.at === text.length;
    const directives = onlyDirectives(text, start, marker.at);
    if ((last || !directives) && hasContent(text, start, marker.at))
      spans.push({ start: isDropped ? pastByteOrderMark(text, start) : start, end: marker.at });
    else if (isLoneEnd(text, start, marker.at)) spans.push({ start, end: marker.next });
    if (last) return spans;
    const isSeparate = text.charCodeAt(marker.at) === 0x2d && marker.at > chunk;
    if (isSeparate) chunk = pastLine(text, marker.at);
    if (!directives) [start, isDropped] = [marker.start, isSeparate];
    marker = nextMarker(text, marker.next, false);
  }
}

/**
 * Kubernetes reads the text after a separator by itself, so that a byte order mark there is dropped like one at the start
 * of a file: two files joined with a separator (k8s.io/apimachinery, YAMLReader; go-yaml, yaml_parser_determine_encoding).
 * A separator without text since the one before it stays part of the document, and so does the mark after it.
 */
function pastByteOrderMark(text: string, start: number): number {
  const next = pastLine(text, start);
  return isMarker(text, start) && text.charCodeAt(next) === 0xfeff ? next + 1 : start;
}

function pastLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline === -1 ? text.length : newline + 1;
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

/** `...` before any document does not end one: Kubernetes' reader refuses it. */
function isLoneEnd(text: string, start: number, at: number): boolean {
  return start <= 1 && text.charCodeAt(at) === 0x2e && text.charCodeAt(start) !== 0x2d;
}

/** Whether there is more than blank lines, comments and a bare marker; a tab that begins a line counts: it is refused. */
function hasContent(text: string, start: number, end: number): boolean {
  let at = isMarker(text, start) ? start + 3 : start;
  let isMarkerLine = at !== start;
  while (at < end) {
    const character = text.charCodeAt(at);
    if (character === 0x23) at = commentEnd(text, at, end);
    else if (character > 0x20 && !isSpecialBreak(character)) return true;
    else if (character === 0x09 && !isMarkerLine) return true;
    else {
      at++;
      isMarkerLine &&= character === 0x20 || character === 0x09;
    }
  }
  return false;
}

function isSpecialBreak(character: number): boolean {
  return character === 0x85 || character === 0x2028 || character === 0x2029;
}

/** `%YAML 1.1` and the like belong to the document after the next marker. */
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

/** A comment ends at any line break of YAML 1.1, including those that other formats do not have. */
function commentEnd(text: string, from: number, end: number): number {
  const anyBreak = /[\n\r\u0085\u2028\u2029]/g;
  anyBreak.lastIndex = from;
  return Math.min(anyBreak.exec(text)?.index ?? end, end);
}

function lineEnd(text: string, from: number, end: number): number {
  const newline = text.indexOf('\n', from);
  return newline === -1 || newline > end ? end : newline;
}
