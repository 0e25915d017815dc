import type { Family } from '../../net/address.js';
import type { ChainGroup } from '../types.js';
import { plain } from '../words/plain.js';
import type { TableNaming } from './naming.js';
import { ownerOfChain } from './table-words.js';
import { entryOf } from '../../diagnostics/groups.js';

/** The owners of the chains in a family's tables. Tables of both families are listed under `inet`. */
export function ownersOfTables(tables: readonly TableNaming[], family: Family): ChainGroup[] {
  const groups = new Map<string, ChainGroup & { chains: number; rules: number; examples: string[] }>();
  for (const { index } of tables) {
    const of: ChainGroup['family'] = index.table.family === 'inet' ? 'inet' : family;
    for (const { name, rules } of index.chains.values()) {
      const owner = ownerOfChain(index.table, name);
      const label = owner === 'unknown' ? 'no known owner' : owner;
      const key = `${of} ${label}`;
      const group = entryOf(groups, key, () => ({ owner: label, family: of, chains: 0, rules: 0, examples: [] }));
      group.chains++;
      group.rules += rules.length;
      const example = plain(`${index.name} ${name}`, 60);
      if (group.examples.length < 3) group.examples.push(example);
    }
  }
  return [...groups.values()];
}
