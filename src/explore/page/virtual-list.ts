import { element } from './dom.js';

/** One line of a long list. */
export interface ListItem {
  readonly key: string;
  readonly title: string;
  readonly note: string;
  readonly isWrong: boolean;
}

const rowHeight = 44;
const spare = 6;

/**
 * A list box that renders only visible rows, so that thousands of items scroll as fast as ten. Arrow keys, Home, End,
 * Page Up and Page Down move; Enter or a click selects.
 */
export class VirtualList {
  readonly root = element('div', { role: 'listbox', tabindex: 0, class: 'list' });
  private readonly space = element('div', { class: 'space', role: 'presentation' });
  private items: readonly ListItem[] = [];
  private active = 0;
  private chosen = '';

  constructor(
    label: string,
    private readonly choose: (key: string) => void,
  ) {
    this.root.setAttribute('aria-label', label);
    this.root.append(this.space);
    this.root.addEventListener('scroll', () => {
      this.draw();
    });
    this.root.addEventListener('keydown', (event) => {
      this.press(event);
    });
    new ResizeObserver(() => {
      this.draw();
    }).observe(this.root);
  }

  /** Shows other items; the selected one remains selected if it is among them. */
  show(items: readonly ListItem[]): void {
    this.items = items;
    this.active = Math.max(0, this.indexOf(this.chosen));
    this.space.style.height = `${items.length * rowHeight}px`;
    this.draw();
  }

  /** Marks the item with this key and scrolls it into view. */
  mark(key: string): void {
    this.chosen = key;
    const index = this.indexOf(key);
    if (index !== -1) this.moveTo(index);
    else this.draw();
  }

  private indexOf(key: string): number {
    return this.items.findIndex((item) => item.key === key);
  }

  private press(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.root.clientHeight / rowHeight) - 1);
    const moves: Record<string, number> = {
      ArrowDown: this.active + 1,
      ArrowUp: this.active - 1,
      PageDown: this.active + page,
      PageUp: this.active - page,
      Home: 0,
      End: this.items.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) this.moveTo(to);
    else if (event.key === 'Enter' || event.key === ' ') this.pick(this.active);
    else return;
    event.preventDefault();
  }

  private pick(index: number): void {
    const item = this.items[index];
    if (item === undefined) return;
    this.active = index;
    this.chosen = item.key;
    this.choose(item.key);
    this.draw();
  }

  private moveTo(index: number): void {
    this.active = Math.max(0, Math.min(this.items.length - 1, index));
    const top = this.active * rowHeight;
    if (top < this.root.scrollTop) this.root.scrollTop = top;
    else if (top + rowHeight > this.root.scrollTop + this.root.clientHeight)
      this.root.scrollTop = top + rowHeight - this.root.clientHeight;
    this.draw();
  }

  private draw(): void {
    const first = Math.max(0, Math.floor(this.root.scrollTop / rowHeight) - spare);
    const last = Math.min(
      this.items.length,
      Math.ceil((this.root.scrollTop + this.root.clientHeight) / rowHeight) + spare,
    );
    this.space.replaceChildren(...this.items.slice(first, last).map((item, offset) => this.row(item, first + offset)));
    const isInSight = this.active >= first && this.active < last;
    if (isInSight) this.root.setAttribute('aria-activedescendant', `item-${this.active}`);
    else this.root.removeAttribute('aria-activedescendant');
  }

  private row({ key, title, note, isWrong }: ListItem, index: number): HTMLElement {
    const row = element(
      'div',
      {
        role: 'option',
        id: `item-${index}`,
        class: `item${index === this.active ? ' active' : ''}${isWrong ? ' wrong' : ''}`,
        'aria-selected': String(key === this.chosen),
        'aria-setsize': this.items.length,
        'aria-posinset': index + 1,
      },
      element('span', { class: 'title' }, title.slice(0, 200)),
      element('span', { class: 'note' }, note.slice(0, 200)),
    );
    row.style.top = `${index * rowHeight}px`;
    row.addEventListener('click', () => {
      this.pick(index);
    });
    return row;
  }
}
