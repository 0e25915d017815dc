/** The page: shows the view in the URL, from the inputs that the library has opened. */
import type { Answer, NodeAnswer, Summary, ThingAnswer } from '../answers.js';
import { checkView } from './check-view.js';
import { compareView } from './compare-view.js';
import { element, part } from './dom.js';
import { fill, type EarlyView } from './early-view.js';
import { fileView } from './file-view.js';
import { Superseded, type Library } from './library.js';
import { nodeOutline, nodeView } from './node-view.js';
import { packetForm } from './packet-form.js';
import { packetView } from './packet-view.js';
import { currentRoute, fragmentOf, goTo, noted, type Route, type View } from './route.js';
import { ruleView } from './rule-view.js';
import { findingsView, serviceSketch, sourceView, thingView, title } from './views.js';
import { VirtualList, type ListItem } from './virtual-list.js';

/** What is complete within this time, in milliseconds, is not shown in part before. */
const grace = 150;

export class Page {
  private readonly main = part('main');
  private readonly status = part('status');
  /** For screen readers: that the rest of a view has followed. */
  private readonly said = part('said');
  private readonly services = new VirtualList('Services', (name) => {
    goTo({ view: 'service', name });
  });
  private readonly search = element('input', {
    type: 'search',
    placeholder: 'Search Services',
    'aria-label': 'Search Services',
  });
  private items: readonly ListItem[] = [];
  /** The mode of which the list shows problems; `''`: none yet. */
  private listed = '';
  private readonly nodes = new Map<string, Promise<Answer<NodeAnswer>>>();
  private shown = 0;
  private findings: number | undefined;

  constructor(
    private readonly library: Library,
    private summary: Summary,
  ) {
    this.begin();
    part('services').append(this.search, this.services.root);
    this.search.addEventListener('input', () => {
      this.filter();
    });
    // The fragment contains the view, so this link moves the focus without changing it.
    document.querySelector('.skip')?.addEventListener('click', (event) => {
      event.preventDefault();
      this.main.querySelector('h2')?.focus();
    });
    addEventListener('hashchange', () => {
      void this.show(true);
    });
    addEventListener(noted, () => {
      this.drawModes(this.completed(currentRoute()));
    });
  }

  /** Shows other or changed inputs; the keyboard focus is kept. */
  async reopen(summary: Summary): Promise<void> {
    this.summary = summary;
    this.listed = '';
    this.findings = undefined;
    this.nodes.clear();
    this.begin();
    await this.show(false);
  }

  /** Shows the number of findings on the tab; counting takes longer than the first view. */
  count(findings: number): void {
    this.findings = findings;
    this.drawTabs(this.completed(currentRoute()));
  }

  private begin(): void {
    const { title: words, services = [] } = this.summary;
    document.title = `${words} – kubechains`;
    part('title').textContent = words;
    // Their problems follow with the node.
    if (this.items.length === 0) this.items = services.map(({ name, note }) => itemOf(name, note, false));
    this.filter();
  }

  /** Shows the view in the URL; `moves`: moves the keyboard focus there. */
  async show(moves: boolean): Promise<void> {
    const turn = ++this.shown;
    const route = this.completed(currentRoute());
    this.drawModes(route);
    this.drawTabs(route);
    this.services.mark(route.view === 'service' ? route.name : '');
    this.status.textContent = 'Working …';
    this.said.textContent = '';
    // What is shown already is replaced only by all of the view, so that nothing flickers while texts are edited.
    const isFresh = moves || this.main.childElementCount === 0;
    const sooner = isFresh ? this.earlyView(route).catch(() => undefined) : Promise.resolve(undefined);
    const drawn: { early?: EarlyView | undefined } = {};
    const whole = this.viewOf(route, () => drawn.early).catch(defectView);
    const early = (drawn.early = await Promise.race([whole.then(() => undefined), after(grace, sooner)]));
    if (turn !== this.shown) return;
    if (early !== undefined) {
      this.draw(early.parts, moves);
      this.status.textContent = early.status;
    }
    const view = await whole;
    if (turn !== this.shown || view === undefined) return;
    this.draw(view, moves && early === undefined);
    this.status.textContent = '';
    if (early !== undefined) this.said.textContent = 'Everything is shown now.';
    this.main.querySelector('.wanted')?.scrollIntoView({ block: 'center' });
  }

  private draw(view: readonly HTMLElement[], moves: boolean): void {
    const { scrollTop } = this.main;
    fill(this.main, view);
    performance.mark('view');
    const heading = this.main.querySelector('h2');
    if (moves) {
      heading?.focus({ preventScroll: true });
      // On a small screen the whole page scrolls, and the answer is below the list.
      if (!isInSight(heading)) heading?.scrollIntoView();
    }
    this.main.scrollTop = moves ? 0 : scrollTop;
  }

  /** What is known of a view before the node's rules are generated. */
  private async earlyView({ view, name, mode }: Route): Promise<EarlyView | undefined> {
    const { services } = this.summary;
    if (services === undefined) return undefined;
    if (view === 'node') return nodeOutline(this.summary, services);
    return view === 'service' ? serviceSketch(name, await this.library.ask('sketch', mode, name)) : undefined;
  }

  private node(mode: string): Promise<Answer<NodeAnswer>> {
    const known = this.nodes.get(mode) ?? this.library.ask('node', mode);
    this.nodes.set(mode, known);
    return known;
  }

  private completed(route: Route): Route {
    const isKnown = this.summary.modes.some(({ name }) => name === route.mode);
    return isKnown ? route : { ...route, mode: this.summary.mode };
  }

  /** `early`: what is shown of it already. */
  private async viewOf(route: Route, early: () => EarlyView | undefined): Promise<HTMLElement[]> {
    const { view, name, mode, line } = route;
    const node = this.node(mode);
    if (this.listed !== mode) this.list(await node, mode);
    // If objects are rejected there is no node, so every view shows these errors.
    if (this.summary.refusals.length > 0 && !['source', 'findings', 'rule'].includes(view))
      return nodeView(this.summary, await node);
    switch (view) {
      case 'service':
        return this.service(route, await this.library.ask('service', mode, name), early());
      case 'chain':
        return thingView('Chain', await this.library.ask('chain', mode, name), name);
      case 'packet':
        return this.packet(route);
      case 'rules':
        return this.rules(route);
      case 'rule':
        return ruleView(await this.library.ask('rule', name), name);
      case 'findings':
        return findingsView(await this.library.ask('findings'));
      case 'source':
        return sourceView(await this.library.ask('source', name), name, line);
      case 'node':
        return nodeView(this.summary, await node, early());
    }
  }

  private service(route: Route, answer: Answer<ThingAnswer>, early: EarlyView | undefined): HTMLElement[] {
    const { name, mode } = route;
    const send = element('a', { href: fragmentOf({ view: 'packet', to: name, mode }) }, 'Send a packet to it');
    const comparison = compareView(route.isCompared, () => this.library.ask('compareService', name));
    const checks = checkView(this.library.ask('check', mode, name));
    const extras = [element('p', {}, send), checks, ...(this.summary.modes.length > 1 ? [comparison] : [])];
    return thingView('Service', answer, name, extras, early);
  }

  /** `line` counts within the chain that `name` names, where there is one. */
  private async rules({ mode, name, line }: Route): Promise<HTMLElement[]> {
    const facts = await this.library.ask('ruleFile', mode);
    const wanted = name === '' ? line : await this.library.ask('ruleLineOf', mode, name, line);
    return fileView(facts, wanted, {
      lines: (from, count) => this.library.ask('ruleLines', mode, from, count),
      find: (text, after) => this.library.ask('findInRules', mode, text, after),
    });
  }

  private async packet(route: Route): Promise<HTMLElement[]> {
    const { mode, to, step } = route;
    const form = packetForm(route, await this.library.ask('suggestions', mode));
    const head = [title('Packet'), form];
    if (to === '') return [...head, element('p', {}, 'Say where the packet goes; leave empty what does not matter.')];
    const answer = await this.library.ask('packet', mode, route);
    const canCompare = 'value' in answer && this.summary.modes.length > 1;
    const comparison = canCompare
      ? [compareView(route.isCompared, () => this.library.ask('comparePacket', route))]
      : [];
    return [...head, ...packetView(answer, step), ...comparison];
  }

  /** Fills the list of Services; if the mode cannot be explained, the previous mode's list remains. */
  private list(answer: Answer<NodeAnswer>, mode: string): void {
    this.listed = mode;
    if ('missing' in answer) return;
    const items = new Map<string, ListItem>();
    for (const { service, addresses, problem } of answer.value.services) {
      const known = items.get(service);
      const isWrong = problem !== '' || known?.isWrong === true;
      items.set(service, itemOf(service, known?.note ?? (addresses || 'no address'), isWrong));
    }
    this.items = [...items.values()];
    this.filter();
    this.services.mark(currentRoute().view === 'service' ? currentRoute().name : '');
  }

  private filter(): void {
    const words = this.search.value
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const fits = ({ title: name, note, isWrong }: ListItem): boolean =>
      words.every((word) => name.toLowerCase().includes(word) || note.includes(word) || (word === 'wrong' && isWrong));
    this.services.show(this.items.filter(fits));
  }

  private drawModes(route: Route): void {
    const choices = this.summary.modes.map(({ name, title: words }) =>
      element(
        'a',
        {
          href: fragmentOf({ ...route, mode: name }),
          'aria-current': name === route.mode ? 'true' : false,
          title: words,
        },
        name,
      ),
    );
    part('modes').replaceChildren(...(choices.length === 0 ? [] : [element('span', {}, 'Mode '), ...choices]));
  }

  private drawTabs({ view, mode }: Route): void {
    const tabs: readonly (readonly [View, string])[] = [
      ['node', 'Node'],
      ['packet', 'Packet'],
      ['rules', 'Rules'],
      ['findings', this.findings === undefined ? 'Findings' : `Findings (${this.findings})`],
    ];
    part('tabs').replaceChildren(
      ...tabs.map(([name, words]) =>
        element('a', { href: fragmentOf({ view: name, mode }), 'aria-current': name === view ? 'page' : false }, words),
      ),
    );
  }
}

function itemOf(name: string, note: string, isWrong: boolean): ListItem {
  return { key: name, title: name, note, isWrong };
}

/** A result, not before this many milliseconds. */
async function after<Value>(milliseconds: number, result: Promise<Value>): Promise<Value> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return result;
}

function isInSight(heading: Element | null): boolean {
  const { top = 0, bottom = 0 } = heading?.getBoundingClientRect() ?? {};
  return top >= 0 && bottom <= innerHeight / 2;
}

/** Undefined if other inputs were opened in the meantime: their view follows. */
function defectView(error: unknown): HTMLElement[] | undefined {
  if (error instanceof Superseded) return undefined;
  const words = error instanceof Error ? error.message : String(error);
  return [title('A defect in kubechains'), element('p', {}, words)];
}
