import type { Graph, NodeKind } from '../../explain/output/graph.js';
import { PictureBuilder } from './builder.js';
import type { Box, BoxKind, Link, Picture } from './picture.js';

const kinds: Readonly<Record<NodeKind, BoxKind>> = {
  client: 'client',
  address: 'address',
  chain: 'chain',
  endpoint: 'endpoint',
  refused: 'fate',
};

/** A graph of `explain` as a picture; `linkOf` returns what to show when a node is selected. */
export function graphPicture(
  { title, nodes, edges }: Graph,
  linkOf: (label: string, kind: NodeKind) => Link | undefined,
): Picture {
  const builder = new PictureBuilder(title);
  const ids = new Map(
    nodes.map(({ id, kind, label }) => {
      const link = linkOf(label[0] ?? '', kind);
      const box: Omit<Box, 'id' | 'column'> = {
        kind: kinds[kind],
        label,
        about: label.join(', '),
        isWrong: kind === 'refused',
        group: '',
        ...(link === undefined ? {} : { link }),
      };
      return [id, builder.box(id, box)];
    }),
  );
  edges.forEach(({ from, to }, index) => {
    const [start, end] = [ids.get(from), ids.get(to)];
    if (start !== undefined && end !== undefined)
      builder.way([start, end], { index, share: 1, flow: String(index), isWrong: false });
  });
  const { boxes, lines } = builder.finish();
  const labels = new Map(edges.map(({ label }, index) => [index, label]));
  return { title, boxes, lines: lines.map((line) => ({ ...line, label: labels.get(line.ways[0] ?? -1) ?? '' })) };
}
