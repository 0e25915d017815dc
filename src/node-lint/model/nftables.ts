/**
 * What is certain of rules in nftables: which chains nothing leads to, and which rules an earlier one of their chain
 * hides.
 */
import type { Chain, Rule, SetElement, Statement, Table, Verdict } from '../../nftables/types.js';

/** A rule that no packet gets to. */
export interface NftablesShadow {
  readonly chain: Chain;
  readonly hidden: Rule;
  /** Counts from 1. */
  readonly by: number;
  /** Whether `by` has no condition, so that nothing behind it is reached; `more` rules behind `hidden`. */
  readonly isWhole: boolean;
  readonly more: number;
  readonly isSame: boolean;
}

/** Chains of a table by their place in it. */
export function chainsOf({ parts }: Table): Chain[] {
  return parts.flatMap((part) => (part.kind === 'chain' ? [part] : []));
}

/** Chains that neither a hook, nor a rule that packets get to, nor a map leads to. */
export function unreachedChainsOf(table: Table): Chain[] {
  const chains = new Map(chainsOf(table).map((chain) => [chain.name, chain]));
  const reached = new Set([...chains.values()].flatMap(({ base, name }) => (base === undefined ? [] : [name])));
  for (const part of table.parts) if (part.kind === 'map') for (const name of ledToBy(part.elements)) reached.add(name);
  for (const name of reached)
    for (const { statements } of chains.get(name)?.rules ?? [])
      for (const to of statements.flatMap(ledTo)) reached.add(to);
  return [...chains.values()].filter(({ name }) => !reached.has(name));
}

function ledTo(statement: Statement): string[] {
  switch (statement.kind) {
    case 'jump':
    case 'goto':
      return [statement.chain];
    case 'verdictMap':
      return statement.map.kind === 'anonymousSet' ? ledToBy(statement.map.elements) : [];
    case 'anonymousChain':
      return statement.rules.flatMap(({ statements }) => statements.flatMap(ledTo));
    default:
      return [];
  }
}

function ledToBy(elements: readonly SetElement[]): string[] {
  return elements.flatMap(({ value }) =>
    value !== undefined && (value.kind === 'jump' || value.kind === 'goto') ? [value.chain] : [],
  );
}

/** Of earlier rules, so many are looked at: chains may be as long as anybody likes. */
const mostCompared = 64;

/** The rules of a chain that an earlier one hides. In proportion to the rules. */
export function shadowsOf(chain: Chain): NftablesShadow[] {
  const shadows: NftablesShadow[] = [];
  const earlier: { readonly number: number; readonly conditions: readonly string[]; readonly end: string }[] = [];
  for (const [position, hidden] of chain.rules.entries()) {
    const asked = new Set(hidden.statements.map((statement) => JSON.stringify(statement)));
    const by = earlier.find(({ conditions }) => conditions.every((condition) => asked.has(condition)));
    const own = readRule(hidden);
    if (by?.conditions.length === 0) {
      const rest = chain.rules.slice(position);
      const isSame = rest.every((rule) => readRule(rule)?.end === by.end);
      return [...shadows, { chain, hidden, by: by.number, isWhole: true, more: rest.length - 1, isSame }];
    }
    if (by !== undefined)
      shadows.push({ chain, hidden, by: by.number, isWhole: false, more: 0, isSame: own?.end === by.end });
    else if (own !== undefined && (own.conditions.length === 0 || earlier.length < mostCompared))
      earlier.push({ number: position + 1, ...own });
  }
  return shadows;
}

/** What a rule asks for and how it ends, where both are certain; undefined where a packet may go on behind it. */
function readRule({ statements }: Rule): { readonly conditions: readonly string[]; readonly end: string } | undefined {
  const conditions: string[] = [];
  for (const statement of statements) {
    if (isEnd(statement)) return { conditions, end: JSON.stringify(statement) };
    if (statement.kind === 'match' && isStable(statement)) conditions.push(JSON.stringify(statement));
    else if (statement.kind !== 'counter' && statement.kind !== 'log') return undefined;
  }
  return undefined;
}

function isEnd({ kind }: Statement | Verdict): boolean {
  return ['accept', 'drop', 'return', 'goto', 'reject', 'snat', 'dnat', 'masquerade', 'redirect'].includes(kind);
}

/** Conditions on what no rule changes on the way: not on marks, chance, time or sets that rules fill. */
function isStable(statement: Statement): boolean {
  const text = JSON.stringify(statement);
  return (
    !/"(?:numgen|hash|setReference|selector|rawPayload|map|list)"/.test(text) &&
    !/"key":"(?:mark|priority|random|time|hour|day|pkttype)"/.test(text)
  );
}
