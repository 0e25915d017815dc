import type { DrawnPicture } from '../../src/explore/answers.js';

/** No box lies on another, all are within the picture, and lines begin and end at boxes. */
export function expectTidy({ layout }: DrawnPicture): void {
  const { boxes, width, height } = layout;
  const outside = boxes.filter(
    (one) => !(one.x >= 0 && one.y >= 0 && one.x + one.width <= width && one.y + one.height <= height),
  );
  const covered = boxes.filter((one) => boxes.some((other) => other !== one && overlap(one, other)));
  const named = (some: typeof boxes): (readonly string[])[] => some.map(({ box }) => box.label);
  // One assertion, because expect costs more than the comparisons, and pictures have many boxes.
  expect({ outside: named(outside), covered: named(covered) }).toEqual({ outside: [], covered: [] });
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function overlap(a: Area, b: Area): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
