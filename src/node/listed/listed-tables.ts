/**
 * Converts tables of iptables-nft that are known only from nft's list to iptables rules. nft leaves comments out, and
 * prints some conditions in misleading words or not at all: whether these are met is unknown.
 */
import { append } from '../../diagnostics/extremes.js';
import { hasKubeServices, isIptablesTable } from '../../nftables/services/iptables-nft.js';
import type { Finding } from '../../diagnostics/finding.js';
import type { ParsedDump } from '../../iptables/dump/types.js';
import { parseDump } from '../../iptables/dump/parse.js';
import type { Family } from '../../net/address.js';
import type { SourceText } from '../../manifests/types.js';
import type { Chain, Rule, Statement, Table } from '../../nftables/types.js';
import type { DumpPart } from '../mode.js';
import { matchWords } from './match-words.js';
import { targetWords, unknownTarget } from './target-words.js';
import { addToGroup } from '../../diagnostics/groups.js';

/** Tables as iptables rules, and findings about them. */
interface ListedTables {
  readonly dumps: readonly ParsedDump[];
  readonly findings: readonly Finding[];
}

/**
 * A dump from nft with the tables of iptables-nft converted to iptables rules, in families with kube-proxy's rules
 * there. Tables that cannot be converted remain nftables tables.
 */
export function withListed(part: DumpPart, source: SourceText): DumpPart {
  return (['ip', 'ip6'] as const).reduce((known, family) => {
    const { nftables = [], tables = [], findings } = known;
    const own = nftables.filter((table) => table.family === family && isIptablesTable(table));
    const read = own.some(hasKubeServices) ? readListedTables(source, own) : undefined;
    if (read === undefined) return known;
    return {
      ...known,
      tables: [...tables, ...read.dumps],
      nftables: nftables.filter((table) => !own.includes(table)),
      findings: [...findings, ...read.findings],
    };
  }, part);
}

/**
 * Reads the tables of one family in `nft list ruleset`; rules keep their lines. Undefined if a line contains several
 * rules, which nft never prints, and for JSON.
 */
function readListedTables(source: SourceText, tables: readonly Table[]): ListedTables | undefined {
  const places = placesIn(source.text);
  const lines = source.text.split('\n').map(() => '');
  const put = (line: number | undefined, text: string): boolean => {
    if (line === undefined || lines[line - 1] !== '') return false;
    lines[line - 1] = text;
    return true;
  };
  const [first] = tables;
  const family = first?.family === 'ip6' ? 'ipv6' : 'ipv4';
  const isPut = tables.every((table) => {
    const of = `${table.family} ${table.name}`;
    const chains = table.parts.filter((part) => part.kind === 'chain');
    return (
      put(places.begins.get(of), `*${table.name}`) &&
      put(places.ends.get(of), 'COMMIT') &&
      chains.every((chain) => isWord(chain.name) && put(places.begins.get(`${of} ${chain.name}`), chainWords(chain))) &&
      chains.every((chain) => chain.rules.every((rule) => put(rule.place?.line, ruleWords(chain, rule, family))))
    );
  });
  if (!isPut || first === undefined) return undefined;
  const { dumps } = parseDump({ name: source.name, text: lines.join('\n') }, { family });
  const unknown = lines.filter((line) => line.includes(unknownMatch) || line.includes('[unsupported revision]')).length;
  return {
    dumps,
    findings: [findingOf(source.name, places.begins.get(`${first.family} ${first.name}`) ?? 1, unknown)],
  };
}

function findingOf(file: string, line: number, unknown: number): Finding {
  const lost =
    unknown === 0 ? '' : `; ${unknown === 1 ? '1 rule has' : `${unknown} rules have`} a part that nft does not show`;
  const at = { line, column: 1 };
  return {
    rule: 'dump/listed-by-nft',
    severity: 'info',
    message:
      `The rules of iptables are read from the list of nft, which lacks comments, and with them the names of Services${lost}. ` +
      'It may also leave out one of two address types (addrtype). Give what iptables-save prints to have all.',
    file,
    range: { start: at, end: at },
  };
}

interface Places {
  /** The first line of a table (`ip nat`) or of a chain (`ip nat INPUT`). */
  readonly begins: ReadonlyMap<string, number>;
  readonly ends: ReadonlyMap<string, number>;
}

/** Lines in nft's layout: a table, and each of its chains, begins with its own line. */
function placesIn(text: string): Places {
  const [begins, ends] = [new Map<string, number>(), new Map<string, number>()];
  let table = '';
  for (const [index, line] of text.split('\n').entries()) {
    const [, family, name] = /^table (ip6?) (\S+) \{\s*$/.exec(line) ?? [];
    const [, chain] = /^\s+chain (\S+) \{/.exec(line) ?? [];
    if (family !== undefined && name !== undefined) begins.set((table = `${family} ${name}`), index + 1);
    else if (chain !== undefined && table !== '') begins.set(`${table} ${chain}`, index + 1);
    else if (/^\}\s*$/.test(line) && table !== '') {
      ends.set(table, index + 1);
      table = '';
    }
  }
  return { begins, ends };
}

function isWord(name: string): boolean {
  return /^[\w+./:-]+$/.test(name);
}

function chainWords({ name, base }: Chain): string {
  const policy = base === undefined ? '-' : base.policy === 'drop' ? 'DROP' : 'ACCEPT';
  return `:${name} ${policy} [0:0]`;
}

const unknownMatch = '-m unknown-to-nft';

function ruleWords({ name }: Chain, { statements }: Rule, family: Family): string {
  const words: string[] = [];
  const modules = new Map<string, string[]>();
  const isEndpoint = name.startsWith('KUBE-SEP-') && statements.some(({ kind }) => kind === 'dnat');
  let [protocol, target]: [string | undefined, readonly string[]] = [undefined, []];
  for (const statement of statements) {
    const match = statement.kind === 'match' ? matchWords(statement) : undefined;
    if (match === undefined && isCondition(statement)) append(words, unshown(statement, isEndpoint ? name : undefined));
    else if (match === undefined && statement.kind !== 'counter')
      target = targetWords(statement, family) ?? unknownTarget(statement);
    else if (match?.module === '') append(words, match.words);
    else if (match !== undefined) for (const word of match.words) addToGroup(modules, match.module, word);
    protocol ??= match?.protocol;
  }
  const isLacking = protocol !== undefined && !words.includes('-p');
  const asked = [...modules].flatMap(([module, own]) => ['-m', module, ...own]);
  return [`-A ${name}`, ...(isLacking ? [`-p ${protocol ?? ''}`] : []), ...words, ...asked, ...target].join(' ');
}

/**
 * A condition that nft does not show. In the rule that sends to an endpoint, kube-proxy writes the protocol, which is
 * always met, and with session affinity the recent list of clients (pkg/proxy/iptables, writeServiceToEndpointRules).
 */
function unshown(statement: Statement, endpointChain: string | undefined): string[] {
  if (endpointChain === undefined || statement.kind !== 'extension') return [unknownMatch];
  return statement.name === 'recent' ? ['-m', 'recent', '--set', '--name', endpointChain, '--rsource'] : [];
}

function isCondition(statement: Statement): boolean {
  const { kind } = statement;
  return kind === 'match' || kind === 'limit' || (kind === 'extension' && statement.type === 'match');
}
