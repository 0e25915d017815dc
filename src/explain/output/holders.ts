import type { HolderExplanation } from '../types.js';
import { plain } from '../words/plain.js';
import { code, type Block, type Phrase } from './document.js';
import { GraphBuilder, type Graph } from './graph.js';
import { capitalised } from '../../diagnostics/words.js';

const mostPods = 20;

/** The owner of something, one sentence each, and the matching Pods. */
export function holdersDocument({ asked, answers, pods, next }: HolderExplanation): Block[] {
  const shown = pods.slice(0, mostPods);
  return [
    { kind: 'heading', level: 1, text: [code(asked)] },
    { kind: 'list', items: answers.map((answer) => `${capitalised(plain(answer))}.`) },
    ...(pods.length === 0 ? [] : [podTable(shown)]),
    ...(pods.length > shown.length
      ? [{ kind: 'paragraph', text: `… and ${pods.length - shown.length} more Pods.` } as const]
      : []),
    ...(next === '' ? [] : [{ kind: 'paragraph', text: ['Where a packet to it goes: ', code(next)] } as const]),
  ];
}

function podTable(pods: HolderExplanation['pods']): Block {
  return {
    kind: 'table',
    header: ['Pod', 'Address', 'Node', 'State'],
    rows: pods.map(({ pod, addresses, node, state }): Phrase[] => [
      [code(pod)],
      [code(addresses.join(', '))],
      [code(node)],
      state,
    ]),
  };
}

/** A graph with owners on one side and the requested thing on the other. */
export function holdersGraph({ asked, holders, pods }: HolderExplanation): Graph {
  const builder = new GraphBuilder(asked);
  const own = builder.node('asked', 'address', [asked]);
  for (const { object, kind } of holders.slice(0, 2 * mostPods))
    builder.edge(builder.node(object, 'chain', [object]), own, kind);
  pods.slice(0, mostPods).forEach(({ pod, addresses }, index) => {
    builder.edge(own, builder.node(`pod ${index}`, 'endpoint', [pod, ...addresses]));
  });
  return builder.finish();
}
