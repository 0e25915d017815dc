import { entryOf } from '../../diagnostics/groups.js';

/** A graph of where packets go, independent of Mermaid and DOT. */
export type NodeKind = 'client' | 'address' | 'chain' | 'endpoint' | 'refused';

interface GraphNode {
  readonly id: string;
  readonly kind: NodeKind;
  /** The lines of the label; any text. */
  readonly label: readonly string[];
}

interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** `''` for none. */
  readonly label: string;
}

export interface Graph {
  readonly title: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Collects nodes and edges; repeated ones are combined, and labels of one edge are joined. */
export class GraphBuilder {
  private readonly nodes = new Map<string, GraphNode>();
  private readonly edges = new Map<string, { from: string; to: string; labels: Set<string> }>();

  constructor(private readonly title: string) {}

  /** The id of the node with this key. */
  node(key: string, kind: NodeKind, label: readonly string[]): string {
    const known = this.nodes.get(key);
    if (known !== undefined) return known.id;
    const id = `n${this.nodes.size}`;
    this.nodes.set(key, { id, kind, label });
    return id;
  }

  edge(from: string, to: string, label = ''): void {
    const edge = entryOf(this.edges, `${from} ${to}`, () => ({ from, to, labels: new Set<string>() }));
    if (label !== '') edge.labels.add(label);
  }

  finish(): Graph {
    return {
      title: this.title,
      nodes: [...this.nodes.values()],
      edges: [...this.edges.values()].map(({ from, to, labels }) => ({ from, to, label: [...labels].join(', ') })),
    };
  }
}
