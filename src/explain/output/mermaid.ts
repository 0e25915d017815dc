import { plain } from '../words/plain.js';
import type { Graph, NodeKind } from './graph.js';

const shapes: Readonly<Record<NodeKind, readonly [string, string]>> = {
  client: ['(["', '"])'],
  address: ['["', '"]'],
  chain: ['[["', '"]]'],
  endpoint: ['("', '")'],
  refused: ['{{"', '"}}'],
};

/**
 * A flowchart for fenced blocks of GitHub and GitLab. Labels are quoted, and characters that would end or format a
 * label are entities.
 */
export function printMermaid(graph: Graph): string {
  const nodes = graph.nodes.map(({ id, kind, label }) => {
    const [open, close] = shapes[kind];
    return `  ${id}${open}${label.map(escapeLabel).join('<br/>')}${close}\n`;
  });
  const edges = graph.edges.map(
    ({ from, to, label }) => `  ${from} -->${label === '' ? '' : `|"${escapeLabel(label)}"|`} ${to}\n`,
  );
  const refused = graph.nodes.filter(({ kind }) => kind === 'refused').map(({ id }) => id);
  const style =
    refused.length === 0
      ? ''
      : `  classDef refused stroke:#c00,stroke-width:2px\n  class ${refused.join(',')} refused\n`;
  return `flowchart LR\n${nodes.join('')}${edges.join('')}${style}`;
}

/** Mermaid's entities are `#number;`. Quotes end a label, a backtick begins Markdown in it, `%%` begins a comment. */
function escapeLabel(text: string): string {
  return plain(text).replace(/[^\p{L}\p{N} .,:;/()+=*_'?!…→-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`);
}
