import { plain } from '../explain/words/plain.js';
import { besidesByService } from './summary.js';
import type { DiffReport } from './types.js';
import { count } from '../diagnostics/words.js';

/** One line for each service port, worst first, and one for the node. */
export function printStat(report: DiffReport): string {
  const { services, nodeDifferences } = report;
  const lines = services.map(({ name, severity, changes, rules }) => {
    const moved = rules.removed + rules.added === 0 ? '' : ` (rules -${rules.removed} +${rules.added})`;
    const what = changes.length === 0 ? 'same traffic' : `${severity}: ${count(changes.length, 'change')}`;
    return `${plain(name)}  ${what}${moved}\n`;
  });
  const own = nodeDifferences.length === 0 ? [] : [`the node  ${count(nodeDifferences.length, 'change')}\n`];
  const besides = besidesByService(report).map(
    ({ service, differences }) =>
      `${plain(service)}  ${differences[0]?.severity ?? ''}: ${count(differences.length, 'change')} apart from the rules\n`,
  );
  return [...lines, ...besides, ...own].join('');
}
