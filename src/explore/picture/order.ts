import type { Box, Picture } from './picture.js';
import { addToGroup } from '../../diagnostics/groups.js';
import { compareText } from '../../diagnostics/words.js';

/** A place in a column: a box, or the gap for a longer line. */
export interface Slot {
  readonly id: string;
  readonly box: Box | undefined;
}

interface OrderedColumns {
  readonly columns: readonly (readonly Slot[])[];
  /** For each line of the picture the slots on its way, including both ends. */
  readonly routes: readonly (readonly string[])[];
}

const sweeps = 4;

/**
 * Orders the columns so that few lines cross: each slot is placed at the mean position of its neighbours (the
 * barycentre method of Sugiyama, Tagawa and Toda, 1981). Boxes of a group remain together.
 */
export function orderColumns({ boxes, lines }: Picture): OrderedColumns {
  const last = boxes.reduce((most, { column }) => Math.max(most, column), 0);
  const columns: Slot[][] = Array.from({ length: last + 1 }, () => []);
  for (const box of boxes) columns[box.column]?.push({ id: box.id, box });
  const columnOf = new Map(boxes.map(({ id, column }) => [id, column]));
  const routes = lines.map(({ from, to }, index) => {
    const [start, end] = [columnOf.get(from) ?? 0, columnOf.get(to) ?? 0];
    const passed = Array.from({ length: Math.max(0, end - start - 1) }, (_, step) => {
      const id = `line ${index} ${step}`;
      columns[start + 1 + step]?.push({ id, box: undefined });
      return id;
    });
    return [from, ...passed, to];
  });
  sweep(columns, routes);
  return { columns, routes };
}

function sweep(columns: Slot[][], routes: readonly (readonly string[])[]): void {
  const [before, after] = [new Map<string, string[]>(), new Map<string, string[]>()];
  for (const route of routes) {
    route.slice(1).forEach((to, index) => {
      const from = route[index] ?? '';
      addToGroup(after, from, to);
      addToGroup(before, to, from);
    });
  }
  for (let round = 0; round < sweeps; round++) {
    for (let column = 1; column < columns.length; column++) arrange(columns, column, column - 1, before);
    for (let column = columns.length - 2; column >= 0; column--) arrange(columns, column, column + 1, after);
  }
}

/** Sorts one column by the positions of its neighbours in another. */
function arrange(
  columns: Slot[][],
  column: number,
  other: number,
  joined: ReadonlyMap<string, readonly string[]>,
): void {
  const slots = columns[column] ?? [];
  const places = new Map(
    (columns[other] ?? []).map(({ id }, index) => [id, index / Math.max(1, (columns[other] ?? []).length)]),
  );
  const own = new Map(
    slots.map(({ id }, index) => {
      const found = (joined.get(id) ?? []).flatMap((one) => places.get(one) ?? []);
      return [id, found.length === 0 ? index / slots.length : mean(found)];
    }),
  );
  const byGroup = new Map<string, number[]>();
  for (const { id, box } of slots) {
    const group = box?.group ?? '';
    addToGroup(byGroup, group, own.get(id) ?? 0);
  }
  const rank = ({ id, box }: Slot): number =>
    box === undefined || box.group === '' ? (own.get(id) ?? 0) : mean(byGroup.get(box.group) ?? [0]);
  slots.sort(
    (a, b) =>
      rank(a) - rank(b) ||
      compareText(a.box?.group ?? '', b.box?.group ?? '') ||
      (own.get(a.id) ?? 0) - (own.get(b.id) ?? 0),
  );
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
