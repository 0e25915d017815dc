import type { Finding } from '../diagnostics/finding.js';
import type { SourceText } from '../manifests/types.js';
import { nodeFromDumps, type BesideDumps } from './from-dumps.js';
import { readDumps } from './read-dumps.js';
import { sortTexts } from './sort-texts.js';
import type { NodeModel } from './types.js';

/** A node from its dumps, what was not understood in them, and the texts that are none. */
export interface ReadNode {
  readonly node: NodeModel;
  readonly findings: readonly Finding[];
  /** Manifests, mostly. */
  readonly others: readonly SourceText[];
}

/** The node that texts are dumps of, told by their content. Never throws; without dumps its node has no families. */
export async function readNode(texts: readonly SourceText[], beside: BesideDumps = {}): Promise<ReadNode> {
  const sorted = sortTexts(texts);
  const read = await readDumps(sorted);
  return { node: nodeFromDumps(read, beside), findings: read.findings, others: sorted.others };
}
