/** The result of reading a dump: its rule sets, the place of each rule, and the text that belongs to no rule set. */
import type { Finding } from '../../diagnostics/finding.js';
import type { Chain, Rule, RuleSet, Table } from '../types.js';

/** The text of a file, and its name in messages. */
export interface DumpSource {
  readonly name: string;
  readonly text: string;
}

/** Packets and bytes, as `iptables-save -c` counts them. */
export interface Counters {
  readonly packets: number;
  readonly bytes: number;
}

/**
 * A rule and its place in the file. One line can give several rules (`-s a,b` gives two), which share the place.
 * `matches` and `target` may be parsed on first access, as getters: object spread does not copy them.
 */
export interface ParsedRule extends Rule {
  /** Counts from 1. */
  readonly line: number;
  /** Offsets of the line's first character and of its end (before the line break) in the source. */
  readonly start: number;
  readonly end: number;
  readonly counters?: Counters;
}

export interface ParsedChain extends Chain {
  readonly line: number;
  readonly counters?: Counters;
}

export interface ParsedTable extends Table {
  readonly chains: readonly ParsedChain[];
  readonly rules: readonly ParsedRule[];
  /** The line of `*name`. */
  readonly line: number;
}

export interface ParsedRuleSet extends RuleSet {
  readonly tables: readonly ParsedTable[];
}

/** One dump: what one call of `iptables-save` or `ip6tables-save` printed, or one input of `iptables-restore`. */
export interface ParsedDump {
  readonly ruleSet: ParsedRuleSet;
  /**
   * How the family was determined: from the header, from the rules, from the caller, or not at all (then IPv4 is
   * assumed).
   */
  readonly familyFrom: 'header' | 'rules' | 'caller' | 'assumed';
  readonly source: DumpSource;
}

/** All dumps of a file in order, and the findings about the text. */
export interface ParsedDumps {
  readonly dumps: readonly ParsedDump[];
  readonly findings: readonly Finding[];
  readonly source: DumpSource;
}

/**
 * The counters that `iptables-save -c` printed for a rule; undefined if the rule is not from a dump or the dump has no
 * counters.
 */
export function countersOf(rule: Rule | undefined): Counters | undefined {
  return (rule as Partial<ParsedRule> | undefined)?.counters;
}

/** The text of a rule in its dump, including counters and trailing blanks. */
export function ruleText(dump: ParsedDump, rule: ParsedRule): string {
  return dump.source.text.slice(rule.start, rule.end);
}

/** The file as it was read, byte for byte: rules from the dumps, and the text between them. */
export function printParsed(parsed: ParsedDumps): string {
  const { text } = parsed.source;
  let printed = '';
  let position = 0;
  for (const dump of parsed.dumps) {
    for (const table of dump.ruleSet.tables) {
      for (const rule of table.rules) {
        if (rule.start < position) continue;
        printed += text.slice(position, rule.start) + ruleText(dump, rule);
        position = rule.end;
      }
    }
  }
  return printed + text.slice(position);
}
