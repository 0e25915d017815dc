/** Lists the assumptions behind the outcomes, one per line. */
import { conditionsOf, type KnownConditions } from './conditions.js';
import { deciderOf, type EndGroup } from './groups.js';
import { numberOf } from '../walk/rule-number.js';
import { itemsOf } from '../walk/link.js';
import type { WalkEnd } from '../walk/types.js';
import { addToGroup } from '../diagnostics/groups.js';

/** How many assumptions are listed before the rest is only counted. */
const mostAssumptions = 12;

/** First the assumptions of every way, then those of some ways. */
export function assumptionLines(groups: readonly EndGroup[]): string[] {
  const all = groups.flatMap(({ ends }) => ends);
  const common = (all[0] === undefined ? [] : otherAssumptions(all[0])).filter((text) =>
    all.every((end) => otherAssumptions(end).includes(text)),
  );
  const byClauses = new Map<string, string[]>();
  const known: KnownConditions = new Map();
  for (const group of groups) {
    for (const clause of clausesOf(group, common, known)) addToGroup(byClauses, clause, labelOf(group, groups));
  }
  const lines = [
    ...common.map((text) => `  assuming: ${text}`),
    ...[...byClauses].flatMap(([clause, labels]) => `  ${[...new Set(labels)].join(' and ')}: ${clause}`.split('\n')),
  ];
  return lines.length > mostAssumptions
    ? [...lines.slice(0, mostAssumptions), `  … and ${lines.length - mostAssumptions} more assumptions`]
    : lines;
}

/** All assumptions except answers to questions. */
function otherAssumptions({ state }: WalkEnd): string[] {
  const answers = new Set(itemsOf(state.facts).map(({ text }) => text));
  return itemsOf(state.assumptions).filter((text) => !answers.has(text) && !text.includes('recent list'));
}

function clausesOf({ ends }: EndGroup, common: readonly string[], known: KnownConditions): string[] {
  const conditions = conditionsOf(ends, known);
  const described =
    conditions === undefined
      ? ['if one of many combinations of unknown facts is true (--format json lists all)']
      : conditions.some((clauses) => clauses.length === 0)
        ? []
        : conditions.map((clauses, index) => `${index === 0 ? '' : '    or '}if ${clauses.join('; and ')}`);
  const own = new Set(ends.flatMap(otherAssumptions).filter((text) => !common.includes(text)));
  return [...(described.length === 0 ? [] : [described.join('\n')]), ...[...own].map((text) => `if ${text}`)];
}

/** The destination or verdict; if several rules drop packets, also which rule. */
function labelOf(group: EndGroup, groups: readonly EndGroup[]): string {
  const { end, destination } = group;
  if (end.verdict === 'ACCEPT') return destination;
  const word = end.verdict === 'DROP' ? 'dropped' : 'refused';
  const step = deciderOf(end);
  if (step === undefined || groups.filter((other) => other.end.verdict === end.verdict).length === 1) return word;
  return `${word} by ${step.kind === 'rule' ? `rule ${numberOf(step)}` : 'the policy'} of ${step.chain.name}`;
}
