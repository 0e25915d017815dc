/** A table of all modes; rows with differences are marked. */
import type { Comparison } from '../compare.js';
import { element } from './dom.js';
import { scrollable } from './document-view.js';
import { currentRoute, noteCompared } from './route.js';

/**
 * Filled in when the comparison is ready. Loaded when it is opened, because every mode must be generated for it. The URL
 * contains whether it is.
 */
export function compareView(isOpen: boolean, ask: () => Promise<Comparison>): HTMLElement {
  const content = element('div', {}, 'Working …');
  const summary = element('summary', {}, 'Compare the proxy modes');
  const details = element('details', { class: 'compare', open: isOpen }, summary, content);
  let isAsked = false;
  details.addEventListener('toggle', () => {
    if (details.isConnected && currentRoute().isCompared !== details.open) noteCompared(details.open);
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
