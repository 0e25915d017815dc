import { shareWords } from '../../explain/words/numbers.js';
import type { Box, Line, Picture } from './picture.js';
import { addToCount, entryOf } from '../../diagnostics/groups.js';

/** One path through the boxes of a picture. */
interface BuiltWay {
  readonly index: number;
  /** Its share of the connections of its flow. */
  readonly share: number;
  /** The paths of one flow divide the same connections. */
  readonly flow: string;
  readonly isWrong: boolean;
}

interface DraftLine {
  readonly from: string;
  readonly to: string;
  readonly ways: number[];
  isWrong: boolean;
  /** For each flow, the share on this line. */
  readonly shares: Map<string, number>;
}

/** Collects boxes and paths; assigns columns to boxes and shares to lines. */
export class PictureBuilder {
  private readonly boxes = new Map<string, Omit<Box, 'column'>>();
  private readonly lines = new Map<string, DraftLine>();
  /** The connections that arrive at each box, by flow. */
  private readonly arriving = new Map<string, Map<string, number>>();

  constructor(private readonly title: string) {}

  /** The id of the box with this key. */
  box(key: string, box: Omit<Box, 'id' | 'column'>): string {
    const known = this.boxes.get(key);
    if (known !== undefined) return known.id;
    const id = `b${this.boxes.size}`;
    this.boxes.set(key, { id, ...box });
    return id;
  }

  /** Adds a path through boxes, given by their ids; the same box twice in a row counts once. */
  way(ids: readonly string[], way: BuiltWay): void {
    const stops = ids.filter((id, index) => id !== ids[index - 1]);
    stops.forEach((id, index) => {
      add(this.arriving, id, way);
      const next = stops[index + 1];
      if (next !== undefined) this.line(id, next, way, way.isWrong && index + 2 === stops.length);
    });
  }

  private line(from: string, to: string, way: BuiltWay, isWrong: boolean): void {
    const key = `${from} ${to}`;
    const line = this.lines.get(key) ?? { from, to, ways: [], isWrong: false, shares: new Map<string, number>() };
    this.lines.set(key, line);
    line.ways.push(way.index);
    line.isWrong ||= isWrong;
    line.shares.set(way.flow, (line.shares.get(way.flow) ?? 0) + way.share);
  }

  finish(): Picture {
    const columns = columnsOf([...this.boxes.values()], [...this.lines.values()]);
    return {
      title: this.title,
      boxes: [...this.boxes.values()].map((box) => ({ ...box, column: columns.get(box.id) ?? 0 })),
      lines: [...this.lines.values()].map((line): Line => {
        const { from, to, isWrong, ways } = line;
        return { from, to, isWrong, ways, label: this.label(line) };
      }),
    };
  }

  /** The shares of a box's connections that continue on a line; all of them if flows differ. */
  private label({ from, shares }: DraftLine): string {
    const arriving = this.arriving.get(from);
    const words = [...shares].map(([flow, share]) => shareWords(share / (arriving?.get(flow) ?? 1)));
    const distinct = [...new Set(words)];
    return distinct.length === 1 && distinct[0] === 'all' ? '' : distinct.slice(0, 3).join(' or ');
  }
}

function add(arriving: Map<string, Map<string, number>>, id: string, { flow, share }: BuiltWay): void {
  const flows = entryOf(arriving, id, () => new Map<string, number>());
  addToCount(flows, flow, share);
}

/** Each box is one column to the right of the last box that leads to it; ends of paths are in the last column. */
function columnsOf(
  boxes: readonly Omit<Box, 'column'>[],
  lines: readonly { readonly from: string; readonly to: string }[],
): Map<string, number> {
  const columns = new Map(boxes.map(({ id }) => [id, 0]));
  // Longest paths: at most as many rounds as there are boxes, even if chains form a loop.
  for (let round = 0, changed = true; changed && round < Math.min(boxes.length, 64); round++) {
    changed = false;
    for (const { from, to } of lines) {
      const wanted = (columns.get(from) ?? 0) + 1;
      if (wanted <= (columns.get(to) ?? 0)) continue;
      columns.set(to, wanted);
      changed = true;
    }
  }
  const last = [...columns.values()].reduce((most, column) => Math.max(most, column), 0);
  for (const { id, kind } of boxes) if (kind === 'endpoint' || kind === 'fate') columns.set(id, last);
  return columns;
}
