/** The views in the middle of the page. */
import type { Answer, ListedFinding, NodeAnswer, ShownSource, Summary, ThingAnswer } from '../answers.js';
import type { Link } from '../picture/picture.js';
import { documentView, scrollable } from './document-view.js';
import { element, svg, type Child } from './dom.js';
import { PictureView } from './picture-view.js';
import { fragmentOf, goTo } from './route.js';
import { RulesView } from './rules-view.js';

/** A heading that gets the keyboard focus when the view changes. */
export function title(text: string, ...more: readonly Child[]): HTMLElement {
  return element('h2', { tabindex: -1 }, text, ...more);
}

/** A Service or chain: its picture, the text of `explain`, its rules. */
export function thingView(
  kind: 'Service' | 'Chain',
  answer: Answer<ThingAnswer>,
  name: string,
  more: readonly HTMLElement[] = [],
): HTMLElement[] {
  if ('missing' in answer) return [title(`${kind} ${name.slice(0, 200)}`), element('p', {}, answer.missing)];
  const { heading, pictures, document: blocks, chains } = answer.value;
  const look = (link: Link | undefined): void => {
    rules.light(link);
    for (const view of views) view.light(link);
  };
  const views = pictures.map((picture) => new PictureView(picture, { follow: goTo, look }));
  const rules = new RulesView(chains, look);
  return [
    title(`${kind} ${heading}`),
    ...views.map(({ root }) => root),
    ...more,
    documentView(blocks.filter((block) => block.kind !== 'details')),
    ...(chains.length === 0 ? [] : [element('h3', {}, 'Rules'), rules.root]),
  ];
}

/** The whole node: problems first, then every Service as a small square. */
export function nodeView(summary: Summary, answer: Answer<NodeAnswer>): HTMLElement[] {
  const head = title(summary.node === '' ? 'The node' : `Node ${summary.node}`);
  const about = [...refusalList(summary), ...notesOf(summary)];
  if ('missing' in answer) return [head, element('p', {}, answer.missing), ...about];
  const { services, notes, picture } = answer.value;
  const wrong = services.filter(({ problem }) => problem !== '');
  return [
    head,
    element(
      'p',
      {},
      `${plural(services.length, 'Service port')}, ${wrong.length === 0 ? 'none with a problem.' : `${wrong.length} with a problem.`}`,
    ),
    ...(picture === undefined ? [] : [new PictureView(picture, { follow: goTo, look: () => undefined }).root]),
    ...(wrong.length === 0 ? [] : [element('h3', {}, 'What is wrong'), problemList(wrong)]),
    ...notes.map(({ message }) => element('p', {}, `${message}.`)),
    element('h3', {}, 'All Services'),
    squares(services),
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

/** A square for each Service, by namespace. The list of Services gives the same information in words. */
function squares(services: NodeAnswer['services']): HTMLElement {
  const byNamespace = new Map<string, Map<string, boolean>>();
  for (const { service, problem } of services) {
    const namespace = service.includes('/') ? (service.split('/')[0] ?? '') : 'without a name';
    const known = byNamespace.get(namespace) ?? new Map<string, boolean>();
    byNamespace.set(namespace, known);
    known.set(service, (known.get(service) ?? false) || problem !== '');
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
          element('span', { class: 'note' }, ` ${plural(own.size, 'Service')}`),
        ),
        squareGrid(own),
      ),
    ),
  );
}

const side = 14;

function squareGrid(services: ReadonlyMap<string, boolean>): SVGSVGElement {
  const columns = Math.max(1, Math.min(32, Math.ceil(Math.sqrt(services.size * 2))));
  const rows = Math.ceil(services.size / columns);
  const drawing = svg(
    'svg',
    { width: columns * side, height: rows * side, 'aria-hidden': 'true' },
    ...[...services].map(([name, isWrong], index) =>
      svg(
        'rect',
        {
          x: (index % columns) * side + 1,
          y: Math.floor(index / columns) * side + 1,
          width: side - 2,
          height: side - 2,
          rx: 2,
          class: isWrong ? 'wrong' : 'fine',
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

/** Lint's findings, each with its place. */
export function findingsView(findings: readonly ListedFinding[]): HTMLElement[] {
  return [
    title('Findings'),
    element('p', {}, findings.length === 0 ? 'Lint finds nothing.' : `Lint finds ${plural(findings.length, 'thing')}.`),
    findingList(findings),
  ];
}

function findingList(findings: readonly ListedFinding[]): HTMLElement {
  const most = 500;
  const items = findings
    .slice(0, most)
    .map(({ severity, rule, message, file, line, column }) =>
      element(
        'li',
        { class: severity },
        element('span', { class: 'severity' }, severity),
        ` ${message} `,
        element('a', { href: fragmentOf({ view: 'source', name: file, line }) }, `${file}:${line}:${column}`),
        ' (',
        element('a', { href: fragmentOf({ view: 'rule', name: rule }) }, rule),
        ')',
      ),
    );
  return element(
    'ul',
    { class: 'findings' },
    ...items,
    findings.length > most ? element('li', {}, `… and ${findings.length - most} more`) : undefined,
  );
}

/** The text of an input with one marked line. */
export function sourceView(answer: Answer<ShownSource>, name: string, line: number): HTMLElement[] {
  if ('missing' in answer) return [title(name.slice(0, 200)), element('p', {}, answer.missing)];
  const most = 2000;
  const lines = answer.value.text.split('\n');
  const marks = new Map(answer.value.marks.map((mark) => [mark.line, mark.service]));
  const start = Math.max(0, Math.min(line - most / 2, lines.length - most));
  const shown = lines.slice(start, start + most);
  return [
    title(name),
    start > 0 || lines.length > start + most
      ? element('p', {}, `Lines ${start + 1} to ${start + shown.length} of ${lines.length}.`)
      : undefined,
    scrollable(
      `Text of ${name.slice(0, 200)}`,
      element(
        'ol',
        { class: 'source', start: start + 1 },
        ...shown.map((text, index) => {
          const isWanted = start + index + 1 === line;
          return element(
            'li',
            { class: isWanted ? 'wanted' : false, 'aria-current': isWanted ? 'location' : false },
            element('code', {}, text.slice(0, 4000)),
            serviceLink(marks.get(start + index + 1)),
          );
        }),
      ),
    ),
  ].filter((one) => one !== undefined);
}

/** A link from a line of a manifest to the Service it concerns. */
function serviceLink(name: string | undefined): HTMLElement | undefined {
  return name === undefined
    ? undefined
    : element('a', { class: 'mark', href: fragmentOf({ view: 'service', name }) }, `→ ${name}`);
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
