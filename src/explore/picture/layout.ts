/** Computes the positions of a picture's boxes and lines, in pixels: columns from left to right, with few crossings. */
import { orderColumns, type Slot } from './order.js';
import type { Box, Line, Picture } from './picture.js';
import { addToGroup } from '../../diagnostics/groups.js';

export interface PlacedBox {
  readonly box: Box;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The label, shortened if it is too long. */
  readonly lines: readonly string[];
}

export interface PlacedGroup {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedLine {
  readonly line: Line;
  /** The attribute `d` of an SVG path. */
  readonly path: string;
  readonly labelX: number;
  readonly labelY: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly groups: readonly PlacedGroup[];
  readonly lines: readonly PlacedLine[];
}

/** For a monospaced font of 12 pixels. */
const characterWidth = 7.3;
const lineHeight = 16;
const longestLine = 40;
const margin = 16;
const [leastColumnGap, rowGap, groupGap] = [38, 12, 30];

interface PlacedSlot extends Slot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Lays a picture out. Takes time proportional to boxes and lines; a longer line counts for each column that it crosses.
 */
export function layOut(picture: Picture): Layout {
  const { columns, routes } = orderColumns(picture);
  const gaps = gapsFor(picture);
  const widths = columns.map((slots) => slots.reduce((most, { box }) => Math.max(most, widthOf(box)), 24));
  const heights = columns.map((slots) =>
    slots.reduce((sum, slot, index) => sum + gapBefore(slots, index) + heightOf(slot.box), 0),
  );
  const height = heights.reduce((most, one) => Math.max(most, one), 0) + 2 * margin + groupGap;
  const placed = new Map<string, PlacedSlot>();
  let x = margin;
  columns.forEach((slots, index) => {
    x += index === 0 ? 0 : (gaps.get(index) ?? leastColumnGap);
    placeColumn(slots, x, widths[index] ?? 0, (height - (heights[index] ?? 0)) / 2, placed);
    x += widths[index] ?? 0;
  });
  const boxes = picture.boxes.flatMap((box) => placedBox(box, placed.get(box.id)));
  return {
    width: x + margin,
    height,
    boxes,
    groups: groupsOf(boxes),
    lines: picture.lines.map((line, index) =>
      placedLine(
        line,
        (routes[index] ?? []).flatMap((id) => placed.get(id) ?? []),
      ),
    ),
  };
}

/** The distance of each column from the one before it leaves room for the labels of lines. */
function gapsFor({ boxes, lines }: Picture): Map<number, number> {
  const columnOf = new Map(boxes.map(({ id, column }) => [id, column]));
  const gaps = new Map<number, number>();
  for (const { to, label } of lines) {
    const column = columnOf.get(to) ?? 0;
    const needed = label === '' ? 0 : Math.min(label.length, longestLine) * characterWidth + 34;
    gaps.set(column, Math.max(gaps.get(column) ?? leastColumnGap, needed));
  }
  return gaps;
}

function widthOf(box: Box | undefined): number {
  return box === undefined
    ? 24
    : 20 + characterWidth * cut(box.label).reduce((most, { length }) => Math.max(most, length), 4);
}

function heightOf(box: Box | undefined): number {
  return box === undefined ? 4 : 12 + lineHeight * box.label.length;
}

function gapBefore(slots: readonly Slot[], index: number): number {
  const group = slots[index]?.box?.group ?? '';
  if (index === 0) return group === '' ? 0 : groupGap;
  return group !== (slots[index - 1]?.box?.group ?? '') ? groupGap : rowGap;
}

function placeColumn(
  slots: readonly Slot[],
  x: number,
  width: number,
  top: number,
  placed: Map<string, PlacedSlot>,
): void {
  let y = top;
  slots.forEach((slot, index) => {
    y += gapBefore(slots, index);
    const height = heightOf(slot.box);
    placed.set(slot.id, { ...slot, x, y, width, height });
    y += height;
  });
}

function placedBox(box: Box, slot: PlacedSlot | undefined): PlacedBox[] {
  if (slot === undefined) return [];
  const { x, y, width, height } = slot;
  return [{ box, x, y, width, height, lines: cut(box.label) }];
}

function cut(label: readonly string[]): string[] {
  return label.map((line) => (line.length > longestLine ? `${line.slice(0, longestLine - 1)}…` : line));
}

function groupsOf(boxes: readonly PlacedBox[]): PlacedGroup[] {
  const groups = new Map<string, PlacedBox[]>();
  for (const one of boxes) {
    if (one.box.group === '') continue;
    addToGroup(groups, one.box.group, one);
  }
  return [...groups].map(([name, members]) => {
    const top = members.reduce((least, { y }) => Math.min(least, y), Infinity);
    const bottom = members.reduce((most, { y, height }) => Math.max(most, y + height), 0);
    const [{ x, width } = { x: 0, width: 0 }] = members;
    return { name, x: x - 8, y: top - 20, width: width + 16, height: bottom - top + 28 };
  });
}

/** From the right side of one box to the left side of the next, through the reserved gaps. */
function placedLine(line: Line, stops: readonly PlacedSlot[]): PlacedLine {
  const pieces: string[] = [];
  let [labelX, labelY] = [0, 0];
  stops.slice(1).forEach((to, index) => {
    const from = stops[index];
    if (from === undefined) return;
    const [x1, y1, x2, y2] = [from.x + from.width, from.y + from.height / 2, to.x, to.y + to.height / 2];
    const bend = (x2 - x1) / 2;
    if (pieces.length === 0) pieces.push(`M${round(x1)} ${round(y1)}`);
    pieces.push(`C${round(x1 + bend)} ${round(y1)} ${round(x2 - bend)} ${round(y2)} ${round(x2)} ${round(y2)}`);
    if (to.box === undefined) pieces.push(`H${round(to.x + to.width)}`);
    [labelX, labelY] = [x2 - 8, y1 + (y2 - y1) * 0.93 - 4];
  });
  return { line, path: pieces.join(''), labelX: round(labelX), labelY: round(labelY) };
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
