import type { Counters, ParsedRule } from './types.js';
import { RuleReader } from './parse-rule.js';
import type { Match, Target } from '../types.js';
import { Words } from './words.js';

const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const address = `(?:${octet}\\.){3}${octet}`;
const prefix = `${address}(?:/(?:3[0-2]|[12]?[0-9]))?`;
const port = '(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3})';

/**
 * The common forms of kube-proxy's rules. The protocol is captured because the module must be the same. If the group
 * captured nothing, `\1` would match the empty string, so a lookahead requires a module name.
 */
const usual = new RegExp(
  `-A [A-Za-z0-9_-]+ (?:(?:! )?-s ${prefix} )?(?:(?:! )?-d ${prefix} )?(?:-p (tcp|udp|sctp) )?` +
    '(?:-m comment --comment (?:"[^"\\\\\\x00-\\x1f\\x7f]*"|[A-Za-z0-9_-]+) ' +
    `)?(?:-m (?=[tus])\\1 (?:--dport ${port} )?)?` +
    '(?:-m statistic --mode random --probability 0\\.[0-9]{1,11} )?-j (?:KUBE-[A-Z0-9-]+|DNAT --to-destination ' +
    `${address}:${port})(?=[\\r\\n]|$)`,
  'y',
);

/**
 * Whether the rule from `start` to `end` is of a form that kube-proxy writes by the hundred thousand. Such a rule is
 * always valid in a table without a chain named DNAT, so it can be parsed lazily.
 */
export function isUsualRule(text: string, start: number, end: number): boolean {
  usual.lastIndex = start;
  return usual.test(text) && usual.lastIndex === end;
}

/** Parses common rules of one text. */
export class UsualRules {
  private readonly words = new Words();
  private readonly rules = new RuleReader();
  private readonly noChains = new Set<string>();

  constructor(private readonly text: string) {}

  matches(start: number, end: number): readonly Match[] {
    this.words.split(this.text, this.text.indexOf('-A ', start), end);
    return this.rules.read(this.words, this.text, 2, this.noChains, []).matches;
  }

  /** Reads the target, the last word of such a rule; most code that iterates over all rules needs only this. */
  target(end: number): Target {
    const name = this.text.lastIndexOf(' ', end - 1) + 1;
    const last = this.text.slice(name, end);
    return this.text.startsWith('-j ', name - 3) ? { kind: 'jump', chain: last } : { kind: 'destinationNat', to: last };
  }
}

/** A rule that remains text until its matches or target are needed; then it caches them. */
export class UsualRule implements ParsedRule {
  declare readonly counters?: Counters;
  readonly #source: UsualRules;
  #matches: readonly Match[] | undefined;
  #target: Target | undefined;

  constructor(
    source: UsualRules,
    readonly chain: string,
    readonly line: number,
    readonly start: number,
    readonly end: number,
    counters: Counters | undefined,
  ) {
    this.#source = source;
    if (counters !== undefined) this.counters = counters;
  }

  get matches(): readonly Match[] {
    return (this.#matches ??= this.#source.matches(this.start, this.end));
  }

  get target(): Target {
    return (this.#target ??= this.#source.target(this.end));
  }

  /** A plain object with all fields that other rules have. */
  toJSON(): ParsedRule {
    const { chain, matches, target, line, start, end, counters } = this;
    return { chain, matches, target, line, start, end, ...(counters === undefined ? {} : { counters }) };
  }
}
