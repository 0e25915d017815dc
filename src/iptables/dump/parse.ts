/** Parses the text of iptables-save, ip6tables-save and iptables-restore into rule sets. */
import type { Family } from '../../net/address.js';
import type { DumpSource, ParsedDump, ParsedDumps, ParsedTable } from './types.js';
import { familyOfRules, likelyFamily } from './dump-family.js';
import { LineReader, type ReadTable } from './parse-lines.js';

export interface ParseOptions {
  /** The family to use if neither a header nor a rule determines it. */
  readonly family?: Family;
}

/**
 * Reads every dump in a text: output of iptables-save and ip6tables-save with or without `-c`, input of
 * iptables-restore, in any number and with prose around them. Never throws: problems become findings, and rules keep
 * words that are not understood.
 */
export function parseDump(source: DumpSource, options: ParseOptions = {}): ParsedDumps {
  const reader = new LineReader(source);
  const { tables, findings } = reader.read();
  return { dumps: groupTables(tables, source, options.family), findings, source };
}

interface Group {
  family?: Family;
  familyFrom: ParsedDump['familyFrom'];
  tables: ParsedTable[];
}

/**
 * Groups tables into dumps: each dump has one family and each table once. A second `*nat` of a family begins a new
 * dump.
 */
function groupTables(tables: readonly ReadTable[], source: DumpSource, fallback: Family | undefined): ParsedDump[] {
  const groups: Group[] = [];
  for (const { table, headerFamily } of tables) {
    const family = headerFamily ?? familyOfRules(table.rules);
    const familyFrom = headerFamily === undefined ? 'rules' : 'header';
    let group = groups.at(-1);
    if (
      group === undefined ||
      group.tables.some(({ name }) => name === table.name) ||
      contradicts(group.family, family)
    ) {
      group = { familyFrom: fallback === undefined ? 'assumed' : 'caller', tables: [] };
      groups.push(group);
    }
    if (family !== undefined && group.family === undefined) Object.assign(group, { family, familyFrom });
    group.tables.push(table);
  }
  return groups.map(({ family, familyFrom, tables: own }) => ({
    ruleSet: { family: family ?? fallback ?? likely(own) ?? 'ipv4', tables: own },
    familyFrom,
    source,
  }));
}

function likely(tables: readonly ParsedTable[]): Family | undefined {
  for (const { rules } of tables) {
    const family = likelyFamily(rules);
    if (family !== undefined) return family;
  }
  return undefined;
}

function contradicts(a: Family | undefined, b: Family | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}
