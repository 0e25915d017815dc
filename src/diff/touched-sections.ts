/**
 * Finds the sections that may differ, without printing rules: sides that share most of their chains are then compared in
 * the time of looking at these.
 */
import { jumpsTo, type RuleIndex } from '../explain/rules/rule-index.js';
import type { Rule, TableName } from '../iptables/types.js';
import { keyOf, type Pair } from './pair.js';
import { haveSameRules, isSameRule } from './same-rules.js';
import { nodeSection, type Sectioning } from './sections.js';
import { addToGroup } from '../diagnostics/groups.js';

/** The keys of all sections that differ, and of some that do not. */
export function touchedSections(before: Sectioning, after: Sectioning, pairs: readonly Pair[]): ReadonlySet<string> {
  return new Touching(before, after).run(pairs);
}

class Touching {
  private readonly keys = new Set<string>([nodeSection]);
  /** Chains that the other side may call or assign differently. */
  private readonly renamed = new Set<string>();
  private readonly sides: readonly [Sectioning, Sectioning];

  constructor(before: Sectioning, after: Sectioning) {
    this.sides = [before, after];
  }

  run(pairs: readonly Pair[]): ReadonlySet<string> {
    for (const pair of pairs) this.pair(pair);
    const [before, after] = this.sides;
    this.keysThatMoved(before.keysByName, after.keysByName);
    this.keysThatMoved(before.keysByAddress, after.keysByAddress);
    for (const table of namesOf(this.sides, ({ tableNames }) => tableNames)) this.table(table);
    for (const chain of this.renamed) this.callersOf(chain);
    return this.keys;
  }

  private pair(pair: Pair): void {
    const { before, after } = pair;
    const chains = new Set([...(before?.found.chains.values() ?? []), ...(after?.found.chains.values() ?? [])]);
    const isAlike =
      before !== undefined && before.label === after?.label && [...chains].every((chain) => this.isCalledAlike(chain));
    if (isAlike) return;
    this.keys.add(keyOf(pair));
    for (const chain of chains) this.rename('nat', chain);
  }

  private isCalledAlike(chain: string): boolean {
    const [before, after] = this.sides;
    return (
      before.labels.label(chain) === after.labels.label(chain) &&
      before.labels.ownerOf(chain) === after.labels.ownerOf(chain)
    );
  }

  private keysThatMoved(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): void {
    for (const [one, other] of [
      [before, after],
      [after, before],
    ] as const)
      for (const [name, key] of one) if (other.get(name) !== key) this.keys.add(key);
  }

  private table(table: TableName): void {
    for (const chain of namesOf(this.sides, (index) => index.chains(table).map(({ name }) => name))) {
      const [before, after] = this.sides.map(({ view }) => view.index.chain(table, chain)?.rules);
      if (before === undefined || after === undefined || !haveSameRules(before, after)) this.changed(table, chain);
      else if (!chain.startsWith('KUBE-SEP-')) this.shared(chain, before, after);
    }
  }

  /** A chain with other rules: its section differs, and what it leads to may be called differently. */
  private changed(table: TableName, chain: string): void {
    this.rename(table, chain);
    const [before, after] = this.sides.map(({ view }) => view.index.chain(table, chain)?.rules ?? []);
    this.shared(chain, before ?? [], after ?? []);
  }

  private rename(table: TableName, chain: string): void {
    this.renamed.add(chain);
    for (const { view, labels } of this.sides) {
      const owner = labels.ownerOf(chain);
      if (owner !== undefined) this.keys.add(owner);
      for (const rule of view.index.chain(table, chain)?.rules ?? [])
        if (jumpsTo(rule)?.startsWith('KUBE-SEP-') === true) this.renamed.add(jumpsTo(rule) ?? '');
    }
  }

  /** Rules of a chain that no service port owns, each in its own section. */
  private shared(chain: string, before: readonly Rule[], after: readonly Rule[]): void {
    const [own, other] = this.sides;
    if (own.labels.ownerOf(chain) !== undefined && other.labels.ownerOf(chain) !== undefined) return;
    const [was, is] = [bySection(own, chain, before), bySection(other, chain, after)];
    for (const key of new Set([...was.keys(), ...is.keys()])) {
      const [rules, others] = [was.get(key) ?? [], is.get(key) ?? []];
      const isAlike =
        rules.length === others.length &&
        rules.every((rule, at) => isSameRule(rule, others[at]) && this.isCalledAlike(jumpsTo(rule) ?? ''));
      if (!isAlike) this.keys.add(key);
    }
  }

  /** Rules that lead to a chain of another name or owner. */
  private callersOf(chain: string): void {
    if (this.isCalledAlike(chain)) return;
    for (const { view, labels } of this.sides) {
      const callers = view.index.callers('nat', chain).map((caller) => caller.chain.name);
      for (const name of [chain, ...callers]) {
        const owner = labels.ownerOf(name);
        if (owner !== undefined) this.keys.add(owner);
      }
    }
  }
}

function bySection(
  sectioning: Sectioning,
  chain: string,
  rules: readonly Rule[],
): ReadonlyMap<string, readonly Rule[]> {
  const owner = sectioning.labels.ownerOf(chain);
  const found = new Map<string, Rule[]>();
  for (const rule of rules) {
    const key = owner ?? sectioning.ownerOf(rule);
    addToGroup(found, key, rule);
  }
  return found;
}

function namesOf<Name extends string>(
  sides: readonly Sectioning[],
  of: (index: RuleIndex) => readonly Name[],
): ReadonlySet<Name> {
  return new Set(sides.flatMap(({ view }) => of(view.index)));
}
