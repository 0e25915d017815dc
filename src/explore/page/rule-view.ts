/** Shows a rule of lint: its meaning and what to do, as `kubechains rules ID` prints it. */
import type { DocumentedRule } from '../../lint/rule.js';
import type { Answer } from '../answers.js';
import { element, type Child } from './dom.js';
import { scrollable } from './document-view.js';
import { title } from './views.js';

export function ruleView(answer: Answer<DocumentedRule>, name: string): HTMLElement[] {
  if ('missing' in answer) return [title(`Rule ${name.slice(0, 200)}`), element('p', {}, answer.missing)];
  const { id, severity, documentation } = answer.value;
  const { summary, why, remedy, bad, good, sources, falseAlarm } = documentation;
  return [
    title(`Rule ${id}`),
    element('p', {}, element('strong', {}, severity), ': ', ...marked(summary)),
    ...paragraphs(why),
    element('h3', {}, 'What to do'),
    ...paragraphs(remedy),
    ...(falseAlarm === undefined ? [] : [element('h3', {}, 'When this is a false alarm'), ...paragraphs(falseAlarm)]),
    element('h3', {}, 'Reported'),
    example('A text that is reported', bad),
    element('h3', {}, 'Not reported'),
    example('A text that is not reported', good),
    element('h3', {}, 'Where this comes from'),
    element('ul', {}, ...sources.map((source) => element('li', {}, ...marked(source)))),
  ];
}

function paragraphs(text: string): HTMLElement[] {
  return text
    .trim()
    .split(/\n\n+/)
    .map((one) => element('p', {}, ...marked(one)));
}

/** Formats `code`, the only inline markup in rule pages. */
function marked(text: string): Child[] {
  return text.split('`').map((piece, index) => (index % 2 === 1 ? element('code', {}, piece) : piece));
}

function example(label: string, text: string): HTMLElement {
  return scrollable(label, element('pre', {}, element('code', {}, text.trim())));
}
