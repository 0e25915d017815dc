import { plain } from '../../explain/words/plain.js';
import type { SourceText } from '../../manifests/types.js';
import type { Table } from '../../nftables/types.js';
import type { DumpPlace, NodeContext } from '../context.js';

/** The nftables tables of a node, each once, with their places. */
export function nftablesOf({ families, find, node }: NodeContext): { table: Table; place: DumpPlace }[] {
  const hasSave = (node.dump?.tables.length ?? 0) > 0;
  const tables = new Set(families.flatMap(({ content }) => content.nftables ?? []));
  if (tables.size === 0) return [];
  const begins = beginsOfTables(node.dump?.texts ?? []);
  const json = find(/^\s*\{\s*"nft/);
  return [...tables].flatMap((table) => {
    // The rules of iptables-nft are already in iptables-save.
    if (hasSave && table.managedBy !== undefined) return [];
    const place = begins.get(`${table.family} ${table.name}`) ?? json ?? begins.get(table.name);
    return place === undefined ? [] : [{ table, place }];
  });
}

/** The first place of each table, by the text between `table` and its brace. */
function beginsOfTables(texts: readonly SourceText[]): ReadonlyMap<string, DumpPlace> {
  const places = new Map<string, DumpPlace>();
  for (const { name: file, text } of texts)
    for (const [index, line] of text.split('\n').entries()) {
      const [, words] = /\btable (\S+(?: \S+)?) \{/.exec(line) ?? [];
      if (words !== undefined && !places.has(words)) places.set(words, { file, line: index + 1 });
    }
  return places;
}

/** `table inet shop`. */
export function tableName({ family, name }: Table): string {
  return `table ${family} ${plain(name)}`;
}
