/** Shows a picture as SVG. Hover and focus highlight the paths through a box; arrow keys move between boxes. */
import type { DrawnPicture } from '../answers.js';
import type { PlacedBox, PlacedGroup, PlacedLine } from '../picture/layout.js';
import type { Link } from '../picture/picture.js';
import { button, element, svg } from './dom.js';
import { moveByDragging } from './drag.js';
import { nextBox } from './picture-keys.js';
import { entryOf } from '../../diagnostics/groups.js';

/** The events of a picture for the page around it. */
interface PictureEvents {
  follow(link: Link): void;
  /** The current box; undefined: none. */
  look(link: Link | undefined): void;
}

const padding = 10;
/** Smaller, its words could not be read: what is wider is moved about instead, in a size that reads well. */
const [leastFit, readable] = [0.65, 0.8];

export class PictureView {
  readonly root: HTMLElement;
  private readonly drawing: SVGSVGElement;
  private readonly about = element('p', { class: 'about' });
  private readonly boxes = new Map<string, SVGGElement>();
  private readonly lines: { readonly placed: PlacedLine; readonly element: SVGGElement }[] = [];
  private readonly ways = new Map<string, Set<number>>();
  private zoom = 1;
  private marked: PlacedBox | undefined;

  constructor(
    private readonly picture: DrawnPicture,
    public events: PictureEvents,
  ) {
    const { layout, title } = picture;
    for (const { line } of layout.lines)
      for (const id of [line.from, line.to]) for (const way of line.ways) this.waysAt(id).add(way);
    this.drawing = svg(
      'svg',
      { viewBox: `0 0 ${layout.width} ${layout.height}`, role: 'group', 'aria-label': `Picture of ${title}` },
      ...layout.groups.map(groupView),
      ...layout.lines.map((line) => this.lineView(line)),
      ...layout.boxes.map((box, index) => this.boxView(box, index === 0)),
    );
    this.root = this.frame(title);
    this.describe(undefined);
  }

  /** Whether it is this picture. */
  shows(picture: DrawnPicture): boolean {
    return JSON.stringify(picture) === JSON.stringify(this.picture);
  }

  /** Highlights the box of a chain, if there is one. */
  light(link: Link | undefined): void {
    for (const { box } of this.picture.layout.boxes) {
      const isIt = link !== undefined && box.link?.view === link.view && box.link.name === link.name;
      this.boxes.get(box.id)?.classList.toggle('lit', isIt);
    }
  }

  /** Marks the current boxes and scrolls the first one into view. */
  mark(ids: ReadonlySet<string>): void {
    for (const [id, made] of this.boxes) made.classList.toggle('now', ids.has(id));
    this.marked = this.picture.layout.boxes.find(({ box }) => ids.has(box.id));
    this.showMarked();
  }

  private showMarked(): void {
    const canvas = this.drawing.parentElement;
    if (this.marked === undefined || canvas === null) return;
    const { x, y, width, height } = this.marked;
    canvas.scrollLeft = (x + width / 2) * this.zoom - canvas.clientWidth / 2;
    canvas.scrollTop = (y + height / 2) * this.zoom - canvas.clientHeight / 2;
  }

  private frame(title: string): HTMLElement {
    const canvas = element('div', { class: 'canvas' }, this.drawing);
    moveByDragging(canvas);
    const zoomBy = (factor: number): void => {
      this.resize(Math.max(0.2, Math.min(3, this.zoom * factor)));
    };
    const fit = (): void => {
      const fitting = (canvas.clientWidth - 4) / this.picture.layout.width;
      this.resize(fitting < leastFit ? readable : Math.min(1, fitting));
    };
    new ResizeObserver((_entries, observer) => {
      if (canvas.clientWidth === 0) return;
      observer.disconnect();
      fit();
      this.showMarked();
    }).observe(canvas);
    const tools = element(
      'div',
      { class: 'tools', role: 'group', 'aria-label': 'Size of the picture' },
      button(
        '−',
        () => {
          zoomBy(0.8);
        },
        { 'aria-label': 'Smaller' },
      ),
      button(
        '+',
        () => {
          zoomBy(1.25);
        },
        { 'aria-label': 'Larger' },
      ),
      button('Fit', fit),
    );
    return element('figure', { class: 'picture' }, element('figcaption', {}, title, tools), canvas, this.about);
  }

  private resize(zoom: number): void {
    this.zoom = zoom;
    this.drawing.setAttribute('width', String(Math.round(this.picture.layout.width * zoom)));
    this.drawing.setAttribute('height', String(Math.round(this.picture.layout.height * zoom)));
  }

  private waysAt(id: string): Set<number> {
    return entryOf(this.ways, id, () => new Set());
  }

  private lineView(placed: PlacedLine): SVGGElement {
    const { line, path, labelX, labelY } = placed;
    const made = svg(
      'g',
      { class: `line${line.isWrong ? ' wrong' : ''}`, 'aria-hidden': 'true' },
      svg('path', { d: path }),
      line.label === '' ? undefined : svg('text', { x: labelX, y: labelY, 'text-anchor': 'end' }, line.label),
    );
    this.lines.push({ placed, element: made });
    return made;
  }

  private boxView(placed: PlacedBox, isFirst: boolean): SVGGElement {
    const { box, x, y, width, height, lines } = placed;
    const made = svg(
      'g',
      {
        class: `box ${box.kind}${box.isWrong ? ' wrong' : ''}${box.link === undefined ? '' : ' linked'}`,
        tabindex: isFirst ? 0 : -1,
        role: box.link === undefined ? 'img' : 'link',
        'aria-label': `${lines.join(' ')}: ${box.about}${this.sharesOf(box.id)}`,
      },
      svg('rect', { x, y, width, height, rx: box.kind === 'client' || box.kind === 'endpoint' ? height / 3 : 4 }),
      // Blanks between the lines for screen readers.
      ...lines.flatMap((text, index) => [
        ' ',
        svg('text', { x: x + padding, y: y + 17 + index * 16, class: index === 0 ? 'first' : 'more' }, text),
      ]),
    );
    this.boxes.set(box.id, made);
    this.listen(made, placed);
    return made;
  }

  /** The labels of the lines from a box, for screen readers. */
  private sharesOf(id: string): string {
    const { lines, boxes } = this.picture.layout;
    const next = lines.filter(({ line }) => line.from === id);
    if (next.length === 0) return '';
    const words = next.slice(0, 12).map(({ line }) => {
      const label = boxes.find(({ box }) => box.id === line.to)?.box.label[0] ?? '';
      return line.label === '' ? label : `${line.label} to ${label}`;
    });
    return `. Leads to ${words.join(', ')}${next.length > 12 ? ` and ${next.length - 12} more` : ''}`;
  }

  private listen(made: SVGGElement, placed: PlacedBox): void {
    const { box } = placed;
    const look = (): void => {
      this.describe(placed);
      this.events.look(box.link);
    };
    const leave = (): void => {
      this.describe(undefined);
      this.events.look(undefined);
    };
    made.addEventListener('pointerenter', look);
    made.addEventListener('pointerleave', leave);
    made.addEventListener('focus', look);
    made.addEventListener('blur', leave);
    made.addEventListener('click', () => {
      if (box.link !== undefined) this.events.follow(box.link);
    });
    made.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && box.link !== undefined) this.events.follow(box.link);
      const next = nextBox(this.picture.layout.boxes, placed, event.key);
      if (next === undefined) return;
      event.preventDefault();
      this.focus(next);
    });
  }

  private focus(next: PlacedBox): void {
    for (const [id, made] of this.boxes) made.setAttribute('tabindex', id === next.box.id ? '0' : '-1');
    this.boxes.get(next.box.id)?.focus();
  }

  private describe(placed: PlacedBox | undefined): void {
    const ways = placed === undefined ? undefined : this.waysAt(placed.box.id);
    this.about.textContent = placed?.box.about ?? 'Point at a box, or go from box to box with the arrow keys.';
    const isOn = (some: Iterable<number>): boolean => ways === undefined || [...some].some((way) => ways.has(way));
    for (const {
      placed: { line },
      element: made,
    } of this.lines)
      made.classList.toggle('dim', !isOn(line.ways));
    for (const [id, made] of this.boxes)
      made.classList.toggle('dim', placed !== undefined && id !== placed.box.id && !isOn(this.waysAt(id)));
  }
}

function groupView({ name, x, y, width, height }: PlacedGroup): SVGGElement {
  return svg(
    'g',
    { class: 'group', 'aria-hidden': 'true' },
    svg('rect', { x, y, width, height, rx: 8 }),
    svg('text', { x: x + 8, y: y + 14 }, name.length > 36 ? `${name.slice(0, 35)}…` : name),
  );
}
