/**
 * Finds definite problems in nftables rules: chains to which nothing leads, and rules hidden by an earlier rule of
 * their chain.
 */
import type { Chain, Rule, SetElement, Statement, Table, Verdict } from '../../nftables/types.js';

/** A rule that no packet reaches. */
interface NftablesShadow {
  readonly chain: Chain;
  readonly hidden: Rule;
  /** Counts from 1. */
  readonly by: number;
  /** Whether `by` has no condition, so that no later rule is reached; `more`: the number of rules after `hidden`. */
  readonly isWhole: boolean;
  readonly more: number;
  readonly isSame: boolean;
}

/** The chains of a table in order. */
export function chainsOf({ parts }: Table): Chain[] {
  return parts.flatMap((part) => (part.kind === 'chain' ? [part] : []));
}

/** Chains to which neither a hook, nor a reachable rule, nor a map leads. */
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

/** How many earlier rules are compared, because chains can have any length. */
const mostCompared = 64;

/** The rules of a chain that an earlier one hides. Takes time proportional to the rules. */
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

/** A rule's conditions and final verdict, if both are certain; undefined if a packet may continue after it. */
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

/** Conditions on fields that no rule changes: not marks, chance, time or sets that rules fill. */
function isStable(statement: Statement): boolean {
  const text = JSON.stringify(statement);
  return (
    !/"(?:numgen|hash|setReference|selector|rawPayload|map|list)"/.test(text) &&
    !/"key":"(?:mark|priority|random|time|hour|day|pkttype)"/.test(text)
  );
}
