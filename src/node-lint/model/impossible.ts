import { builtInChains, jumpsTo, type IndexedChain, type RuleIndex } from '../../explain/rules/rule-index.js';
import type { ConntrackState, Match, TableName } from '../../iptables/types.js';
import type { ImpossibleRule } from '../context.js';
import { excludes } from './excluded.js';
import { isAlwaysMet, mostMatches, prefixOf, statesOf } from '../../explain/rules/implied.js';
import { entryOf } from '../../diagnostics/groups.js';

/** Chains with more callers are skipped: one of the callers lets nearly every packet in. */
const mostCallers = 64;

/** From where packets enter the chains of a table. */
export interface WaysIn {
  /** The hooks that lead to each chain: `PREROUTING`. */
  readonly hooks: ReadonlyMap<string, ReadonlySet<string>>;
  /** The words for what sees only the first packet of each connection, if a chain is part of that. */
  nat(chain: string): string | undefined;
  /** Whether something other than rules leads to a chain, so that its callers are not all. */
  isLedElsewhere(chain: string): boolean;
}

/** The rules that no packet can match, wherever it comes from. Takes time proportional to the rules. */
export function findImpossible(index: RuleIndex, waysInto: (table: TableName) => WaysIn): ImpossibleRule[] {
  return index.tableNames.flatMap((table) => {
    const ways = waysInto(table);
    return index.chains(table).flatMap((chain) => {
      const entered = ways.isLedElsewhere(chain.name) ? undefined : entriesOf(index, chain);
      return chain.rules.flatMap((rule, position) => {
        if (rule.matches.length > mostMatches || rule.matches.every(isAlwaysMet)) return [];
        const own = inItself(rule.matches) ?? ofHook(rule.matches, chain.name, ways);
        const why = own ?? ofCallers(rule.matches, entered);
        const placed = { chain, number: position + 1, rule };
        return why === undefined ? [] : [{ placed, why, isByCallers: own === undefined }];
      });
    });
  });
}

/** A condition that no packet meets, independent of the other conditions. */
function inItself(matches: readonly Match[]): string | undefined {
  for (const [at, match] of matches.entries()) {
    if (match.kind === 'mark' || match.kind === 'connectionMark') {
      const { value, mask } = match.mark;
      if (match.negated !== true && (value & ~mask) !== 0) return 'its mark has bits that its mask takes away';
    }
    if (
      (match.kind === 'source' || match.kind === 'destination') &&
      match.negated === true &&
      prefixOf(match)?.length === 0
    )
      return `every packet has a ${match.kind} address`;
    // xt_statistic stores 31 bits.
    if (match.kind === 'statistic' && match.negated !== true && match.probability < 2 ** -32)
      return 'its probability is 0';
    if (matches.slice(at + 1).some((other) => excludes(match, other)))
      return 'two of its conditions exclude each other';
  }
  return undefined;
}

const neverInNat: ReadonlySet<ConntrackState> = new Set(['ESTABLISHED', 'INVALID', 'UNTRACKED']);

/** A condition that no packet at these hooks meets. */
function ofHook(matches: readonly Match[], chain: string, ways: WaysIn): string | undefined {
  const hooks = ways.hooks.get(chain) ?? new Set();
  if (hooks.size === 0) return undefined;
  const nat = ways.nat(chain);
  const isOnly = (...names: string[]): boolean => [...hooks].every((hook) => names.includes(hook));
  for (const match of matches) {
    const states = statesOf(match);
    if (nat !== undefined && states?.every((state) => neverInNat.has(state)) === true)
      return `${nat} the first packet of a connection only, which is in none of these states`;
    if (match.kind === 'outInterface' && match.negated !== true && isOnly('PREROUTING', 'INPUT'))
      return `in ${[...hooks].join(' and ')} no packet has an interface to leave by`;
    if (match.kind === 'inInterface' && match.negated !== true && isOnly('OUTPUT'))
      return 'in OUTPUT no packet has come in by an interface';
  }
  return undefined;
}

/** The ways into the chains of a table of iptables. */
export function waysIntoIptables(index: RuleIndex, table: TableName): WaysIn {
  return {
    hooks: hooksOf(index, table),
    nat: () => (table === 'nat' ? 'table nat sees' : undefined),
    isLedElsewhere: () => false,
  };
}

/** The built-in chains that lead to each chain. */
export function hooksOf(index: RuleIndex, table: TableName): ReadonlyMap<string, ReadonlySet<string>> {
  const hooks = new Map<string, Set<string>>();
  for (const { name, policy } of index.chains(table)) {
    if (policy === undefined || !builtInChains.includes(name)) continue;
    const reached = new Set([name]);
    for (const chain of reached) {
      entryOf(hooks, chain, () => new Set()).add(name);
      for (const rule of index.chain(table, chain)?.rules ?? []) {
        const to = jumpsTo(rule);
        if (to !== undefined) reached.add(to);
      }
    }
  }
  return hooks;
}

/**
 * The conditions of each rule that leads to a chain; undefined if some packets enter without conditions or the callers
 * are unknown.
 */
function entriesOf(index: RuleIndex, { table, name, policy }: IndexedChain): readonly (readonly Match[])[] | undefined {
  const callers = policy === undefined ? index.callers(table, name) : [];
  if (callers.length === 0 || callers.length > mostCallers) return undefined;
  const entries = callers.map(({ rule }) => rule.matches.filter((match) => !isAlwaysMet(match)));
  return entries.every(({ length }) => length > 0 && length <= mostMatches) ? entries : undefined;
}

function ofCallers(matches: readonly Match[], entries: ReturnType<typeof entriesOf>): string | undefined {
  const isShut = entries?.every((entry) => entry.some((known) => matches.some((match) => excludes(known, match))));
  if (isShut !== true) return undefined;
  return entries?.length === 1
    ? 'the rule that leads to its chain lets no such packet in'
    : `none of the ${entries?.length ?? 0} rules that lead to its chain lets such a packet in`;
}
