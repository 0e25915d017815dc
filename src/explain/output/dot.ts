import { plain } from '../words/plain.js';
import type { Graph, NodeKind } from './graph.js';

const styles: Readonly<Record<NodeKind, string>> = {
  client: 'shape=oval',
  address: 'shape=box',
  chain: 'shape=box, style=rounded',
  endpoint: 'shape=box, style=filled, fillcolor="#eeeeee"',
  refused: 'shape=octagon, color="#cc0000"',
};

/** A digraph for Graphviz. */
export function printDot(graph: Graph): string {
  const nodes = graph.nodes.map(
    ({ id, kind, label }) => `  ${id} [label="${label.map(escapeLabel).join('\\n')}", ${styles[kind]}];\n`,
  );
  const edges = graph.edges.map(
    ({ from, to, label }) => `  ${from} -> ${to}${label === '' ? '' : ` [label="${escapeLabel(label)}"]`};\n`,
  );
  return (
    `digraph "${escapeLabel(graph.title)}" {\n  rankdir=LR;\n  node [fontname="sans-serif"];\n  edge ` +
    `[fontname="sans-serif"];\n${nodes.join('')}${edges.join('')}}\n`
  );
}

/** A backslash begins an escape sequence of Graphviz (`\N` is the node's name). */
function escapeLabel(text: string): string {
  return plain(text).replace(/[\\"]/g, '\\$&');
}
