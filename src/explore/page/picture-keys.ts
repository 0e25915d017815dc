import type { PlacedBox } from '../picture/layout.js';

/**
 * The box that an arrow key moves to: up and down within a column, left and right to the nearest box of the next
 * column.
 */
export function nextBox(boxes: readonly PlacedBox[], from: PlacedBox, key: string): PlacedBox | undefined {
  const column = from.box.column;
  const middle = from.y + from.height / 2;
  const distance = (one: PlacedBox): number => Math.abs(one.y + one.height / 2 - middle);
  const inColumn = (wanted: number): PlacedBox[] =>
    boxes.filter(({ box }) => box.column === wanted).sort((a, b) => distance(a) - distance(b));
  const nearest = (columns: readonly number[]): PlacedBox | undefined =>
    columns.flatMap((one) => inColumn(one).slice(0, 1))[0];
  switch (key) {
    case 'ArrowDown':
      return inColumn(column).find(({ y }) => y > from.y);
    case 'ArrowUp':
      return inColumn(column).find(({ y }) => y < from.y);
    case 'ArrowRight':
      return nearest(Array.from({ length: 40 }, (_, step) => column + 1 + step));
    case 'ArrowLeft':
      return nearest(Array.from({ length: column }, (_, step) => column - 1 - step));
    default:
      return undefined;
  }
}
