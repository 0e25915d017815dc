import { plain } from '../../explain/words/plain.js';
import type { Table } from '../../nftables/types.js';
import type { DumpPlace, NodeContext } from '../context.js';

/** The tables of nftables that a node has, each once, with where they stand. */
export function nftablesOf({ families, find, node }: NodeContext): { table: Table; place: DumpPlace }[] {
  const hasSave = (node.dump?.tables.length ?? 0) > 0;
  const tables = new Set(families.flatMap(({ content }) => content.nftables ?? []));
  return [...tables].flatMap((table) => {
    // What iptables-nft keeps there is in iptables-save.
    if (hasSave && table.managedBy !== undefined) return [];
    const place =
      find(`table ${table.family} ${table.name} {`) ?? find(/^\s*\{\s*"nft/) ?? find(`table ${table.name} {`);
    return place === undefined ? [] : [{ table, place }];
  });
}

/** `table inet shop`. */
export function tableName({ family, name }: Table): string {
  return `table ${family} ${plain(name)}`;
}
