/** The view of the whole node. */
import type { Answer, ListedService, NodeAnswer, Summary } from '../answers.js';
import { element, svg } from './dom.js';
import type { EarlyView } from './early-view.js';
import { PictureView } from './picture-view.js';
import { fragmentOf, goTo } from './route.js';
import { findingList, title } from './views.js';
import { count } from '../../diagnostics/words.js';
import { entryOf } from '../../diagnostics/groups.js';

/** The whole node: problems first, then every Service as a small square. */
export function nodeView(summary: Summary, answer: Answer<NodeAnswer>, early?: EarlyView): HTMLElement[] {
  const head = early?.heading ?? nodeTitle(summary);
  const about = [...refusalList(summary), ...notesOf(summary)];
  if ('missing' in answer) return [head, element('p', {}, answer.missing), ...about];
  const { services, notes, picture } = answer.value;
  const wrong = services.filter(({ problem }) => problem !== '');
  return [
    head,
    element(
      'p',
      {},
      `${count(services.length, 'Service port')}, ${wrong.length === 0 ? 'none with a problem.' : `${wrong.length} with a problem.`}`,
    ),
    ...(picture === undefined ? [] : [new PictureView(picture, { follow: goTo, look: () => undefined }).root]),
    ...(wrong.length === 0 ? [] : [element('h3', {}, 'What is wrong'), problemList(wrong)]),
    ...notes.map(({ message }) => element('p', {}, `${message}.`)),
    element('h3', {}, 'All Services'),
    squares(services.map(({ service, problem }) => [service, problem === '' ? 'fine' : 'wrong'])),
    ...about,
  ];
}

function problemList(wrong: NodeAnswer['services']): HTMLElement {
  const most = 20;
  const items = wrong
    .slice(0, most)
    .map(({ service, port, problem }) =>
      element(
        'li',
        {},
        element('a', { href: fragmentOf({ view: 'service', name: service }) }, service),
        ` ${port}: ${problem}`,
      ),
    );
  const more =
    wrong.length > most
      ? [element('li', {}, `… and ${wrong.length - most} more: search the list of Services for “wrong”`)]
      : [];
  return element('ul', { class: 'problems' }, ...items, ...more);
}

/** The node before its rules are generated: its Services, of which it is not yet known whether anything is wrong. */
export function nodeOutline(summary: Summary, services: readonly ListedService[]): EarlyView {
  const heading = nodeTitle(summary);
  return {
    heading,
    pictures: [],
    parts: [
      heading,
      element('p', {}, `${count(services.length, 'Service')}. Whether any has a problem is not known yet.`),
      element('h3', {}, 'All Services'),
      squares(services.map(({ name }) => [name, 'unknown'])),
    ],
    status: 'Still generating the rules and looking for problems …',
  };
}

function nodeTitle({ node }: Summary): HTMLElement {
  return title(node === '' ? 'The node' : `Node ${node}`);
}

type State = 'fine' | 'wrong' | 'unknown';

/** A square for each Service, by namespace. The list of Services gives the same information in words. */
function squares(services: readonly (readonly [service: string, state: State])[]): HTMLElement {
  const byNamespace = new Map<string, Map<string, State>>();
  for (const [service, state] of services) {
    const namespace = service.includes('/') ? (service.split('/')[0] ?? '') : 'without a name';
    const known = entryOf(byNamespace, namespace, () => new Map<string, State>());
    known.set(service, known.get(service) === 'wrong' ? 'wrong' : state);
  }
  return element(
    'div',
    { class: 'map' },
    ...[...byNamespace].map(([namespace, own]) =>
      element(
        'section',
        {},
        element(
          'h4',
          {},
          namespace.slice(0, 100),
          element('span', { class: 'note' }, ` ${count(own.size, 'Service')}`),
        ),
        squareGrid(own),
      ),
    ),
  );
}

const side = 14;

function squareGrid(services: ReadonlyMap<string, State>): SVGSVGElement {
  const columns = Math.max(1, Math.min(32, Math.ceil(Math.sqrt(services.size * 2))));
  const rows = Math.ceil(services.size / columns);
  const drawing = svg(
    'svg',
    { width: columns * side, height: rows * side, 'aria-hidden': 'true' },
    ...[...services].map(([name, state], index) =>
      svg(
        'rect',
        {
          x: (index % columns) * side + 1,
          y: Math.floor(index / columns) * side + 1,
          width: side - 2,
          height: side - 2,
          rx: 2,
          class: state,
          'data-service': name,
        },
        svg('title', {}, name),
      ),
    ),
  );
  drawing.addEventListener('click', ({ target }) => {
    const name = target instanceof SVGElement ? target.dataset.service : undefined;
    if (name !== undefined) goTo({ view: 'service', name });
  });
  return drawing;
}

function refusalList({ refusals }: Summary): HTMLElement[] {
  return refusals.length === 0
    ? []
    : [element('h3', {}, 'The API server would reject these objects'), findingList(refusals)];
}

function notesOf({ notes, filledIn, skipped }: Summary): HTMLElement[] {
  const most = 200;
  return [
    ...(notes.length === 0
      ? []
      : [element('h3', {}, 'Notes'), list(notes.map((note) => `${note}${/[.?]$/.test(note) ? '' : '.'}`))]),
    ...(filledIn.length === 0
      ? []
      : [
          element(
            'details',
            {},
            element('summary', {}, `Filled in (not in the manifests): ${filledIn.length}`),
            list(filledIn.slice(0, most).map(({ object, detail }) => `${object}: ${detail}`)),
            filledIn.length > most ? element('p', {}, `… and ${filledIn.length - most} more.`) : undefined,
          ),
        ]),
    ...(skipped.length === 0
      ? []
      : [element('h3', {}, 'Not read'), list(skipped.slice(0, most).map(({ file, reason }) => `${file}: ${reason}`))]),
  ];
}

function list(texts: readonly string[]): HTMLElement {
  return element('ul', {}, ...texts.map((text) => element('li', {}, text)));
}
