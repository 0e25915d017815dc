import type { Family } from '../../../src/net/address.js';
import { parseDump } from '../../../src/iptables/dump/parse.js';
import { saveRule } from '../../../src/iptables/print/save.js';

/** A rule and the lines that iptables-save printed for it; none if iptables rejected it. */
export interface Pair {
  readonly family: Family;
  readonly table: string;
  readonly rule: string;
  readonly saved: readonly string[];
}

/** Reads pairs: `IN  [4 nat] rule` (or a `[4 nat]` line before) and `=>  saved` lines after it, indented or not. */
export function readPairs(text: string): Pair[] {
  const pairs: { family: Family; table: string; rule: string; saved: string[] }[] = [];
  let place: { family: Family; table: string } = { family: 'ipv4', table: 'filter' };
  for (const line of text.split('\n')) {
    const parts = /^ *(?:(IN) {2})?(?:\[([46]) (\w+)\] ?)?(.*)$/.exec(line);
    if (parts?.[2] !== undefined) place = { family: parts[2] === '6' ? 'ipv6' : 'ipv4', table: parts[3] ?? '' };
    if (parts?.[1] !== undefined) pairs.push({ ...place, rule: parts[4] ?? '', saved: [] });
    const saved = /^ *=> {2}(.*)$/.exec(line)?.[1];
    if (saved !== undefined) pairs.at(-1)?.saved.push(saved);
  }
  return pairs;
}

/** A table with one rule, as text. */
export function tableOf({ table, rule }: Pick<Pair, 'table' | 'rule'>): string {
  return `*${table}\n:KUBE-X - [0:0]\n:KUBE-Y - [0:0]\n${rule}\nCOMMIT\n`;
}

/** Our output for the rule. */
export function normalise(pair: Pick<Pair, 'family' | 'table' | 'rule'>): string[] {
  const { dumps } = parseDump({ name: 'pair', text: tableOf(pair) }, { family: pair.family });
  return dumps.flatMap(({ ruleSet }) =>
    ruleSet.tables.flatMap(({ rules }) => rules.map((rule) => saveRule(rule, pair.family).trimEnd())),
  );
}
