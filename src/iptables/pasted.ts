/** Dumps as people paste them: indented, quoted, out of grep, without their table lines. */
import type { TableName } from './types.js';

const typographic = /[“”„]/g;
/** `> `, `| `, and what grep puts before a line: `node.save:`, `12:`. */
const decoration = /(?:>|[|│]|[\w./@-]{1,200}:(?=[-*:[#]|\d+:|COMMIT))[ \t]*/y;
const decorated = /^[ \t]*(?:[>|│]|[\w./@-]{1,200}:(?:[-*:[#\d]|COMMIT))/;

/**
 * The text with blanks in place of what a paste put before its lines, and plain quotes for typographic or escaped ones:
 * of the same length, so that places stay what they are. Linear.
 */
export function unpasted(text: string): string {
  if (!/^[ \t]*[>|│]|[“”„]|\\"|^[\w./@-]{1,200}:(?:[-*:[#\d]|COMMIT)/m.test(text)) return text;
  return text
    .split('\n')
    .map((line) => plainQuotes(undecorated(line)))
    .join('\n');
}

function undecorated(line: string): string {
  if (!decorated.test(line)) return line;
  let at = line.length - line.trimStart().length;
  for (let times = 0; times < 4; times++) {
    decoration.lastIndex = at;
    if (!decoration.test(line)) break;
    at = decoration.lastIndex;
  }
  return /^(?:[-*:[#]|COMMIT)/.test(line.slice(at, at + 6)) ? ' '.repeat(at) + line.slice(at) : line;
}

/**
 * A word processor makes all quotes of a line typographic; beside plain ones they are part of a comment. Where all quotes
 * are escaped, a program that wrote JSON or YAML did it; iptables-save escapes within quotes.
 */
function plainQuotes(line: string): string {
  const plain = line.includes('"') ? line : line.replace(typographic, '"');
  if (!plain.includes('\\"') || /(?:^|[^\\])"/.test(plain)) return plain;
  let isOpen = false;
  return plain.replace(/\\"/g, () => {
    isOpen = !isOpen;
    return isOpen ? ' "' : '" ';
  });
}

const tableLine = /^\ufeff?[ \t]*\*(?:raw|mangle|nat|filter|security)[ \t]*\r?$/;
const ruleLine = /^[ \t]*(?:\[\d+:\d+\] )?-A [^-\s]\S* .*-[jg] \S/;
const inTable = /^[ \t]*(?::\S|-[AIPNFX] |\[\d+:\d+\] -A |COMMIT)/;
const remark = /^[ \t]*(?:#.*)?\r?$/;
const mostHead = 1_048_576;

/**
 * Whether a text is worth reading as a dump: a table line, followed by a chain, a rule or COMMIT, or lines that are
 * rules without any. Looks at the first megabyte; linear. A manifest may hold a dump in a ConfigMap: what is indented or
 * has no table line is a dump only where no line is of a Kubernetes object or of a block of text in YAML.
 */
export function looksLikeDump(text: string): boolean {
  const head = text.length > mostHead ? text.slice(0, mostHead) : text;
  const lines = unpasted(head).split('\n');
  let awaitsRule: 'plain' | 'indented' | undefined;
  let isPasted = false;
  for (const line of lines) {
    if (tableLine.test(line)) awaitsRule = line.startsWith('*') ? 'plain' : 'indented';
    else if (awaitsRule !== undefined && !remark.test(line)) {
      if (inTable.test(line)) {
        if (awaitsRule === 'plain') return true;
        isPasted = true;
      }
      awaitsRule = undefined;
    } else if (ruleLine.test(line)) isPasted = true;
  }
  return (
    isPasted && !/^[ \t]*(?:- )?(?:"?(?:apiVersion|kind)"?[ \t]*:|[\w.-]+:[ \t]*[|>][-+\d]*[ \t]*\r?$)/m.test(head)
  );
}

/** The table that each line of a text belongs to, by its number from 1; undefined where the text names tables. */
export function guessedTables(text: string): ReadonlyMap<number, TableName> | undefined {
  const lines = text.split('\n');
  if (lines.some((line) => tableLine.test(line)) || !lines.some((line) => ruleLine.test(line))) return undefined;
  const rules = lines.map((line) => (ruleLine.test(line) ? partsOf(line) : undefined));
  const tableOfChain = new Map<string, TableName>();
  for (const rule of rules) {
    const table = rule === undefined ? undefined : evidentTable(rule);
    if (rule === undefined || table === undefined) continue;
    if (!builtIn.has(rule.chain) && !shared.has(rule.chain)) tableOfChain.set(rule.chain, table);
    if (!shared.has(rule.target)) tableOfChain.set(rule.target, table);
  }
  const tables = new Map<number, TableName>();
  let last: TableName = 'nat';
  rules.forEach((rule, index) => {
    if (rule === undefined) return;
    last = evidentTable(rule) ?? tableOfChain.get(rule.chain) ?? tableOfChain.get(rule.target) ?? last;
    tables.set(index + 1, last);
  });
  return tables;
}

interface RuleParts {
  readonly chain: string;
  readonly target: string;
  readonly text: string;
}

function partsOf(line: string): RuleParts {
  const [, chain = ''] = /-A (\S+)/.exec(line) ?? [];
  const [, target = ''] = /.* -[jg] (\S+)/.exec(line) ?? [];
  return { chain, target, text: line };
}

const builtIn: ReadonlySet<string> = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']);
/** Chains that kube-proxy has in several tables, and verdicts. */
const shared: ReadonlySet<string> = new Set([
  ...['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-PROXY-CANARY', 'KUBE-KUBELET-CANARY', 'KUBE-NODE-PORT'],
  ...['ACCEPT', 'DROP', 'RETURN', 'MARK', 'LOG', 'REJECT', 'DNAT', 'SNAT', 'MASQUERADE', 'REDIRECT'],
]);
const natTargets = /^(?:DNAT|SNAT|MASQUERADE|REDIRECT|NETMAP)$/;
const natChains =
  /^(?:KUBE-(?:SVC|SVL|SEP|FW|EXT|XLB)-|KUBE-(?:POSTROUTING|MARK-MASQ|MARK-DROP|LOAD-BALANCER|PORTALS-|NODEPORT-|FIRE-WALL)|CNI-|WEAVE$|(?:PRE|POST)ROUTING$|DOCKER_OUTPUT$|AWS-)/;
const filterChains =
  /^(?:INPUT|FORWARD|KUBE-(?:FORWARD|FIREWALL|EXTERNAL-SERVICES|PROXY-FIREWALL|IPVS-)|DOCKER-USER|DOCKER-ISOLATION|WEAVE-NPC)/;

/** The table that a rule can only be of, as kube-proxy, the kubelet and CNI plugins write them. */
function evidentTable({ chain, target, text }: RuleParts): TableName | undefined {
  if (natTargets.test(target) || natChains.test(target)) return 'nat';
  if (target === 'TPROXY') return 'mangle';
  if (target === 'NOTRACK' || target === 'CT') return 'raw';
  if (target === 'REJECT' || filterChains.test(chain) || filterChains.test(target)) return 'filter';
  if (natChains.test(chain)) return 'nat';
  if (chain === 'KUBE-SERVICES' || chain === 'KUBE-NODEPORTS')
    return target === 'DROP' || target === 'ACCEPT' ? 'filter' : 'nat';
  if (chain === 'OUTPUT' && target === 'KUBE-SERVICES') return text.includes('--ctstate NEW') ? 'filter' : 'nat';
  return undefined;
}
