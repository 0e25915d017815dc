/** The node zoomed out stays readable, whatever its size. */
import type { NodeAnswer } from '../../src/explore/answers.js';
import { Explorer } from '../../src/explore/explorer.js';
import { largeInputs } from '../page/inputs.js';

async function node(services: number, endpoints: number): Promise<NodeAnswer> {
  const explorer = new Explorer();
  await explorer.open(largeInputs(services, endpoints));
  const answer = await explorer.node('iptables');
  if ('missing' in answer) throw new Error(answer.missing);
  return answer.value;
}

it('draws as many lines as there are boxes, not as there are pairs of namespaces and nodes', async () => {
  const { boxes = [], lines = [] } = (await node(400, 10)).picture?.layout ?? {};
  // Of 40 namespaces the 16 with the most problems, the rest in one box; one box of addresses, one where all meet; ten nodes.
  expect(boxes.map(({ box }) => box.label[0]).filter((label) => label?.startsWith('namespace-'))).toHaveLength(16);
  expect(boxes).toHaveLength(17 + 1 + 1 + 10);
  expect(lines).toHaveLength(17 + 17 + 10);
});

it('lights up which nodes a namespace has endpoints on, though all lines meet', async () => {
  const { boxes = [], lines = [] } = (await node(400, 10)).picture?.layout ?? {};
  const meeting = boxes.find(({ box }) => box.label[1] === 'on 10 nodes')?.box.id;
  const labels = new Map(boxes.map(({ box }) => [box.id, box.label[0] ?? '']));
  const ways = new Set(
    lines.flatMap(({ line }) => (labels.get(line.from) === 'namespace-1' && line.to === meeting ? line.ways : [])),
  );
  const lit = lines.filter(({ line }) => line.from === meeting && line.ways.some((way) => ways.has(way)));
  expect(lit.map(({ line }) => labels.get(line.to)).sort()).toEqual(
    Array.from({ length: 10 }, (_, index) => `node node-${index}`),
  );
});

it('joins few namespaces and nodes directly', async () => {
  const { boxes = [] } = (await node(10, 2)).picture?.layout ?? {};
  expect(boxes.filter(({ box }) => box.kind === 'address')).toHaveLength(1);
});

it('shows namespaces with a problem before others', async () => {
  // Services 0, 50, 100, … have no endpoints: namespaces 0, 10, 20 and 30.
  const { boxes = [] } = (await node(400, 1)).picture?.layout ?? {};
  const wrong = boxes.filter(({ box }) => box.isWrong).map(({ box }) => box.label[0]);
  expect(wrong.sort()).toEqual(['namespace-0', 'namespace-10', 'namespace-20', 'namespace-30']);
});
