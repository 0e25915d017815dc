import { count, plain } from '../explain/words/plain.js';
import type { DiffReport } from './types.js';

/** One line a service port, worst first, and one for the node. */
export function printStat({ services, nodeDifferences }: DiffReport): string {
  const lines = services.map(({ name, severity, changes, rules }) => {
    const moved = rules.removed + rules.added === 0 ? '' : ` (rules -${rules.removed} +${rules.added})`;
    const what = changes.length === 0 ? 'same traffic' : `${severity}: ${count(changes.length, 'change')}`;
    return `${plain(name)}  ${what}${moved}\n`;
  });
  const own = nodeDifferences.length === 0 ? [] : [`the node  ${count(nodeDifferences.length, 'change')}\n`];
  return [...lines, ...own].join('');
}
