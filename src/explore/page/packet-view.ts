/** Shows the outcomes of one packet side by side, and its path step by step. */
import type { Answer, ShownPacket } from '../answers.js';
import type { ShownOutcome, ShownStep } from '../packet/answer.js';
import { button, element } from './dom.js';
import { PictureView } from './picture-view.js';
import { goTo, noteStep } from './route.js';

/** `step`: the step shown first, counted from 1. */
export function packetView(answer: Answer<ShownPacket>, step: number): HTMLElement[] {
  if ('missing' in answer) return [element('p', { class: 'hint' }, answer.missing)];
  const { packet, servicePort, assumed, summary, remarks, outcomes, left, command } = answer.value;
  const isGood = outcomes.every(({ verdict }) => verdict === 'ACCEPT') && !remarks.some(({ stops }) => stops);
  const stepper = new Stepper(answer.value, step);
  const line = `${packet.protocol} ${packet.source} → ${packet.destination}${servicePort === '' ? '' : ` (${servicePort})`}, ${packet.inInterface === null ? 'sent by the node itself' : `in by ${packet.inInterface}`}`;
  return [
    element('p', {}, element('strong', {}, line)),
    element('ul', { class: 'plain' }, ...assumed.map((words) => element('li', {}, `Assumed: ${inFields(words)}`))),
    element(
      'div',
      { class: isGood ? 'summary' : 'summary wrong' },
      ...summary.map((words) => element('p', {}, words)),
      ...remarks.map(({ text, stops }) => element('p', { class: stops ? 'stops' : false }, text)),
    ),
    stepper.root,
    ...(left > 0 ? [element('p', {}, `… and ${left} more outcomes.`)] : []),
    element('p', {}, 'The same on the command line: ', element('code', {}, command)),
  ];
}

/** The fields of the form by the options with the same meaning. */
const fields: Readonly<Record<string, string>> = {
  '--to IP:PORT': 'To',
  '--from': 'From',
  '--from, --local': 'From or Comes in by',
  '--protocol': 'Protocol',
  '--in-interface': 'Comes in by',
};

/** A sentence of the command line with the form's names for what would decide otherwise. */
function inFields(words: string): string {
  return words.replace(/\((--[^()]+)\)/g, (all, option: string) =>
    fields[option] === undefined ? all : `(field ${fields[option]})`,
  );
}

/** Steps along the paths: all outcomes are at the same step. */
class Stepper {
  readonly root: HTMLElement;
  private readonly picture: PictureView;
  private readonly columns: readonly (readonly HTMLElement[])[];
  private readonly counter = element('span', {});
  private readonly words = element('p', { class: 'about', role: 'status' });
  private readonly last: number;
  private step: number;

  constructor(
    private readonly answer: ShownPacket,
    step: number,
  ) {
    const { outcomes, layout } = answer;
    this.last = outcomes.reduce((most, { steps }) => Math.max(most, steps.length), 0);
    this.picture = new PictureView({ title: 'The way of the packet', layout }, { follow: goTo, look: () => undefined });
    this.columns = outcomes.map(({ steps }) => steps.map((one, index) => this.stepView(one, index + 1)));
    const lists = outcomes.map((outcome, index) => outcomeView(outcome, this.columns[index] ?? []));
    this.root = element(
      'div',
      { class: 'stepper' },
      this.controls(),
      this.words,
      this.picture.root,
      element(
        'div',
        { class: 'outcomes', tabindex: 0, role: 'region', 'aria-label': 'Outcomes side by side' },
        ...lists,
      ),
    );
    this.step = Math.min(step, this.last);
    this.show();
  }

  private controls(): HTMLElement {
    const bar = element(
      'div',
      {
        class: 'tools',
        tabindex: 0,
        role: 'group',
        'aria-label': 'Steps of the way: the left and right arrow keys go back and forward',
      },
      button(
        'Start',
        () => {
          this.go(0);
        },
        {},
      ),
      button('← Back', () => {
        this.go(this.step - 1);
      }),
      this.counter,
      button('Forward →', () => {
        this.go(this.step + 1);
      }),
      button(
        'End',
        () => {
          this.go(this.last);
        },
        {},
      ),
    );
    bar.addEventListener('keydown', ({ key }) => {
      const to = { ArrowRight: this.step + 1, ArrowLeft: this.step - 1, Home: 0, End: this.last }[key];
      if (to !== undefined) this.go(to);
    });
    return bar;
  }

  private go(step: number): void {
    this.step = Math.max(0, Math.min(this.last, step));
    noteStep(this.step);
    this.show();
  }

  private show(): void {
    this.counter.textContent = this.step === 0 ? `${this.last} steps` : `Step ${this.step} of ${this.last}`;
    const now = this.answer.outcomes.flatMap(({ steps }) =>
      steps.slice(this.step - 1, this.step === 0 ? 0 : this.step),
    );
    const distinct = [...new Set(now.map(stepWords))];
    this.words.textContent =
      this.step === 0
        ? 'Go forward to walk with the packet.'
        : distinct.slice(0, 3).join(' · ') + (distinct.length > 3 ? ` · and ${distinct.length - 3} more` : '');
    this.picture.mark(new Set(now.map(({ box }) => box)));
    for (const column of this.columns)
      column.forEach((view, index) => {
        view.classList.toggle('now', index + 1 === this.step);
        view.classList.toggle('ahead', index + 1 > this.step && this.step > 0);
        if (index + 1 === this.step) view.setAttribute('aria-current', 'step');
        else view.removeAttribute('aria-current');
      });
  }

  private stepView(step: ShownStep, number: number): HTMLElement {
    const { table, chain, rule, text, effect } = step;
    const place = table === '' ? chain : `${table} ${chain}${rule > 0 ? ` ${rule}` : ''}`;
    const made = element(
      'li',
      {},
      element('span', { class: 'place' }, place),
      effect === '' ? undefined : element('span', { class: 'effect' }, ` ${effect}`),
      element('code', { class: 'rule-text' }, text.slice(0, 2000)),
    );
    made.addEventListener('click', () => {
      this.go(number);
    });
    return made;
  }
}

function stepWords({ hook, table, chain, rule, text, effect }: ShownStep): string {
  if (table === '') return `${hook}: ${text}`;
  return `${hook}, table ${table}, chain ${chain}${rule > 0 ? `, rule ${rule}` : ''}: ${effect}`;
}

function outcomeView(
  { share, verdict, destination, isMasqueraded, steps, assumptions }: ShownOutcome,
  views: readonly HTMLElement[],
): HTMLElement {
  const words = verdict === 'ACCEPT' ? `arrives at ${destination}` : verdict === 'DROP' ? 'dropped' : 'rejected';
  const source = verdict !== 'ACCEPT' ? '' : isMasqueraded ? "source becomes the node's" : 'source stays';
  const hooks: HTMLElement[] = [];
  let last = '';
  steps.forEach(({ hook }, index) => {
    if (hook !== last) hooks.push(element('li', { class: 'hook' }, hook));
    last = hook;
    const view = views[index];
    if (view !== undefined) hooks.push(view);
  });
  return element(
    'section',
    { class: `outcome${verdict === 'ACCEPT' ? '' : ' wrong'}` },
    element('h3', {}, `${share}: ${words}`),
    element('p', { class: 'note' }, source),
    ...(assumptions.length === 0
      ? []
      : [
          element(
            'p',
            { class: 'note' },
            `Assumed: ${assumptions.slice(0, 6).join('; ')}${assumptions.length > 6 ? ' …' : ''}`,
          ),
        ]),
    element('ol', { class: 'steps' }, ...hooks),
  );
}
