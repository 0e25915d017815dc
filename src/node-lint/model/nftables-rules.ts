/** Rules of nftables in the terms of iptables, so that the same code finds what is wrong with them. */
import { RuleIndex } from '../../explain/rules/rule-index.js';
import type { Chain as IptablesChain, Rule, Target } from '../../iptables/types.js';
import type { Chain, Rule as NftablesRule, Statement, Table } from '../../nftables/types.js';
import { entryOf, groupBy } from '../../diagnostics/groups.js';
import { matchesOf } from './nftables-conditions.js';
import { chainsOf, ledTo, ledToBy } from './nftables.js';

/** A rule with its line. */
export interface TranslatedRule extends Rule {
  readonly line: number | undefined;
}

/** Every table counts as one of this name: `Rule` has the names of iptables only. */
const nftablesAs = 'filter';

/** The chains of a table and their rules, number for number. Linear in the rules. */
export function indexOfTable(table: Table): RuleIndex {
  const chains = chainsOf(table);
  return new RuleIndex({
    family: table.family === 'ip6' ? 'ipv6' : 'ipv4',
    tables: [
      { name: nftablesAs, chains: chains.map(chainOf), rules: chains.flatMap((chain) => rulesOf(chain, table)) },
    ],
  });
}

/** Chains to which maps lead, by name or in rules: which packets enter them is not said by one rule. */
export function ledToByMaps(table: Table): ReadonlySet<string> {
  const inRules = chainsOf(table).flatMap(({ rules }) =>
    rules.flatMap(({ statements }) =>
      statements.flatMap((statement) => (isPlainJump(statement) ? [] : ledTo(statement))),
    ),
  );
  return new Set([...ledToByNamed(table), ...inRules]);
}

/** The chains to which maps with a name lead. */
function ledToByNamed({ parts }: Table): string[] {
  return parts.flatMap((part) => (part.kind === 'map' ? ledToBy(part.elements) : []));
}

/** The hooks from which packets reach each chain, in iptables' words: `PREROUTING`. */
export function hooksOfTable(table: Table): ReadonlyMap<string, ReadonlySet<string>> {
  return reachedFrom(table, ({ hook }) => hook.toUpperCase());
}

/** The types of base chains that lead to each chain: `nat`, `filter`, `route`. */
export function typesOfTable(table: Table): ReadonlyMap<string, ReadonlySet<string>> {
  return reachedFrom(table, ({ type }) => type);
}

function reachedFrom(
  table: Table,
  wordOf: (base: NonNullable<Chain['base']>) => string,
): ReadonlyMap<string, ReadonlySet<string>> {
  const chains = new Map(chainsOf(table).map((chain) => [chain.name, chain]));
  const named = ledToByNamed(table);
  const found = new Map<string, Set<string>>();
  const starts = groupBy(
    [...chains.values()].flatMap(({ name, base }) => (base === undefined ? [] : [{ name, word: wordOf(base) }])),
    ({ word }) => word,
  );
  for (const [word, bases] of starts) {
    // A named map may be used by any rule.
    const reached = new Set([...bases.map(({ name }) => name), ...named]);
    for (const chain of reached) {
      entryOf(found, chain, () => new Set()).add(word);
      for (const { statements } of chains.get(chain)?.rules ?? [])
        for (const to of statements.flatMap(ledTo)) reached.add(to);
    }
  }
  return found;
}

function chainOf({ name, base }: Chain): IptablesChain {
  if (base === undefined) return { name };
  return { name, policy: base.policy === 'drop' ? 'DROP' : 'ACCEPT' };
}

function rulesOf({ name, rules }: Chain, table: Table): TranslatedRule[] {
  return rules.map((rule) => {
    const target = targetOf(rule);
    return {
      chain: name,
      matches: matchesOf(rule, table),
      ...(target === undefined ? {} : { target }),
      line: rule.place?.line,
    };
  });
}

/** The target; `other` if the rule does more than that, or if it is not known what. */
function targetOf({ statements }: NftablesRule): Target | undefined {
  const acts = statements.filter((one) => one.kind !== 'match' && !counts.has(one.kind) && !isLimit(one));
  const [act, ...more] = acts;
  if (act === undefined) return undefined;
  const known = more.length === 0 ? targetOfStatement(act) : undefined;
  return known ?? { kind: 'other', name: 'several', words: [JSON.stringify(acts)] };
}

/** Statements without an effect on the packet, and those that are conditions. */
const counts: ReadonlySet<Statement['kind']> = new Set(['counter', 'log', 'last', 'continue']);
const limits: ReadonlySet<Statement['kind']> = new Set(['limit', 'quota', 'connectionLimit']);

function isLimit(statement: Statement): boolean {
  return limits.has(statement.kind) || (statement.kind === 'extension' && statement.type === 'match');
}

function targetOfStatement(statement: Statement): Target | undefined {
  switch (statement.kind) {
    case 'jump':
    case 'goto':
      return { kind: statement.kind, chain: statement.chain };
    case 'accept':
      return { kind: 'verdict', verdict: 'ACCEPT' };
    case 'drop':
      return { kind: 'verdict', verdict: 'DROP' };
    case 'return':
      return { kind: 'verdict', verdict: 'RETURN' };
    case 'reject':
      return { kind: 'reject', with: JSON.stringify(statement.with ?? '') };
    case 'dnat':
    case 'redirect':
      return { kind: 'destinationNat', to: JSON.stringify(statement) };
    case 'snat':
    case 'masquerade':
      return { kind: 'sourceNat', to: JSON.stringify(statement) };
    default:
      return undefined;
  }
}

function isPlainJump({ kind }: Statement): boolean {
  return kind === 'jump' || kind === 'goto';
}
