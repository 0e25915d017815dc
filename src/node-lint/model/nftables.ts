/** Where the rules and maps of nftables tables lead. */
import type { Chain, SetElement, Statement, Table } from '../../nftables/types.js';

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

/** A chain that rules or maps of a table lead to and that it does not have. */
interface MissingChain {
  readonly name: string;
  /** The line of a rule that leads there; undefined if only maps do. */
  readonly line: number | undefined;
}

/** The chains that a table lacks, each once. */
export function missingChainsOf(table: Table): MissingChain[] {
  const chains = chainsOf(table);
  const known = new Set(chains.map(({ name }) => name));
  const missing = new Map<string, number | undefined>();
  const note = (name: string, line: number | undefined): void => {
    if (!known.has(name) && missing.get(name) === undefined) missing.set(name, line);
  };
  for (const { rules } of chains)
    for (const { statements, place } of rules) for (const name of statements.flatMap(ledTo)) note(name, place?.line);
  for (const part of table.parts)
    if (part.kind === 'map') for (const name of ledToBy(part.elements)) note(name, undefined);
  return [...missing].map(([name, line]) => ({ name, line }));
}

/** The chains to which a statement leads. */
export function ledTo(statement: Statement): string[] {
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

/** The chains to which the elements of a map lead. */
export function ledToBy(elements: readonly SetElement[]): string[] {
  return elements.flatMap(({ value }) =>
    value !== undefined && (value.kind === 'jump' || value.kind === 'goto') ? [value.chain] : [],
  );
}
