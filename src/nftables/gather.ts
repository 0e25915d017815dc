/** Collects tables and their parts from a text; a table or chain may be spread over several blocks. */
import type { NamedObject, Rule, SetElement, Table, TableFamily, TablePart } from './types.js';

type Named = Exclude<TablePart, { kind: 'rawPart' }>;

/** The identity of a part: its kind and name. */
export type PartKey = `${'chain' | 'set' | 'flowtable' | NamedObject['value']['kind']} ${string}`;

/** The parts of one table. Adding takes time proportional to what is added, even if a name occurs often. */
class Parts {
  private readonly kept: (TablePart | undefined)[] = [];
  private readonly indexes = new Map<string, number>();

  get all(): TablePart[] {
    return this.kept.filter((part) => part !== undefined);
  }

  get(key: PartKey): TablePart | undefined {
    return this.kept[this.indexes.get(key) ?? -1];
  }

  /** Replaces a part; undefined removes it. */
  replace(key: PartKey, part: TablePart | undefined): void {
    const index = this.indexes.get(key);
    if (index === undefined) return;
    this.kept[index] = part;
    if (part === undefined) this.indexes.delete(key);
  }

  add(part: TablePart): void {
    const key = part.kind === 'rawPart' ? undefined : keyOf(part);
    const index = key === undefined ? undefined : this.indexes.get(key);
    const before = this.kept[index ?? -1];
    if (index !== undefined && before !== undefined) this.kept[index] = merged(before, part);
    else {
      if (key !== undefined) this.indexes.set(key, this.kept.length);
      this.kept.push(part);
    }
  }
}

/** Chains and sets have separate name spaces, and so have sets and each kind of object. */
function keyOf(part: Named): string {
  const kind = part.kind === 'map' || part.kind === 'meter' ? 'set' : part.kind;
  return `${part.kind === 'object' ? part.value.kind : kind} ${part.name}`;
}

/**
 * The later block determines the properties of a chain or set. Rules and elements are appended to the earlier array.
 */
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

/** All tables of a text, in order of first appearance. */
export class Tables {
  private readonly gathered = new Map<string, { table: Omit<Table, 'parts'>; parts: Parts }>();

  add({ parts, ...table }: Table): void {
    const key = `${table.family} ${table.name}`;
    const before = this.gathered.get(key);
    const known = before ?? { table, parts: new Parts() };
    for (const part of parts) known.parts.add(part);
    this.gathered.set(key, { table: before === undefined ? table : { ...before.table, ...table }, parts: known.parts });
  }

  /** The parts of a table; undefined if it does not exist. */
  partsOf(family: TableFamily, name: string): Pick<Parts, 'all' | 'get' | 'replace' | 'add'> | undefined {
    return this.gathered.get(`${family} ${name}`)?.parts;
  }

  remove(family: TableFamily, name: string): void {
    this.gathered.delete(`${family} ${name}`);
  }

  /** Removes all tables, of one family or of all. */
  clear(family?: TableFamily): void {
    for (const [key, { table }] of this.gathered)
      if (family === undefined || table.family === family) this.gathered.delete(key);
  }

  get all(): Table[] {
    return Array.from(this.gathered.values(), ({ table, parts }) => ({ ...table, parts: parts.all }));
  }
}
