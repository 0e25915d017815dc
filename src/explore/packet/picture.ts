import type { EndGroup } from '../../trace/groups.js';
import { shareText } from '../../trace/shares.js';
import { itemsOf } from '../../walk/link.js';
import type { WalkStep } from '../../walk/types.js';
import { PictureBuilder } from '../picture/builder.js';
import { brokenName, serverLabel } from '../picture/labels.js';
import type { Box, Picture } from '../picture/picture.js';

interface PacketPicture {
  readonly picture: Picture;
  /** For each path and each of its steps in order, the step's box; `''` for none. */
  readonly boxes: readonly (readonly string[])[];
}

/** The paths of a packet through hooks and chains, in the order in which it reaches them. */
export function packetPicture(ways: readonly EndGroup[]): PacketPicture {
  const builder = new PictureBuilder('The way of the packet');
  const start = builder.box('start', box('client', ['the packet'], 'Here the packet comes in.'));
  const boxes = ways.map((way, index) => {
    const steps = itemsOf(way.end.state.steps).map((step) => boxOfStep(builder, step));
    const seen = [...new Set([start, ...steps.filter((id) => id !== ''), endOf(builder, way)])];
    const isWrong = way.end.verdict !== 'ACCEPT';
    builder.way(seen, { index, share: way.probability, flow: 'packet', isWrong });
    return steps;
  });
  return { picture: builder.finish(), boxes };
}

function boxOfStep(builder: PictureBuilder, step: WalkStep): string {
  switch (step.kind) {
    case 'policy':
      return '';
    case 'route':
      return builder.box(`${step.hook} route`, box('address', ['routing', `at ${step.hook}`], step.text));
    case 'virtualServer':
      return builder.box(
        `${step.hook} server ${step.server.text}`,
        box('server', ['virtual server', ...serverLabel(step.server.text)], step.server.text),
      );
    case 'rule': {
      const chain = step.chain.madeFrom?.chain ?? step.chain;
      const isBase = chain.policy !== undefined;
      return builder.box(
        `${step.hook} ${step.table} ${chain.name}`,
        box(
          'chain',
          [`${step.hook} ${step.table}`, ...brokenName(chain.name)],
          `${step.hook}, table ${step.table}, chain ${chain.name}`,
          {
            ...(isBase ? {} : { link: { view: 'chain', name: chain.name } }),
          },
        ),
      );
    }
  }
}

function endOf(builder: PictureBuilder, { end, destination, probability }: EndGroup): string {
  const { verdict, state } = end;
  if (verdict === 'ACCEPT') {
    const source = state.hasSourceNat ? "source becomes the node's" : 'source stays';
    const about = `${shareText(probability)}: arrives at ${destination}; ${source}`;
    return builder.box(`end ${destination} ${source}`, box('endpoint', [destination, source], about));
  }
  const words = verdict === 'DROP' ? 'dropped' : 'rejected';
  return builder.box(
    `end ${verdict} ${state.hook}`,
    box('fate', [words, `at ${state.hook}`], `${words} at ${state.hook}`, { isWrong: true }),
  );
}

function box(
  kind: Box['kind'],
  label: readonly string[],
  about: string,
  more: Partial<Pick<Box, 'isWrong' | 'link'>> = {},
): Omit<Box, 'id' | 'column'> {
  return { kind, label, about, isWrong: false, group: '', ...more };
}
