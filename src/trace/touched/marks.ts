/** Finds the rules of tables that differ between two sides, and those that lead to them. */
import { differing, isSame } from './same.js';

/** The rules of a chain, by their numbers from 0. */
interface ChainRules<Rule> {
  readonly length: number;
  rule(number: number): Rule | undefined;
  readonly rules: readonly Rule[];
}

/** The rules of a table by chain. */
export type Chains<Rule> = Pick<ReadonlyMap<string, ChainRules<Rule>>, 'get' | 'has' | 'keys' | 'size'> &
  Iterable<readonly [string, ChainRules<Rule>]>;

/** What the search has to know about the rules of a language on one side. */
export interface Reader<Rule> {
  /** The fields that say what a rule does. */
  readonly fields: readonly (keyof Rule)[];
  /** Visits the chains to which a rule may lead. */
  eachTarget(rule: Rule, visit: (chain: string, isGoto: boolean) => void): void;
  /** Whether the meaning of a rule depends on the other rules of its chain. */
  dependsOnPlace(rule: Rule): boolean;
  /**
   * `asks`: the rule refers to something that differs; `leads`: to a map of which some elements do. Absent if only
   * rules differ.
   */
  readonly refersTo?: ((rule: Rule) => 'asks' | 'leads' | undefined) | undefined;
}

/** The rules of one chain, by their numbers from 0. */
interface ChainMarks {
  /** Not on the other side, or with another meaning there. */
  readonly differing: Set<number>;
  /** They may lead to rules that differ. */
  readonly leading: Set<number>;
}

/** The marked rules of one side, by chain. */
export type TableMarks = Map<string, ChainMarks>;

interface Side<Rule> {
  readonly chains: Chains<Rule>;
  readonly reader: Reader<Rule>;
  readonly marks: TableMarks;
}

/** Marks the rules of both sides of a table. Linear in the rules, except for chains that differ. */
export function marksOf<Rule>(
  before: Omit<Side<Rule>, 'marks'>,
  after: Omit<Side<Rule>, 'marks'>,
): readonly [TableMarks, TableMarks] {
  const sides = [
    { ...before, marks: new Map<string, ChainMarks>() },
    { ...after, marks: new Map<string, ChainMarks>() },
  ] as const;
  let shared = 0;
  for (const [name, own] of before.chains) {
    const other = after.chains.get(name);
    if (other !== undefined) shared++;
    if (other === undefined || !haveSameRules(own, other, before.reader.fields)) markChain(name, sides);
  }
  if (shared < after.chains.size)
    for (const name of after.chains.keys()) if (!before.chains.has(name)) markChain(name, sides);
  for (const side of sides) markReferences(side);
  markCallers(sides);
  return [sides[0].marks, sides[1].marks];
}

/** The rules of one side that the other does not have, or not with the same meaning. */
export function differingRules<Rule>(chains: Chains<Rule>, marks: TableMarks): Rule[] {
  return [...marks].flatMap(([chain, { differing: numbers }]) =>
    [...numbers].flatMap((number) => chains.get(chain)?.rule(number) ?? []),
  );
}

function marked(marks: TableMarks, chain: string): ChainMarks {
  const known = marks.get(chain);
  if (known !== undefined) return known;
  const made = { differing: new Set<number>(), leading: new Set<number>() };
  marks.set(chain, made);
  return made;
}

function markChain<Rule>(name: string, sides: readonly [Side<Rule>, Side<Rule>]): void {
  // A chain that differs is of interest even if only the other side has rules that do.
  for (const { chains, marks } of sides) if (chains.has(name)) marked(marks, name);
  for (const [index, numbers] of differingNumbers(name, sides).entries())
    for (const number of numbers) sides[index]?.marks.get(name)?.differing.add(number);
}

function haveSameRules<Rule>(one: ChainRules<Rule>, other: ChainRules<Rule>, fields: readonly (keyof Rule)[]): boolean {
  const { length } = one;
  if (other.length !== length) return false;
  for (let number = 0; number < length; number++)
    if (!doSame(one.rule(number), other.rule(number), fields)) return false;
  return true;
}

function doSame<Rule>(one: Rule | undefined, other: Rule | undefined, fields: readonly (keyof Rule)[]): boolean {
  for (const field of fields) if (!isSame(one?.[field], other?.[field])) return false;
  return true;
}

/** The numbers of the rules that differ in a chain, on each side. */
function differingNumbers<Rule>(name: string, sides: readonly Side<Rule>[]): readonly (readonly number[])[] {
  const rules = sides.map(({ chains }) => chains.get(name)?.rules ?? []);
  const isWhole = sides.some(({ reader }, index) => rules[index]?.some((rule) => reader.dependsOnPlace(rule)) === true);
  if (isWhole) return rules.map((own) => [...own.keys()]);
  const [own, other] = rules.map((some) => some.map((rule) => sides[0]?.reader.fields.map((field) => rule[field])));
  return differing(own ?? [], other ?? []);
}

function markReferences<Rule>({ chains, reader: { refersTo }, marks }: Side<Rule>): void {
  if (refersTo === undefined) return;
  for (const [name, chain] of chains)
    for (let number = 0, rule = chain.rule(0); rule !== undefined; rule = chain.rule(++number)) {
      const kind = refersTo(rule);
      if (kind !== undefined) marked(marks, name)[kind === 'asks' ? 'differing' : 'leading'].add(number);
    }
}

/** From chain to chain, up to those that nothing calls. Takes one look at all rules for each chain on the longest way. */
function markCallers<Rule>(sides: readonly [Side<Rule>, Side<Rule>]): void {
  const known = new Set(sides.flatMap(({ marks }) => [...marks.keys()]));
  for (let called: ReadonlySet<string> = new Set(known); called.size > 0;) {
    const callers = new Set<string>();
    for (const side of sides) markCallersOf(called, side, sides, callers);
    called = new Set([...callers].filter((chain) => !known.has(chain)));
    for (const chain of called) known.add(chain);
  }
}

function markCallersOf<Rule>(
  called: ReadonlySet<string>,
  { chains, reader, marks }: Side<Rule>,
  sides: readonly Side<Rule>[],
  callers: Set<string>,
): void {
  for (const [name, chain] of chains)
    for (let number = 0, rule = chain.rule(0); rule !== undefined; rule = chain.rule(++number))
      reader.eachTarget(rule, (target, isGoto) => {
        if (!called.has(target)) return;
        // Where the chain is missing, `goto` does not leave the chain.
        const differs = isGoto && !sides.every((side) => side.chains.has(target));
        marked(marks, name)[differs ? 'differing' : 'leading'].add(number);
        callers.add(name);
      });
}
