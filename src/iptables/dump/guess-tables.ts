/**
 * Guesses the tables of rules without table lines, such as iptables-save output filtered with grep or without its first
 * lines, or output of iptables -S.
 */
import { chainLine, policyLine, ruleLine } from './pasted.js';
import type { TableName } from '../types.js';

/** The table of each line. */
export interface GuessedTables {
  /** By line number, counted from 1. */
  readonly tables: ReadonlyMap<number, TableName>;
  /** Whether the text is output of iptables -S, which lists whole tables: -P and -N lines declare its chains. */
  readonly isList: boolean;
}

/**
 * The table of each line of a text; undefined if the text names tables or contains no rules. One block of iptables -S
 * output, or of iptables-save output from its chains on, belongs to one table: the one with the listed built-in chains,
 * else the one that fits the rules, else filter, which is iptables' default. Rules filtered with grep are assigned one
 * by one. Linear.
 */
export function guessTables(text: string): GuessedTables | undefined {
  return tableLine.test(text) ? undefined : guessed(text);
}

/** A line that begins a table. */
export const tableLine = /^\ufeff?[ \t]*\*(raw|mangle|nat|filter|security)[ \t]*\r?$/m;

/**
 * The tables of the lines before a text's first table line, as a dump without its beginning has them; undefined if there
 * are no rules, or if all of them may belong to tables that follow.
 */
export function guessHead(text: string): (GuessedTables & { readonly lines: number }) | undefined {
  const first = tableLine.exec(text)?.index ?? 0;
  const head = text.slice(0, first);
  const found = first === 0 ? undefined : guessed(head);
  if (found === undefined) return undefined;
  const named = new Set([...text.matchAll(new RegExp(tableLine, 'gm'))].map(([, name]) => name));
  const tables = new Map([...found.tables].filter(([, name]) => !named.has(name)));
  return tables.size === 0 ? undefined : { ...found, tables, lines: head.split('\n').length - 1 };
}

function guessed(text: string): GuessedTables | undefined {
  const lines = text.split('\n').map(readLine);
  if (!lines.some((line) => (line?.kind === 'rule' && !line.isBare) || line?.kind === 'policy')) return undefined;
  const declared = lines.filter((line) => line?.kind === 'policy' || line?.kind === 'chain');
  if (declared.length > 0)
    return {
      isList: declared.every((line) => line?.isSaved !== true),
      tables: tablesOfBlocks(blocksOf(lines)),
    };
  return {
    isList: false,
    tables: tablesOfRules(lines.filter((line): line is Line => line?.kind === 'rule' && !line.isBare)),
  };
}

/** A line of a dump, as far as the table of its rule matters. */
export interface Line {
  readonly kind: 'rule' | 'policy' | 'chain' | 'command';
  /** Counts from 1. */
  readonly number: number;
  readonly chain: string;
  readonly target: string;
  readonly text: string;
  /** Whether it is a rule without a target. If all lines are, the text is not a dump. */
  readonly isBare: boolean;
  /** Whether a chain is declared as iptables-save does, `:FORWARD DROP [0:0]`. */
  readonly isSaved?: true;
}

/** The line; undefined for lines that do not belong to a table. */
export function readLine(text: string, index: number): Line | undefined {
  const line = (kind: Line['kind'], chain = '', target = '', isBare = false): Line => ({
    kind,
    number: index + 1,
    chain,
    target,
    text,
    isBare,
  });
  if (ruleLine.test(text)) return line('rule', /-A (\S+)/.exec(text)?.[1], /.* -[jg] (\S+)/.exec(text)?.[1]);
  const bare = /^[ \t]*-A ([^-\s]\S*)(?: [-!].*)?$/.exec(text);
  if (bare !== null) return line('rule', bare[1], '', true);
  const policy = policyLine.exec(text);
  if (policy !== null) return line('policy', policy[1]);
  const [, saved] = chainLine.exec(text) ?? [];
  if (saved !== undefined) return { ...line(builtIn.has(saved) ? 'policy' : 'chain', saved), isSaved: true };
  const chain = /^[ \t]*-N (\S+)[ \t]*(?:-c \d+ \d+[ \t]*)?\r?$/.exec(text);
  if (chain !== null) return line('chain', chain[1]);
  if (text.length < 1000 && /\bip6?tables\S* (?:.* )?(?:-\w*S\b|--list-rules\b)/.test(text)) return line('command');
  return undefined;
}

/** The output of one call of iptables -S. */
interface Block {
  readonly command: Line | undefined;
  readonly lines: Line[];
}

/** Policies come first, then chains, then rules. A line that breaks this order begins the output of another call. */
function blocksOf(lines: readonly (Line | undefined)[]): Block[] {
  const order: Readonly<Record<Line['kind'], number>> = { command: 0, policy: 1, chain: 2, rule: 3 };
  const blocks: Block[] = [];
  let last = 4;
  for (const line of lines) {
    if (line === undefined) continue;
    const isCommand = line.kind === 'command';
    if (isCommand || order[line.kind] < last) blocks.push({ command: isCommand ? line : undefined, lines: [] });
    if (!isCommand) blocks.at(-1)?.lines.push(line);
    last = order[line.kind];
  }
  return blocks;
}

function tablesOfBlocks(blocks: readonly Block[]): Map<number, TableName> {
  const known = tablesOfChains(blocks.flatMap(({ lines }) => lines));
  const tables = new Map<number, TableName>();
  for (const block of blocks) {
    const table = tableOfBlock(block, known);
    const mayBeOther = isFiltered(block);
    for (const line of block.lines) tables.set(line.number, mayBeOther ? ownTable(line, known, table) : table);
  }
  return tables;
}

/** Whether grep may have joined two tables: it left chains, but no built-in one. */
function isFiltered({ lines }: Block): boolean {
  return lines.some(({ isSaved }) => isSaved === true) && !lines.some(({ kind }) => kind === 'policy');
}

function ownTable(line: Line, known: ReadonlyMap<string, TableName>, fallback: TableName): TableName {
  return evidentTable(line) ?? known.get(line.chain) ?? known.get(line.target) ?? fallback;
}

function tableOfBlock({ command, lines }: Block, known: ReadonlyMap<string, TableName>): TableName {
  if (command !== undefined) return tableOfCommand(command.text);
  const policies = lines.flatMap(({ kind, chain }) => (kind === 'policy' ? [chain] : []));
  const listed = policies.length < 2 ? undefined : tableOfHooks.get(policies.sort().join(' '));
  if (listed !== undefined) return listed;
  for (const line of lines) {
    const table = evidentTable(line) ?? known.get(line.chain) ?? known.get(line.target);
    if (table !== undefined) return table;
  }
  return policies.some((chain) => chain === 'PREROUTING' || chain === 'POSTROUTING') ? 'nat' : 'filter';
}

function tableOfCommand(text: string): TableName {
  const [, table] = /(?:-t|--table)[ =]?(raw|mangle|nat|filter|security)\b/.exec(text) ?? [];
  return (table as TableName | undefined) ?? 'filter';
}

/**
 * By their built-in chains, sorted. The table security has the same ones as filter; it is rare, so filter is assumed.
 */
const tableOfHooks: ReadonlyMap<string, TableName> = new Map([
  ['FORWARD INPUT OUTPUT', 'filter'],
  ['INPUT OUTPUT POSTROUTING PREROUTING', 'nat'],
  // Before Linux 2.6.36, the table nat had no INPUT chain.
  ['OUTPUT POSTROUTING PREROUTING', 'nat'],
  ['FORWARD INPUT OUTPUT POSTROUTING PREROUTING', 'mangle'],
  ['OUTPUT PREROUTING', 'raw'],
]);

function tablesOfRules(rules: readonly Line[]): Map<number, TableName> {
  const known = tablesOfChains(rules);
  const tables = new Map<number, TableName>();
  let last: TableName = 'nat';
  for (const rule of rules) {
    last = ownTable(rule, known, last);
    tables.set(rule.number, last);
  }
  return tables;
}

/** The table of each chain that some rule shows. Chains that exist in several tables are left out. */
function tablesOfChains(lines: readonly Line[]): Map<string, TableName> {
  const tables = new Map<string, TableName>();
  for (const line of lines) {
    const table = evidentTable(line);
    if (table === undefined) continue;
    if (!builtIn.has(line.chain) && !shared.has(line.chain)) tables.set(line.chain, table);
    if (!shared.has(line.target)) tables.set(line.target, table);
  }
  return tables;
}

const builtIn: ReadonlySet<string> = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']);
/** Chains that kube-proxy has in several tables, and verdicts. */
const shared: ReadonlySet<string> = new Set([
  '',
  ...['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-PROXY-CANARY', 'KUBE-KUBELET-CANARY', 'KUBE-NODE-PORT'],
  ...['ACCEPT', 'DROP', 'RETURN', 'MARK', 'LOG', 'REJECT', 'DNAT', 'SNAT', 'MASQUERADE', 'REDIRECT'],
]);
const natTargets = /^(?:DNAT|SNAT|MASQUERADE|REDIRECT|NETMAP)$/;
const natChains =
  /^(?:KUBE-(?:SVC|SVL|SEP|FW|EXT|XLB)-|KUBE-(?:POSTROUTING|MARK-MASQ|MARK-DROP|LOAD-BALANCER|PORTALS-|NODEPORT-|FIRE-WALL)|CNI-(?:HOSTPORT-|DN-|SN-|[\da-f]{16})|WEAVE$|(?:PRE|POST)ROUTING$|DOCKER_OUTPUT$|AWS-)/;
const filterChains =
  /^(?:INPUT|FORWARD|KUBE-(?:FORWARD|FIREWALL|EXTERNAL-SERVICES|PROXY-FIREWALL|IPVS-)|DOCKER-USER|DOCKER-ISOLATION|WEAVE-NPC)/;

/** The only table that a rule can belong to, as kube-proxy, the kubelet and CNI plugins write it. */
export function evidentTable({ kind, chain, target, text }: Line): TableName | undefined {
  if (kind === 'policy') return undefined;
  if (natTargets.test(target) || natChains.test(target)) return 'nat';
  if (target === 'TPROXY') return 'mangle';
  if (target === 'NOTRACK' || target === 'CT') return 'raw';
  if (target === 'REJECT' || filterChains.test(chain) || filterChains.test(target)) return 'filter';
  if (natChains.test(chain)) return 'nat';
  if (kind === 'rule' && (chain === 'KUBE-SERVICES' || chain === 'KUBE-NODEPORTS'))
    return target === 'DROP' || (target === 'ACCEPT' && !text.includes(' --match-set ')) ? 'filter' : 'nat';
  if (chain === 'OUTPUT' && target === 'KUBE-SERVICES') return text.includes('--ctstate NEW') ? 'filter' : 'nat';
  return undefined;
}
