/**
 * Dumps that lost lines in their middle, with the end of a table and the beginning of another one: what follows the gap
 * is of the other table, although no line says so.
 */
import { evidentTable, readLine, tableLine, type Line } from './guess-tables.js';
import type { TableName } from '../types.js';

const hooks: Readonly<Record<TableName, readonly string[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};

export const builtInChains: ReadonlySet<string> = new Set(hooks.mangle);

function hasHook(table: TableName, chain: string): boolean {
  return hooks[table].includes(chain);
}

/** Whether no program has a chain of this name in the table: kube-proxy's and Docker's are in one table only. */
export function isOfOther(table: TableName, chain: string): boolean {
  if (builtInChains.has(chain)) return !hasHook(table, chain);
  if (table === 'nat') return false;
  return ofServices.test(chain) || (table !== 'filter' && ofFilter.test(chain));
}

const ofServices = /^KUBE-(?:SVC|SVL|SEP|FW|EXT|XLB)-[A-Z2-7]{16}$/;
const ofFilter = /^(?:KUBE-(?:FORWARD|PROXY-FIREWALL|EXTERNAL-SERVICES)|DOCKER-USER|DOCKER-ISOLATION-.*)$/;

/** Evidence from targets and from chains of programs; the kubelet's KUBE-FIREWALL is in nat, too, in IPVS mode. */
function ownerOf(line: Line): TableName | undefined {
  const isShared = builtInChains.has(line.chain) || line.chain === 'KUBE-FIREWALL';
  return evidentTable(isShared ? { ...line, chain: '' } : line);
}

/** The other table that begins within a table's lines. */
interface OtherTable {
  readonly name: TableName;
  /** How many lines before the suspicious one belong to it, too. */
  readonly before: number;
}

/**
 * The table of the rules from an offset to the end of the open table, if they cannot belong to that. Such rules may
 * precede the offset, too: chains with the same name in both tables, such as KUBE-SERVICES, look declared. Linear.
 */
export function tableAfterGap(text: string, start: number, open: TableName): OtherTable | undefined {
  const rest = text.slice(start);
  const end = /^[ \t]*(?:\*|COMMIT)/m.exec(rest)?.index ?? rest.length;
  const lines = rest.slice(0, end).split('\n').flatMap(lineOf);
  const name = lines.length === 0 ? ownerOfLast(text, start) : (certainTable(lines) ?? tableOfHooks(text, lines, open));
  if (name === undefined || name === open) return undefined;
  return { name, before: linesBefore(text, start, name) };
}

function lineOf(text: string, index: number): Line[] {
  const line = readLine(text, index);
  return line === undefined ? [] : [line];
}

function certainTable(lines: readonly Line[]): TableName | undefined {
  for (const line of lines) {
    const table = ownerOf(line);
    if (table !== undefined) return table;
  }
  return undefined;
}

/** The only table with these built-in chains that the text does not name. */
function tableOfHooks(text: string, lines: readonly Line[], open: TableName): TableName | undefined {
  const seen = new Set(lines.map(({ chain }) => chain).filter((chain) => builtInChains.has(chain)));
  if ([...seen].every((chain) => hasHook(open, chain))) return undefined;
  const named = new Set([...text.matchAll(new RegExp(tableLine, 'gm'))].map(([, name]) => name));
  const possible = (['nat', 'filter', 'mangle', 'raw'] as const).filter(
    (table) => !named.has(table) && [...seen].every((chain) => hasHook(table, chain)),
  );
  return possible[0];
}

/** The table of the rule before an offset, if it is in one of the chains that kube-proxy has in two tables. */
function ownerOfLast(text: string, start: number): TableName | undefined {
  const line = readLine(text.slice(text.lastIndexOf('\n', start - 2) + 1, start - 1), 0);
  const mayLookDeclared = line?.chain === 'KUBE-SERVICES' || line?.chain === 'KUBE-NODEPORTS';
  return line?.kind === 'rule' && mayLookDeclared ? ownerOf(line) : undefined;
}

function linesBefore(text: string, start: number, table: TableName): number {
  let before = 0;
  for (let end = start - 1; end > 0; before++) {
    const begin = text.lastIndexOf('\n', end - 1) + 1;
    const line = readLine(text.slice(begin, end), 0);
    if (line?.kind !== 'rule' || evidentTable(line) !== table) break;
    end = begin - 1;
  }
  return before;
}
