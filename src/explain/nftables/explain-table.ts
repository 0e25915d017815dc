/** Explains chains, sets and maps of nftables, and single rules and elements. */
import type { FamilyView } from '../node.js';
import type { ChainExplanation, ExplainedChain, RuleExplanation } from '../types.js';
import { plain } from '../words/plain.js';
import type { TableNaming } from './naming.js';
import { targetsOf, type TableCaller } from './table-index.js';
import { baseWords, ownerOfChain } from './table-words.js';

const mostCallers = 20;

type Explained = ChainExplanation['chains'][number];

/** Whether a table has this name: `ip kube-proxy`, or `kube-proxy` in any family. */
function isNamed({ index }: TableNaming, name: string | undefined): boolean {
  return name === undefined || index.name === name || index.table.name === name;
}

/** The chains, sets and maps with that name. */
export function explainInTables({ tables, family }: FamilyView, name: string, table: string | undefined): Explained[] {
  return tables.flatMap((naming) => {
    const part = isNamed(naming, table) ? partOf(naming, name) : undefined;
    return part === undefined ? [] : [explainPart(naming, part, name, family)];
  });
}

/** A chain, set or map with that name and its whole content. */
function partOf(naming: TableNaming, name: string): ExplainedChain | undefined {
  const chain = naming.index.chains.get(name);
  if (chain !== undefined) return naming.chain(chain);
  const set = naming.index.sets.get(name);
  return set === undefined ? undefined : naming.set(set);
}

function explainPart(naming: TableNaming, part: ExplainedChain, name: string, family: FamilyView['family']): Explained {
  const { index } = naming;
  const base = index.chains.get(name)?.base;
  const callers = index.callers(name);
  const words = base === undefined || part.words === baseWords(base) ? part.words : joined(part.words, baseWords(base));
  return {
    ...part,
    words,
    family,
    owner: ownerOfChain(index.table, name),
    policy: base?.policy === undefined ? '' : base.policy.toUpperCase(),
    serves: naming.serves(name),
    calledBy: callers.slice(0, mostCallers).map((caller) => callerWords(naming, caller)),
    moreCallers: Math.max(0, callers.length - mostCallers),
    isReachable: index.isReachable(name),
  };
}

function joined(first: string, second: string): string {
  return first === '' ? second : `${first}; ${second}`;
}

function callerWords(naming: TableNaming, { name, number, rule, element }: TableCaller): Explained['calledBy'][number] {
  const set = naming.index.sets.get(name);
  const words =
    rule !== undefined
      ? naming.rule(rule, number).words
      : element !== undefined && set !== undefined
        ? naming.element(element, number, set).words
        : '';
  return { chain: plain(name), number, words, ...(rule === undefined ? { kind: 'element' as const } : {}) };
}

/** One rule of a chain, or one element of a set or map; undefined if there is none. */
export function explainRuleInTables(
  { tables, family }: FamilyView,
  table: string,
  name: string,
  number: number,
): RuleExplanation | undefined {
  for (const naming of tables) {
    const part = isNamed(naming, table) ? partOf(naming, name) : undefined;
    const rule = part?.rules[number - 1];
    if (part === undefined || rule === undefined) continue;
    const targets = followed(naming, name, number);
    return {
      kind: 'rule',
      ...rule,
      family,
      table: part.table,
      chain: part.chain,
      ...(part.kind === undefined ? {} : { isIn: part.kind }),
      chainWords: part.words,
      serves: naming.serves(name) || (targets.map((target) => naming.serves(target)).find((one) => one !== '') ?? ''),
      isReachable: naming.index.isReachable(name),
      next: nextParts(naming, targets),
    };
  }
  return undefined;
}

function followed({ index }: TableNaming, name: string, number: number): string[] {
  const rule = index.chains.get(name)?.rules[number - 1];
  if (rule !== undefined) return [...targetsOf(rule)];
  const value = index.sets.get(name)?.elements[number - 1]?.value;
  return value !== undefined && 'chain' in value ? [value.chain] : [];
}

/** The chains and maps it leads to, and those after them, up to a limit. */
function nextParts(naming: TableNaming, first: readonly string[]): ExplainedChain[] {
  const names = [...first];
  const parts: ExplainedChain[] = [];
  for (const name of names) {
    const part = partOf(naming, name);
    if (part === undefined || parts.length >= 6) continue;
    parts.push(part);
    for (const rule of naming.index.chains.get(name)?.rules ?? [])
      for (const target of targetsOf(rule)) if (!names.includes(target) && names.length < 8) names.push(target);
  }
  return parts;
}
