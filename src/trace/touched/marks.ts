/** Finds the rules of tables that differ between two sides, and those that lead to them. */
import { differing, isSame } from './same.js';

/** The rules of a table by chain. */
export type Chains<Rule> = ReadonlyMap<string, readonly Rule[]>;

/** What the search has to know about the rules of a language on one side. */
export interface Reader<Rule> {
  /** What a rule does, as data. */
  dataOf(rule: Rule): unknown;
  /** The chains to which a rule may lead. */
  targetsOf(rule: Rule): readonly Target[];
  /** Whether the meaning of a rule depends on the other rules of its chain. */
  dependsOnPlace(rule: Rule): boolean;
  /** `asks`: it refers to something that differs; `leads`: to a map of which some elements do. */
  refersTo(rule: Rule): 'asks' | 'leads' | undefined;
}

export interface Target {
  readonly chain: string;
  readonly isGoto: boolean;
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
  for (const name of new Set([...before.chains.keys(), ...after.chains.keys()])) markChain(name, sides);
  for (const side of sides) markReferences(side);
  markCallers(sides);
  return [sides[0].marks, sides[1].marks];
}

function marked(marks: TableMarks, chain: string): ChainMarks {
  const known = marks.get(chain);
  if (known !== undefined) return known;
  const made = { differing: new Set<number>(), leading: new Set<number>() };
  marks.set(chain, made);
  return made;
}

function markChain<Rule>(name: string, [one, other]: readonly [Side<Rule>, Side<Rule>]): void {
  const [own, others] = [one.chains.get(name) ?? [], other.chains.get(name) ?? []];
  const exists = one.chains.has(name) && other.chains.has(name);
  const dataOf = (rule: Rule | undefined): unknown => (rule === undefined ? undefined : one.reader.dataOf(rule));
  if (exists && own.length === others.length && own.every((rule, at) => isSame(dataOf(rule), dataOf(others[at]))))
    return;
  const isWhole = [one, other].some(
    ({ chains, reader }) => chains.get(name)?.some((rule) => reader.dependsOnPlace(rule)) === true,
  );
  const [was, is] = isWhole ? [[...own.keys()], [...others.keys()]] : differing(own.map(dataOf), others.map(dataOf));
  if (one.chains.has(name)) for (const number of was) marked(one.marks, name).differing.add(number);
  if (other.chains.has(name)) for (const number of is) marked(other.marks, name).differing.add(number);
  // A chain that differs is of interest even if only the other side has rules that do.
  for (const { chains, marks } of [one, other]) if (chains.has(name)) marked(marks, name);
}

function markReferences<Rule>({ chains, reader, marks }: Side<Rule>): void {
  for (const [name, rules] of chains)
    for (const [number, rule] of rules.entries()) {
      const kind = reader.refersTo(rule);
      if (kind !== undefined) marked(marks, name)[kind === 'asks' ? 'differing' : 'leading'].add(number);
    }
}

/** From chain to chain, up to those that nothing calls. */
function markCallers<Rule>(sides: readonly [Side<Rule>, Side<Rule>]): void {
  const waiting = [...new Set(sides.flatMap(({ marks }) => [...marks.keys()]))];
  const known = new Set(waiting);
  const callers = sides.map(callersIn);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const called = name;
    const isOnBoth = sides.every(({ chains }) => chains.has(called));
    for (const [index, side] of sides.entries())
      for (const { chain, number, isGoto } of callers[index]?.get(name) ?? []) {
        // Where the chain is missing, `goto` does not leave the chain.
        marked(side.marks, chain)[isGoto && !isOnBoth ? 'differing' : 'leading'].add(number);
        if (!known.has(chain)) {
          known.add(chain);
          waiting.push(chain);
        }
      }
  }
}

interface Caller {
  readonly chain: string;
  readonly number: number;
  readonly isGoto: boolean;
}

function callersIn<Rule>({ chains, reader }: Side<Rule>): ReadonlyMap<string, readonly Caller[]> {
  const callers = new Map<string, Caller[]>();
  for (const [chain, rules] of chains)
    for (const [number, rule] of rules.entries())
      for (const { chain: target, isGoto } of reader.targetsOf(rule)) {
        const known = callers.get(target);
        const caller = { chain, number, isGoto };
        if (known === undefined) callers.set(target, [caller]);
        else known.push(caller);
      }
  return callers;
}
