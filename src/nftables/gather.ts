/** Tables and their parts gathered from a text: what stands in several blocks is one. */
import type { Rule, SetElement, Table, TablePart } from './types.js';

type Named = Exclude<TablePart, { kind: 'rawPart' }>;

/** The parts of one table. Adding costs what is added, however often a name comes. */
class Parts {
  readonly all: TablePart[] = [];
  private readonly indexes = new Map<string, number>();

  add(part: TablePart): void {
    const key = part.kind === 'rawPart' ? undefined : keyOf(part);
    const index = key === undefined ? undefined : this.indexes.get(key);
    if (index !== undefined)
      this.all.splice(index, 1, ...this.all.slice(index, index + 1).map((one) => merged(one, part)));
    else {
      if (key !== undefined) this.indexes.set(key, this.all.length);
      this.all.push(part);
    }
  }
}

/** Chains share no names with sets, and sets none with objects of any kind. */
function keyOf(part: Named): string {
  const kind = part.kind === 'map' || part.kind === 'meter' ? 'set' : part.kind;
  return `${part.kind === 'object' ? part.value.kind : kind} ${part.name}`;
}

/** The later one says what a chain or set is; rules and elements add up, in the array that the earlier one had. */
function merged(before: TablePart, added: TablePart): TablePart {
  if (before.kind === 'chain' && added.kind === 'chain')
    return { ...before, ...added, rules: extended<Rule>(before.rules, added.rules) };
  if ('elements' in before && 'elements' in added)
    return { ...before, ...added, elements: extended<SetElement>(before.elements, added.elements) };
  return added;
}

function extended<Item>(before: readonly Item[], added: readonly Item[]): readonly Item[] {
  const all = before as Item[];
  for (const item of added) all.push(item);
  return all;
}

/** All tables of a text, in the order in which each first came. */
export class Tables {
  private readonly gathered = new Map<string, { table: Omit<Table, 'parts'>; parts: Parts }>();

  add({ parts, ...table }: Table): void {
    const key = `${table.family} ${table.name}`;
    const before = this.gathered.get(key);
    const known = before ?? { table, parts: new Parts() };
    for (const part of parts) known.parts.add(part);
    this.gathered.set(key, { table: before === undefined ? table : { ...before.table, ...table }, parts: known.parts });
  }

  get all(): Table[] {
    return Array.from(this.gathered.values(), ({ table, parts }) => ({ ...table, parts: parts.all }));
  }
}
