import type { Path } from '../diagnostics/finding.js';
import type { NodePart, ScalarSource } from './types.js';

/** The places of a document's nodes, as offsets into its text. Built on first use, never while reading. */
export interface SourceNode {
  readonly start: number;
  /** Just after the node; equal to `start` for a missing value (`key:`). */
  readonly end: number;
  readonly scalar?: ScalarSource;
  readonly entries?: ReadonlyMap<string, SourceEntry>;
  readonly items?: readonly SourceItem[];
  /** The node that an alias refers to. */
  readonly target?: SourceNode;
}

export interface SourceEntry {
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly node: SourceNode;
  /** Set for entries from a merge key; their place is that of the merge key. */
  readonly merged?: boolean;
}

export interface SourceItem {
  /** The dash, or the item itself in `[a, b]`. */
  readonly start: number;
  readonly node: SourceNode;
}

/** A range of text by offsets. `line`: cut it at the end of its first line. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface Found {
  readonly node: SourceNode;
  /** The node's key or dash. */
  readonly key?: Span | undefined;
  /** The alias or merge key on the path: all nodes below have its place. */
  readonly through?: Span | undefined;
}

/**
 * The place of the node at `path`, or of its nearest ancestor. The place of a scalar is its text; that of a mapping, a
 * sequence or a missing value is its key or dash.
 */
export function spanOf(root: SourceNode, path: Path, part: NodePart): Span {
  const { node, key, through } = find(root, path, false) ?? { node: root };
  if (through !== undefined) return through;
  const whole = node.entries !== undefined || node.items !== undefined || node.start === node.end;
  if (key !== undefined && (part === 'key' || whole)) return key;
  return node;
}

/** How the scalar at `path` is written. */
export function scalarAt(root: SourceNode, path: Path): ScalarSource | undefined {
  const found = find(root, path, true);
  return found === undefined ? undefined : (found.node.target ?? found.node).scalar;
}

function find(root: SourceNode, path: Path, exactly: boolean): Found | undefined {
  let found: Found = { node: root };
  for (const part of path) {
    const next = step(found, part);
    if (next === undefined) return exactly ? undefined : found;
    found = next;
  }
  return found;
}

function step(found: Found, part: string | number): Found | undefined {
  const { node } = found;
  const through = found.through ?? (node.target === undefined ? undefined : { start: node.start, end: node.end });
  const target = node.target ?? node;
  if (typeof part === 'number') {
    const item = target.items?.[part];
    return (
      item && { node: item.node, key: { start: item.start, end: Math.max(item.node.end, item.start + 1) }, through }
    );
  }
  const entry = target.entries?.get(part);
  if (entry === undefined) return undefined;
  const key = { start: entry.keyStart, end: entry.keyEnd };
  return { node: entry.node, key, through: through ?? (entry.merged === true ? key : undefined) };
}
