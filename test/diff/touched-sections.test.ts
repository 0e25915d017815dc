/** Sections that are left out of a comparison are equal on both sides: for random pairs of sides. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pairPorts } from '../../src/diff/pair.js';
import { sectionPair, sectionings } from '../../src/diff/section-pair.js';
import { compareSections } from '../../src/diff/section-diff.js';
import { touchedSections } from '../../src/diff/touched-sections.js';
import { viewSide } from '../../src/diff/view.js';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { printSave } from '../../src/iptables/print/save.js';
import type { Rule, RuleSet } from '../../src/iptables/types.js';
import type { NodeFamily } from '../../src/node/types.js';
import { scenarioNode } from '../compare/support/pairs.js';
import { random } from '../walk/support/regions.js';

const scenarios = readdirSync('golden', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('large-'))
  .map(({ name }) => name);

const address = '192.0.2.1';
const everything: ReadonlySet<string> = Object.assign(new Set<string>(), { has: () => true });

/** Rules removed, repeated, moved to other chains, without their comments, or leading to other chains. */
function damaged(ruleSet: RuleSet, next: () => number): RuleSet {
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(next() * items.length)];
  return {
    ...ruleSet,
    tables: ruleSet.tables.map((table) => {
      const rules = [...table.rules];
      for (let count = Math.floor(next() * 3); count > 0; count--) {
        const kind = Math.floor(next() * 6);
        const sending = rules.flatMap(({ target }, index) => (target?.kind === 'destinationNat' ? [index] : []));
        const at = pick(kind === 5 ? sending : [...rules.keys()]) ?? 0;
        const [rule, other] = [rules[at], pick(rules)];
        if (rule === undefined || other === undefined) continue;
        const changed: Rule[] =
          kind === 0
            ? []
            : kind === 1
              ? [rule, rule]
              : kind === 2
                ? [{ ...rule, chain: other.chain }]
                : kind === 3
                  ? [{ ...rule, matches: rule.matches.filter((match) => match.kind !== 'comment') }]
                  : kind === 4
                    ? [{ ...rule, ...(other.target === undefined ? {} : { target: other.target }) }]
                    : [otherDigit(rule)];
        rules.splice(at, 1, ...changed);
      }
      return { ...table, rules };
    }),
  };
}

/** Sent to another endpoint, by a rule of the same length. */
function otherDigit(rule: Rule): Rule {
  if (rule.target?.kind !== 'destinationNat') return rule;
  return { ...rule, target: { ...rule.target, to: rule.target.to.replace(/\d$/, (digit) => `${(+digit + 1) % 10}`) } };
}

/** The rules as read from a dump, where they are parsed on demand. */
function fromDump(ruleSet: RuleSet): RuleSet {
  const { family } = ruleSet;
  return parseDump({ name: 'save', text: printSave(ruleSet) }, { family }).dumps[0]?.ruleSet ?? ruleSet;
}

it.each(['iptables', 'ipvs'])('%s', async (mode) => {
  const next = random(5);
  let [compared, differing, leftOut] = [0, 0, 0];
  for (const name of scenarios) {
    const node = await scenarioNode(join('golden', name), mode, { minor: 36 });
    for (const content of node?.families ?? [])
      for (let count = 0; count < 8; count++) {
        const given: NodeFamily = next() < 0.5 ? content : { ...content, state: undefined };
        const read = next() < 0.5 ? fromDump : (ruleSet: RuleSet) => ruleSet;
        const own: NodeFamily = { ...given, ruleSet: read(content.ruleSet) };
        const other: NodeFamily = { ...given, ruleSet: read(damaged(content.ruleSet, next)) };
        const sides = { before: viewSide(own, undefined, address), after: viewSide(other, undefined, address) };
        const pairs = pairPorts(sides.before, sides.after);
        const [before, after] = sectionings(sides, pairs);
        const keys = touchedSections(before, after, pairs);
        const all = [before.run(everything), after.run(everything)] as const;
        const some = sectionPair(sides, pairs);
        for (const key of new Set([...all[0].keys(), ...all[1].keys()])) {
          compared++;
          const expected = compareSections(all, key);
          expect([name, count, key, compareSections(some, key)]).toEqual([name, count, key, expected]);
          if (expected.unified !== '') differing++;
          if (!keys.has(key)) leftOut++;
        }
      }
  }
  expect(compared).toBeGreaterThan(500);
  expect(differing).toBeGreaterThan(100);
  expect(leftOut).toBeGreaterThan(compared / 4);
});
