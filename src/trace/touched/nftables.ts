/** The rules of nftables as the search for differences reads them. */
import type { Chain, Expression, NamedSet, Rule, SetElement, Statement, Table } from '../../nftables/types.js';
import type { Chains, Reader } from './marks.js';
import { isSame, signature } from './same.js';
import { literalText } from '../../nftables/constants.js';

export function chainsOfTable(table: Table | undefined): Chains<Rule> {
  return new Map(
    chainParts(table).map(({ name, rules }) => [
      name,
      { rules, length: rules.length, rule: (number) => rules[number] },
    ]),
  );
}

function chainParts(table: Table | undefined): Chain[] {
  return (table?.parts ?? []).filter((part) => part.kind === 'chain');
}

function setsOf(table: Table | undefined): ReadonlyMap<string, NamedSet> {
  return new Map((table?.parts ?? []).flatMap((part) => ('elements' in part ? [[part.name, part]] : [])));
}

/** What differs besides rules: the sets, and the elements of maps. */
interface TableDifference {
  readonly sets: ReadonlySet<string>;
  /** Elements of maps of either side that the other does not have. */
  readonly elements: ReadonlySet<SetElement>;
  /** Whether something else does, of which the effect is not known: objects, base chains, parts not understood. */
  readonly isUnknown: boolean;
}

export function tableDifference(before: Table | undefined, after: Table | undefined): TableDifference {
  const [own, other] = [setsOf(before), setsOf(after)];
  const names = new Set([...own.keys(), ...other.keys()]);
  const sets = new Set([...names].filter((name) => !isSame(own.get(name), other.get(name))));
  const elements = new Set<SetElement>();
  for (const name of sets) {
    const [some, others] = [own.get(name)?.elements ?? [], other.get(name)?.elements ?? []];
    for (const element of without(some, others)) elements.add(element);
    for (const element of without(others, some)) elements.add(element);
  }
  const rest = [before, after].map((table) => [
    table?.flags ?? [],
    (table?.parts ?? []).filter((part) => part.kind !== 'chain' && !('elements' in part)),
    chainParts(table).flatMap(({ name, base }) => (base === undefined ? [] : [[name, base]])),
  ]);
  return { sets, elements, isUnknown: !isSame(rest[0], rest[1]) };
}

function without(all: readonly SetElement[], others: readonly SetElement[]): SetElement[] {
  const known = new Set(others.map(signature));
  return all.filter((element) => !known.has(signature(element)));
}

/** `differing`: the names of sets and maps that differ. */
export function tableReader(table: Table | undefined, differing: ReadonlySet<string>): Reader<Rule> {
  const sets = setsOf(table);
  const isDynamic = (name: string): boolean => sets.get(name)?.flags?.includes('dynamic') === true;
  return {
    fields: ['statements'],
    eachTarget: ({ statements }, visit) => {
      for (const { chain, isGoto } of statements.flatMap((statement) => targetsOf(statement, sets)))
        visit(chain, isGoto);
    },
    dependsOnPlace: ({ statements }) =>
      statements.some((one) => one.kind === 'match' && one.right.kind === 'setReference' && isDynamic(one.right.name)),
    refersTo: differing.size === 0 ? undefined : (rule) => reference(rule, differing),
  };
}

interface Target {
  readonly chain: string;
  readonly isGoto: boolean;
}

function targetsOf(statement: Statement, sets: ReadonlyMap<string, NamedSet>): readonly Target[] {
  switch (statement.kind) {
    case 'jump':
    case 'goto':
      return [{ chain: statement.chain, isGoto: statement.kind === 'goto' }];
    case 'anonymousChain':
      return statement.rules.flatMap((rule) => rule.statements.flatMap((one) => targetsOf(one, sets)));
    case 'verdictMap': {
      const { map } = statement;
      const elements = map.kind === 'anonymousSet' ? map.elements : (sets.get(map.name)?.elements ?? []);
      return elements.flatMap(({ value }) =>
        value !== undefined && (value.kind === 'jump' || value.kind === 'goto')
          ? [{ chain: value.chain, isGoto: value.kind === 'goto' }]
          : [],
      );
    }
    case 'raw':
      return [...statement.text.matchAll(/\b(jump|goto) (\S+)/g)].map(([, kind, chain = '']) => ({
        chain,
        isGoto: kind === 'goto',
      }));
    default:
      return [];
  }
}

/** Elements of maps are compared one by one; a set counts as a whole. */
function reference({ statements }: Rule, differing: ReadonlySet<string>): 'asks' | 'leads' | undefined {
  let leads = false;
  for (const statement of statements) {
    const isMapped = statement.kind === 'verdictMap' && statement.map.kind === 'setReference';
    if (isMapped && differing.has(statement.map.name)) leads = true;
    const rest = isMapped ? statement.key : statement;
    if (namesIn(rest).some((name) => differing.has(name))) return 'asks';
  }
  return leads ? 'leads' : undefined;
}

/** The names of all sets in a statement. */
function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { kind, name, set } = value as { kind?: unknown; name?: unknown; set?: unknown };
  const own = kind === 'setReference' ? name : kind === 'setUpdate' ? set : undefined;
  return [...(typeof own === 'string' ? [own] : []), ...Object.values(value).flatMap(namesIn)];
}

/** Where rules send packets: `address port` in nft's notation; undefined if that cannot be read from them. */
export function placesIn(tables: readonly Table[]): ReadonlyMap<string, readonly [string, string]> | undefined {
  const found = new Map<string, readonly [string, string]>();
  for (const table of tables)
    for (const { rules } of chainParts(table))
      for (const { statements } of rules)
        for (const statement of statements) {
          if (statement.kind === 'redirect' || statement.kind === 'tproxy' || statement.kind === 'raw')
            return undefined;
          if (statement.kind === 'extension' || statement.kind === 'anonymousChain') return undefined;
          if (statement.kind !== 'dnat') continue;
          const [address, port] = [constant(statement.address), constant(statement.port)];
          if (address === undefined || port === undefined || statement.prefix === true) return undefined;
          found.set(`${address} ${port}`, [address, port]);
        }
  return found;
}

/** `''`: absent; undefined: more than one value. */
function constant(value: Expression | undefined): string | undefined {
  return value === undefined ? '' : literalText(value);
}
