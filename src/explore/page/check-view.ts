/** The checks of a Service that does not answer, as `kubechains check` makes them. */
import { capitalised } from '../../check/print-text.js';
import type { CheckReport, CheckResult } from '../../check/types.js';
import type { Reason } from '../../explain/types.js';
import type { Answer } from '../answers.js';
import { element, type Child } from './dom.js';
import { fragmentOf } from './route.js';

/** Fills itself when the report is there; what failed is open at once. */
export function checkView(asked: Promise<Answer<CheckReport>>): HTMLElement {
  const summary = element('summary', {}, 'Checks: working …');
  const details = element('details', { class: 'checks' }, summary);
  asked.then(
    (answer) => {
      if ('missing' in answer) {
        summary.textContent = `Checks: ${answer.missing}`;
        return;
      }
      const { checks, failed } = answer.value;
      summary.textContent = `Checks: ${countsOf(answer.value)}`;
      details.open = failed > 0;
      details.append(element('ol', {}, ...checks.map(resultView)));
    },
    () => {
      summary.textContent = 'Checks: other inputs were opened.';
    },
  );
  return details;
}

function countsOf({ checks, failed, unknown }: CheckReport): string {
  const counts = [`${checks.length - failed - unknown} ok`];
  if (failed > 0) counts.push(`${failed} failed`);
  if (unknown > 0) counts.push(`${unknown} that the inputs cannot show`);
  return counts.join(', ');
}

function resultView({ title, status, reasons, todo }: CheckResult): HTMLElement {
  return element(
    'li',
    { class: status },
    element('span', { class: 'severity' }, status),
    ` ${title}`,
    ...reasons.map((reason) => element('p', {}, ...reasonView(reason))),
    todo === '' ? undefined : element('p', {}, `→ ${todo}`),
  );
}

function reasonView({ message, file, line = 1 }: Reason): Child[] {
  const words = capitalised(message);
  if (file === undefined) return [words];
  const link = element('a', { href: fragmentOf({ view: 'source', name: file, line }) }, `${file}:${line}`);
  return [words, ' (', link, ')'];
}
