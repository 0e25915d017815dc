import { isVerdict } from '../../nftables/print-expression.js';
import type { Chain, NamedSet, Rule, SetElement, Statement, Table, Verdict } from '../../nftables/types.js';
import { addToGroup } from '../../diagnostics/groups.js';

/** A rule or map element that leads to a chain, or a rule that uses a set or map. */
export interface TableCaller {
  /** The chain or map that contains it. */
  readonly name: string;
  /** Counts from 1. */
  readonly number: number;
  readonly rule?: Rule;
  readonly element?: SetElement;
}

/** One table, with indexes by the names of chains, sets and maps, and by callers. Indexes are built on first use. */
export class TableIndex {
  /** `ip kube-proxy` */
  readonly name: string;
  readonly chains: ReadonlyMap<string, Chain>;
  readonly sets: ReadonlyMap<string, NamedSet>;
  private byTarget: Map<string, TableCaller[]> | undefined;
  private reached: Set<string> | undefined;

  constructor(readonly table: Table) {
    this.name = `${table.family} ${table.name}`;
    this.chains = new Map(table.parts.flatMap((part) => (part.kind === 'chain' ? [[part.name, part] as const] : [])));
    this.sets = new Map(table.parts.flatMap((part) => ('elements' in part ? [[part.name, part] as const] : [])));
  }

  /** What leads to a chain, or uses a set or map. */
  callers(name: string): readonly TableCaller[] {
    this.byTarget ??= this.findCallers();
    return this.byTarget.get(name) ?? [];
  }

  /** Whether packets can reach a chain, or a rule that uses the set or map. */
  isReachable(name: string): boolean {
    this.reached ??= this.findReachable();
    return this.reached.has(name);
  }

  private findCallers(): Map<string, TableCaller[]> {
    const byTarget = new Map<string, TableCaller[]>();
    const add = (target: string, caller: TableCaller): void => {
      addToGroup(byTarget, target, caller);
    };
    for (const { name, rules } of this.chains.values())
      for (const [index, rule] of rules.entries())
        for (const target of targetsOf(rule)) add(target, { name, number: index + 1, rule });
    for (const { name, elements } of this.sets.values())
      for (const [index, element] of elements.entries())
        for (const target of targetOfElement(element)) add(target, { name, number: index + 1, element });
    return byTarget;
  }

  private findReachable(): Set<string> {
    const reached = new Set([...this.chains.values()].flatMap(({ name, base }) => (base === undefined ? [] : [name])));
    for (const name of reached) {
      for (const rule of this.chains.get(name)?.rules ?? []) for (const target of targetsOf(rule)) reached.add(target);
      for (const element of this.sets.get(name)?.elements ?? [])
        for (const target of targetOfElement(element)) reached.add(target);
    }
    return reached;
  }
}

/** The chains that a rule leads to, and the sets and maps that it uses, each once. */
export function targetsOf({ statements }: Rule): ReadonlySet<string> {
  return new Set(statements.flatMap(targetsOfStatement));
}

function targetsOfStatement(statement: Statement): string[] {
  switch (statement.kind) {
    case 'jump':
    case 'goto':
      return [statement.chain];
    case 'verdictMap':
      return statement.map.kind === 'setReference'
        ? [statement.map.name]
        : statement.map.elements.flatMap(targetOfElement);
    case 'match':
      return statement.right.kind === 'setReference' ? [statement.right.name] : [];
    case 'setUpdate':
      return [statement.set];
    case 'dnat':
    case 'snat':
    case 'redirect':
      return [statement.address, statement.port].flatMap((one) =>
        one?.kind === 'map' && one.map.kind === 'setReference' ? [one.map.name] : [],
      );
    case 'anonymousChain':
      return statement.rules.flatMap((rule) => [...targetsOf(rule)]);
    default:
      return [];
  }
}

function targetOfElement({ value }: SetElement): string[] {
  return value !== undefined && isVerdict(value) ? chainOf(value) : [];
}

function chainOf(verdict: Verdict): string[] {
  return verdict.kind === 'jump' || verdict.kind === 'goto' ? [verdict.chain] : [];
}
