import { plain } from '../explain/words/plain.js';
import type { Migration } from './report.js';

/** One line for each Service, worst first: the number of kinds of differences that stop, change and start traffic. */
export function printStat({ differences, remarks }: Migration): string {
  const rows = new Map<string, { stops: Set<string>; changes: Set<string>; starts: Set<string> }>();
  const add = (owner: string, severity: 'stops' | 'changes' | 'starts', kind: string): void => {
    const row = rows.get(owner) ?? { stops: new Set(), changes: new Set(), starts: new Set() };
    rows.set(owner, row);
    row[severity].add(kind);
  };
  for (const { owner, severity, kind } of differences) add(owner === '' ? 'the node' : owner, severity, kind.id);
  for (const { services, severity, kind } of remarks)
    for (const owner of services.length === 0 ? ['the node'] : services) add(owner, severity, kind.id);
  return [...rows]
    .sort(([a, one], [b, other]) => other.stops.size - one.stops.size || (a < b ? -1 : 1))
    .map(([owner, row]) => {
      const words = (['stops', 'changes', 'starts'] as const).flatMap((severity) =>
        row[severity].size === 0 ? [] : [`${severity}: ${[...row[severity]].sort().join(', ')}`],
      );
      return `${plain(owner)}  ${words.join('; ')}\n`;
    })
    .join('');
}
