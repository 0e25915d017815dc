/** What reading a dump gives: the rule sets in it, where each rule stood, and what was no part of any. */
import type { Finding } from '../diagnostics/finding.js';
import type { Chain, Rule, RuleSet, Table } from './types.js';

/** The text of a file, and the name messages call it by. */
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
 * A rule and where it stood. Rules of one line (`-s a,b` is two) share it. `matches` and `target` may be read from the
 * text when they are asked for: spreading a rule does not copy them, naming them does.
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
  /** How the family is known: by the header, by what the rules say, by the caller, or not at all (then IPv4). */
  readonly familyFrom: 'header' | 'rules' | 'caller' | 'assumed';
  readonly source: DumpSource;
}

/** All dumps of a file, in its order, and what was found on the way. */
export interface ParsedDumps {
  readonly dumps: readonly ParsedDump[];
  readonly findings: readonly Finding[];
  readonly source: DumpSource;
}

/** What `iptables-save -c` counted at a rule; undefined where the rule is of no dump, or of one without counters. */
export function countersOf(rule: Rule | undefined): Counters | undefined {
  return (rule as Partial<ParsedRule> | undefined)?.counters;
}

/** The text of a rule as it stood, counters and trailing blanks included. */
export function ruleText(dump: ParsedDump, rule: ParsedRule): string {
  return dump.source.text.slice(rule.start, rule.end);
}

/** The file as it was read, byte for byte: rules from the dumps, and between them what was no rule. */
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
