/** The views in the middle of the page. */
import type { Answer, DrawnPicture, ListedFinding, ShownSource, ThingAnswer } from '../answers.js';
import type { Link } from '../picture/picture.js';
import { documentView, scrollable } from './document-view.js';
import { element, type Child } from './dom.js';
import type { EarlyView } from './early-view.js';
import { PictureView } from './picture-view.js';
import { fragmentOf, goTo } from './route.js';
import { RulesView } from './rules-view.js';
import { count } from '../../diagnostics/words.js';

/** A heading that gets the keyboard focus when the view changes. */
export function title(text: string, ...more: readonly Child[]): HTMLElement {
  return element('h2', { tabindex: -1 }, text, ...more);
}

/** The pictures of a Service without its text; undefined if there are none. */
export function serviceSketch(name: string, answer: Answer<readonly DrawnPicture[]>): EarlyView | undefined {
  if ('missing' in answer || answer.value.length === 0) return undefined;
  const heading = title(`Service ${name.slice(0, 200)}`);
  const pictures = answer.value.map((picture) => new PictureView(picture, { follow: goTo, look: () => undefined }));
  const parts = [heading, ...pictures.map(({ root }) => root)];
  return { heading, pictures, parts, status: 'The picture is ready. Rules, checks and problems follow …' };
}

/** A Service or chain: its picture, the text of `explain`, its rules. What was shown of it early remains in place. */
export function thingView(
  kind: 'Service' | 'Chain',
  answer: Answer<ThingAnswer>,
  name: string,
  more: readonly HTMLElement[] = [],
  early?: EarlyView,
): HTMLElement[] {
  const head = early?.heading ?? title(`${kind} ${name.slice(0, 200)}`);
  if ('missing' in answer) return [head, element('p', {}, answer.missing)];
  const { pictures, document: blocks, chains } = answer.value;
  const look = (link: Link | undefined): void => {
    rules.light(link);
    for (const view of views) view.light(link);
  };
  const events = { follow: goTo, look };
  const views = pictures.map((picture, index) => {
    const known = early?.pictures[index];
    if (known?.shows(picture) !== true) return new PictureView(picture, events);
    known.events = events;
    return known;
  });
  const rules = new RulesView(chains, look);
  return [
    head,
    ...views.map(({ root }) => root),
    ...more,
    documentView(blocks.filter((block) => block.kind !== 'details')),
    ...(chains.length === 0 ? [] : [element('h3', {}, 'Rules'), rules.root]),
  ];
}

/** Lint's findings, each with its place. */
export function findingsView(findings: readonly ListedFinding[]): HTMLElement[] {
  return [
    title('Findings'),
    element('p', {}, findings.length === 0 ? 'Lint finds nothing.' : `Lint finds ${count(findings.length, 'thing')}.`),
    findingList(findings),
  ];
}

export function findingList(findings: readonly ListedFinding[]): HTMLElement {
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
