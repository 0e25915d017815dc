/** The base chains of a node's nftables. */
import type { Family } from '../../net/address.js';
import type { Hook } from '../../walk/packet.js';
import type { BaseChain, Chain } from '../../walk/types.js';
import type { Chain as TableChain, NamedSet, Rule, Table } from '../types.js';
import { priorityValue } from '../priority.js';
import { isKubeProxyTable } from '../services/kube-proxy-table.js';
import { NftablesChain } from './chain.js';
import { compileRule } from './compile.js';
import { fieldOf, questionText } from './fields.js';
import type { Scene } from './scene.js';

/** The parts of a node's program that come from nftables. */
export interface NftablesProgram {
  readonly baseChains: readonly BaseChain[];
  readonly isShared: (question: string) => boolean;
  readonly interfaceNames: () => readonly string[];
}

const hooks: ReadonlyMap<string, Hook> = new Map([
  ['prerouting', 'PREROUTING'],
  ['input', 'INPUT'],
  ['forward', 'FORWARD'],
  ['output', 'OUTPUT'],
  ['postrouting', 'POSTROUTING'],
]);

/**
 * The program of the tables for one IP family: the family's own tables and those of `inet`. Rules are compiled on first
 * use, when a packet reaches them.
 */
export function nftablesProgram(all: readonly Table[], family: Family): NftablesProgram {
  const own = family === 'ipv4' ? 'ip' : 'ip6';
  const tables = all.filter(
    (table) => (table.family === own || table.family === 'inet') && table.flags?.includes('dormant') !== true,
  );
  const baseChains = tables.flatMap((table) => baseChainsOf(table, family));
  let names: readonly string[] | undefined;
  return {
    baseChains,
    isShared: sharedQuestions(tables, family),
    interfaceNames: () => (names ??= interfaceNames(tables)),
  };
}

function baseChainsOf(table: Table, family: Family): BaseChain[] {
  const name = `${table.family} ${table.name}`;
  const isKubeProxys = isKubeProxyTable(table);
  const chains = new Map(table.parts.filter((part) => part.kind === 'chain').map((chain) => [chain.name, chain]));
  const sets = new Map<string, NamedSet>();
  for (const part of table.parts) if ('elements' in part) sets.set(part.name, part);
  const made = new Map<string, NftablesChain>();
  const make = (chain: Pick<TableChain, 'name' | 'rules' | 'base'>): NftablesChain =>
    new NftablesChain(
      name,
      chain.name,
      chain.base === undefined ? undefined : chain.base.policy === 'drop' ? 'DROP' : 'ACCEPT',
      chain.rules,
      (rule, into, index) => compileRule(rule, into, index, scene),
      isKubeProxys || chain.name.startsWith('KUBE-SEP-'),
    );
  const find = (wanted: string): Chain | undefined => {
    const known = made.get(wanted);
    const chain = chains.get(wanted);
    if (known !== undefined || chain === undefined) return known;
    const fresh = make(chain);
    made.set(wanted, fresh);
    return fresh;
  };
  const scene: Scene = {
    family,
    chain: find,
    set: (wanted) => sets.get(wanted),
    anonymous: (rules: readonly Rule[], called: string) => make({ name: called, rules }),
  };
  return [...chains.values()].flatMap(({ name: chain, base }) => {
    const hook = base === undefined ? undefined : hooks.get(base.hook);
    if (base === undefined || hook === undefined) return [];
    return [
      { hook, priority: priorityValue(base.priority, table.family), type: base.type, table: name, chain: find(chain) },
    ];
  });
}

/** Returns a test for whether several rules have the same undecided condition. Reads the rules on first call. */
function sharedQuestions(tables: readonly Table[], family: Family): (question: string) => boolean {
  let shared: Set<string> | undefined;
  return (question) => {
    shared ??= askedAgain(tables, family);
    return shared.has(question);
  };
}

function askedAgain(tables: readonly Table[], family: Family): Set<string> {
  const once = new Set<string>();
  const again = new Set<string>();
  for (const rule of rulesOf(tables)) {
    for (const statement of rule.statements) {
      if (statement.kind !== 'match' || fieldOf(statement.left, family) !== undefined) continue;
      const question = questionText(statement.left, statement.right);
      (once.has(question) ? again : once).add(question);
    }
  }
  return again;
}

function* rulesOf(tables: readonly Table[]): Generator<Rule> {
  for (const { parts } of tables) for (const part of parts) if (part.kind === 'chain') yield* part.rules;
}

/** Interfaces by which packets may arrive, as far as rules name them. */
function interfaceNames(tables: readonly Table[]): string[] {
  const names = new Set<string>();
  for (const { statements } of rulesOf(tables)) {
    for (const statement of statements) {
      if (statement.kind !== 'match' || statement.left.kind !== 'meta' || !/^iif(?:name)?$/.test(statement.left.key))
        continue;
      const { right } = statement;
      const values = right.kind === 'anonymousSet' ? right.elements.map(({ key }) => key) : [right];
      for (const value of values) if (value.kind === 'literal' || value.kind === 'string') names.add(value.text);
    }
  }
  return [...names];
}
