import type { Finding } from '../diagnostics/finding.js';
import type { SourceText } from '../manifests/types.js';
import { nodeFromDumps, type BesideDumps } from './from-dumps.js';
import { readDumps } from './read-dumps.js';
import { sortTexts } from './sort-texts.js';
import type { NodeModel } from './types.js';

/** A node read from its dumps, what was not understood in them, and the other texts. */
export interface ReadNode {
  readonly node: NodeModel;
  readonly findings: readonly Finding[];
  /** Mostly manifests. */
  readonly others: readonly SourceText[];
}

/** The node in dumps, which are recognised by content. Never throws; without dumps the node has no families. */
export async function readNode(texts: readonly SourceText[], beside: BesideDumps = {}): Promise<ReadNode> {
  const sorted = sortTexts(texts);
  const read = await readDumps(sorted);
  return { node: nodeFromDumps(read, beside), findings: read.findings, others: sorted.others };
}
