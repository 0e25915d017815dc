/** A long text of rules: only the lines in sight are on the page, and the library is asked for them as they come. */
import type { Answer, FileLine, RuleFileFacts } from '../answers.js';
import { button, element, type Child } from './dom.js';
import { fragmentOf } from './route.js';

interface FileEvents {
  lines(from: number, count: number): Promise<readonly FileLine[]>;
  find(text: string, after: number): Promise<number>;
}

const rowHeight = 22;
const spare = 40;

/** `line`: the one that is marked and brought into sight; 0 for none. */
export function fileView(answer: Answer<RuleFileFacts>, line: number, events: FileEvents): HTMLElement[] {
  const head = element('h2', { tabindex: -1 }, 'All rules');
  if ('missing' in answer) return [head, element('p', {}, answer.missing)];
  if (answer.value.lines === 0) return [head, element('p', {}, 'There are no rules.')];
  const view = new FileView(answer.value, line, events);
  return [head, view.tools, view.root, view.status];
}

class FileView {
  readonly root = element('div', { class: 'file-text', tabindex: 0, role: 'region', 'aria-label': 'Rules as text' });
  readonly status = element('p', { class: 'note', role: 'status' });
  readonly tools: HTMLElement;
  private readonly space = element('div', { class: 'space' });
  private from = 0;
  private to = 0;
  private asked = 0;

  constructor(
    private readonly facts: RuleFileFacts,
    private wanted: number,
    private readonly events: FileEvents,
  ) {
    this.tools = this.toolBar();
    this.space.style.height = `${facts.lines * rowHeight}px`;
    this.root.append(this.space);
    this.root.addEventListener('scroll', () => {
      this.draw(false);
    });
    new ResizeObserver((_entries, observer) => {
      if (this.root.clientHeight === 0) return;
      observer.disconnect();
      this.goTo(this.wanted);
    }).observe(this.root);
  }

  private toolBar(): HTMLElement {
    const search = element('input', {
      type: 'search',
      placeholder: 'Find in the rules',
      'aria-label': 'Find in the rules',
    });
    const form = element(
      'form',
      { class: 'file-tools' },
      search,
      button('Next', () => undefined, { type: 'submit' }),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.find(search.value.trim());
    });
    const parts = this.facts.parts.map(({ title, from }) =>
      button(title, () => {
        this.goTo(from);
      }),
    );
    form.append(...(parts.length > 1 ? parts : []));
    return form;
  }

  private async find(text: string): Promise<void> {
    const line = await this.events.find(text, this.wanted);
    if (line === 0) this.status.textContent = 'No line holds that.';
    else this.goTo(line);
  }

  /** Marks a line and brings it into the middle. */
  private goTo(line: number): void {
    this.wanted = line;
    this.root.scrollTop = Math.max(0, (line - 1) * rowHeight - this.root.clientHeight / 2);
    this.draw(true);
  }

  /** Asks for the lines in sight where they are not there. */
  private draw(isForced: boolean): void {
    const first = Math.floor(this.root.scrollTop / rowHeight) + 1;
    const last = Math.min(this.facts.lines, Math.ceil((this.root.scrollTop + this.root.clientHeight) / rowHeight));
    this.say(first, last);
    if (!isForced && first >= this.from && last <= this.to) return;
    [this.from, this.to] = [Math.max(1, first - spare), Math.min(this.facts.lines, last + spare)];
    const turn = ++this.asked;
    const { from } = this;
    this.events.lines(from, this.to - from + 1).then(
      (lines) => {
        if (turn === this.asked) this.space.replaceChildren(...lines.map((line) => this.row(line)));
      },
      () => undefined,
    );
  }

  private say(first: number, last: number): void {
    const { lines, parts } = this.facts;
    const part = parts.filter(({ from }) => from <= first).at(-1)?.title ?? '';
    this.status.textContent = `${part}: lines ${first} to ${last} of ${lines}.`;
  }

  private row({ number, text, chains, service, place }: FileLine): HTMLElement {
    const row = element(
      'div',
      { class: `file-line${number === this.wanted ? ' wanted' : ''}` },
      element('span', { class: 'number' }, String(number)),
      element('code', {}, ...linked(text.slice(0, 4000), new Set(chains))),
      ...(service === undefined ? [] : [' ', link(`→ ${service}`, { view: 'service', name: service })]),
      ...(place === undefined
        ? []
        : [' ', link(`← ${place.file}:${place.line}`, { view: 'source', name: place.file, line: place.line })]),
    );
    row.style.top = `${(number - 1) * rowHeight}px`;
    return row;
  }
}

function link(words: string, route: Parameters<typeof fragmentOf>[0]): HTMLElement {
  return element('a', { class: 'mark', href: fragmentOf(route) }, words.slice(0, 200));
}

/** A text with the chains that it names as links. */
function linked(text: string, names: ReadonlySet<string>): Child[] {
  return text
    .split(/([\s,:"]+)/)
    .map((piece) =>
      names.has(piece) ? element('a', { href: fragmentOf({ view: 'chain', name: piece }) }, piece) : piece,
    );
}
