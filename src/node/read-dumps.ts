import type { Finding } from '../diagnostics/finding.js';
import type { RuleSet, Table } from '../iptables/types.js';
import { tableHasChain } from '../iptables/chains.js';
import type { ParsedDump } from '../iptables/dump/types.js';
import { boundBy, familyOfServer, familyOfSet } from '../ipvs/dumped-families.js';
import type { IpSet, VirtualServer } from '../ipvs/types.js';
import type { Family } from '../net/address.js';
import { hasKubeServices } from '../nftables/services/iptables-nft.js';
import type { Table as NftablesTable } from '../nftables/types.js';
import type { DumpPart } from './mode.js';
import type { NodeContent } from './content.js';
import type { SortedTexts } from './sort-texts.js';
import type { NodeDump, RepeatedTables } from './types.js';

/** The content of the dumps of one node. */
export interface ReadDumps {
  readonly contents: readonly NodeContent[];
  readonly dump: NodeDump;
  /** What was not understood. */
  readonly findings: readonly Finding[];
}

/** Reads a node's dumps and joins their content by family. Never throws; problems are in the findings. */
export async function readDumps(sorted: SortedTexts): Promise<ReadDumps> {
  const parts: DumpPart[] = [];
  for (const { format, source } of sorted.dumps) parts.push((await format.load())(source));
  return joinParts(await withListedTables(parts, sorted), sorted);
}

/** If iptables-save was not given, tables of iptables-nft are read from nft's list. */
async function withListedTables(parts: readonly DumpPart[], { dumps }: SortedTexts): Promise<readonly DumpPart[]> {
  const isSaved = parts.some(({ tables = [] }) => tables.length > 0);
  if (isSaved || !parts.some(({ nftables = [] }) => nftables.some(hasKubeServices))) return parts;
  const { withListed } = await import('./listed/listed-tables.js');
  return parts.map((part, index) => {
    const source = dumps[index]?.source;
    return source === undefined ? part : withListed(part, source);
  });
}

/** Joins the content of a node's dumps by family. */
export function joinParts(parts: readonly DumpPart[], { dumps, dumpTexts }: SortedTexts): ReadDumps {
  const tables = parts.flatMap((part) => part.tables ?? []);
  const { ruleSets, repeated } = joinTables(tables);
  return {
    contents: byFamily(
      ruleSets,
      parts.flatMap((part) => part.sets ?? []),
      parts.flatMap((part) => part.virtualServers ?? []),
      parts.flatMap((part) => part.nftables ?? []),
    ),
    dump: { texts: dumpTexts, commands: [...new Set(dumps.map(({ format }) => format.command))], tables, repeated },
    findings: parts.flatMap(({ findings }) => findings),
  };
}

/**
 * The IP families of packets that an nftables table applies to; those for bridges and network cards apply to neither.
 */
function familiesOfTable({ family }: NftablesTable): Family[] {
  return family === 'ip' ? ['ipv4'] : family === 'ip6' ? ['ipv6'] : family === 'inet' ? ['ipv4', 'ipv6'] : [];
}

/** A family has an entry if there are tables or virtual servers of it. */
function byFamily(
  ruleSets: ReadonlyMap<Family, RuleSet>,
  sets: readonly IpSet[],
  virtualServers: readonly VirtualServer[],
  nftables: readonly NftablesTable[],
): NodeContent[] {
  const families = new Set([
    ...ruleSets.keys(),
    ...virtualServers.flatMap((server) => familyOfServer(server) ?? []),
    ...nftables.flatMap(familiesOfTable),
  ]);
  return [...families].map((family) => {
    const own = sets.filter((set) => (familyOfSet(set) ?? family) === family);
    const servers = virtualServers.filter((server) => familyOfServer(server) === family);
    return {
      family,
      ruleSet: ruleSets.get(family) ?? { family, tables: [] },
      sets: own,
      virtualServers: servers,
      ...(nftables.length === 0
        ? {}
        : { nftables: nftables.filter((table) => familiesOfTable(table).includes(family)) }),
      boundAddresses: boundBy(servers, own),
    };
  });
}

/**
 * One rule set for each family. If a table occurs twice, one of them is used: the one with kube-proxy's chains, else
 * the first.
 */
function joinTables(dumps: readonly ParsedDump[]): {
  readonly ruleSets: ReadonlyMap<Family, RuleSet>;
  readonly repeated: readonly RepeatedTables[];
} {
  const ruleSets = new Map<Family, RuleSet>();
  const repeated: RepeatedTables[] = [];
  for (const { ruleSet, source } of dumps) {
    const { family } = ruleSet;
    const tables = [...(ruleSets.get(family)?.tables ?? [])];
    const twice = ruleSet.tables.flatMap((table) => addTable(tables, table) ?? []);
    ruleSets.set(family, { family, tables });
    if (twice.length === 0) continue;
    repeated.push({
      family,
      text: source.name,
      tables: twice.map(({ name }) => name),
      taken: twice.filter(({ isTaken }) => isTaken).map(({ name }) => name),
      areBothKubeProxys: twice.some((one) => one.areBothKubeProxys),
    });
  }
  return { ruleSets, repeated };
}

interface SecondTable {
  readonly name: string;
  readonly isTaken: boolean;
  readonly areBothKubeProxys: boolean;
}

/** Adds a table to those of its family, or replaces one of the same name that has less content. */
function addTable(tables: Table[], table: Table): SecondTable | undefined {
  const index = tables.findIndex(({ name }) => name === table.name);
  const first = tables[index];
  if (first === undefined) {
    tables.push(table);
    return undefined;
  }
  const [own, other] = [isKubeProxys(first), isKubeProxys(table)];
  const isTaken = !own && other;
  if (isTaken) tables[index] = table;
  return { name: table.name, isTaken, areBothKubeProxys: own && other };
}

function isKubeProxys(table: Table): boolean {
  return tableHasChain(table, /^KUBE-SERVICES$/);
}
