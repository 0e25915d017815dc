/** A table of all modes; rows with differences are marked. */
import type { Comparison } from '../compare.js';
import { element } from './dom.js';
import { scrollable } from './document-view.js';

/** Filled in when the comparison is ready. Loaded on demand, because every mode must be generated for it. */
export function compareView(ask: () => Promise<Comparison>): HTMLElement {
  const content = element('div', {}, 'Working …');
  const details = element('details', { class: 'compare' }, element('summary', {}, 'Compare the proxy modes'), content);
  let isAsked = false;
  details.addEventListener('toggle', () => {
    if (!details.open || isAsked) return;
    isAsked = true;
    ask().then(
      (comparison) => {
        content.replaceChildren(...comparisonView(comparison));
      },
      (error: unknown) => {
        content.textContent = String(error);
      },
    );
  });
  return details;
}

function comparisonView({ modes, rows }: Comparison): HTMLElement[] {
  const differing = rows.filter(({ differs }) => differs).length;
  const missing = modes.filter((one) => one.missing !== '');
  const head = ['', ...modes.map(({ mode }) => mode)].map((words) => element('th', { scope: 'col' }, words));
  const body = rows.map(({ what, cells, differs }) =>
    element(
      'tr',
      { class: differs ? 'differs' : false },
      element('th', { scope: 'row' }, differs ? element('strong', {}, '≠ ', what) : what),
      ...cells.map((cell, index) => element('td', {}, cell || (modes[index]?.missing ? '–' : 'not there'))),
    ),
  );
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...body));
  return [
    element('p', {}, differing === 0 ? 'All is alike.' : `${differing} of ${rows.length} rows differ, marked with ≠.`),
    ...missing.map(({ mode, missing: why }) => element('p', {}, `${mode}: ${why}.`)),
    scrollable('Proxy modes compared', table),
  ];
}
