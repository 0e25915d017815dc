/** Parsers for the parts of Mermaid and DOT that explain uses; each throws if the text is not a diagram. */
export interface Diagram {
  readonly nodes: ReadonlyMap<string, string>;
  readonly edges: readonly (readonly [string, string])[];
}

const shapes = '\\(\\["([^"]*)"\\]\\)|\\[\\["([^"]*)"\\]\\]|\\["([^"]*)"\\]|\\("([^"]*)"\\)|\\{\\{"([^"]*)"\\}\\}';
const mermaidNode = new RegExp(`^  (n\\d+)(?:${shapes})$`);
const mermaidEdge = /^ {2}(n\d+) -->(?:\|"([^"]*)"\|)? (n\d+)$/;

export function readMermaid(text: string): Diagram {
  const [first, ...lines] = text.trimEnd().split('\n');
  if (first !== 'flowchart LR') throw new Error(`no flowchart: ${first ?? ''}`);
  const labels = (label: string): string => {
    if (/[<>`]/.test(label.replaceAll('<br/>', '')) || /#(?!\d+;)/.test(label) || label.includes('%%'))
      throw new Error(`label is not escaped: ${label}`);
    return label;
  };
  return collect(
    lines.filter((line) => !/^ {2}class(?:Def)? [\w#:,; -]+$/.test(line)),
    (line) => {
      const node = mermaidNode.exec(line);
      if (node !== null) return [node[1] ?? '', labels(node.slice(2).join(''))];
      const edge = mermaidEdge.exec(line);
      if (edge !== null) labels(edge[2] ?? '');
      return edge === null ? undefined : [edge[1] ?? '', undefined, edge[3] ?? ''];
    },
  );
}

const quoted = '"((?:[^"\\\\]|\\\\[\\\\"n])*)"';
const dotNode = new RegExp(`^  (n\\d+) \\[label=${quoted}, [a-z]+=[a-z]+(?:, [a-z]+=(?:[a-z]+|"#[0-9a-f]+"))*\\];$`);
const dotEdge = new RegExp(`^  (n\\d+) -> (n\\d+)(?: \\[label=${quoted}\\])?;$`);

export function readDot(text: string): Diagram {
  const lines = text.trimEnd().split('\n');
  if (!new RegExp(`^digraph ${quoted} \\{$`).test(lines[0] ?? '') || lines.at(-1) !== '}')
    throw new Error('no digraph');
  return collect(
    lines.slice(1, -1).filter((line) => !/^ {2}(?:rankdir=LR|(?:node|edge) \[fontname="sans-serif"\]);$/.test(line)),
    (line) => {
      const node = dotNode.exec(line);
      if (node !== null) return [node[1] ?? '', node[2] ?? ''];
      const edge = dotEdge.exec(line);
      return edge === null ? undefined : [edge[1] ?? '', undefined, edge[2] ?? ''];
    },
  );
}

function collect(
  lines: readonly string[],
  read: (line: string) => [string, string | undefined, string?] | undefined,
): Diagram {
  const nodes = new Map<string, string>();
  const edges: [string, string][] = [];
  for (const line of lines) {
    const one = read(line);
    if (one === undefined) throw new Error(`cannot be read: ${line}`);
    const [id, label, to] = one;
    if (label === undefined) edges.push([id, to ?? '']);
    else if (nodes.has(id)) throw new Error(`node ${id} stands twice`);
    else nodes.set(id, label);
  }
  const unknown = edges.flat().find((id) => !nodes.has(id));
  if (unknown !== undefined) throw new Error(`an edge leads to ${unknown}, which is no node`);
  return { nodes, edges };
}
