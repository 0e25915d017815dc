import type { DrawnPicture } from '../../src/explore/answers.js';

/** No box lies on another, all are within the picture, and lines begin and end at boxes. */
export function expectTidy({ layout }: DrawnPicture): void {
  const { boxes, width, height } = layout;
  for (const one of boxes) {
    expect(one.x >= 0 && one.y >= 0 && one.x + one.width <= width && one.y + one.height <= height).toBe(true);
    const others = boxes.filter((other) => other !== one && overlap(one, other));
    expect(others.map(({ box }) => box.label)).toEqual([]);
  }
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
