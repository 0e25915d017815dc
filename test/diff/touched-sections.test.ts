/** Sections that are left out of a comparison are equal on both sides: for random pairs of sides. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pairPorts } from '../../src/diff/pair.js';
import { sectionPair, sectionings } from '../../src/diff/section-pair.js';
import { compareSections } from '../../src/diff/section-diff.js';
import { touchedSections } from '../../src/diff/touched-sections.js';
import { viewSide } from '../../src/diff/view.js';
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
        const at = Math.floor(next() * rules.length);
        const [rule, other] = [rules[at], pick(rules)];
        if (rule === undefined || other === undefined) continue;
        const kind = Math.floor(next() * 5);
        const changed: Rule[] =
          kind === 0
            ? []
            : kind === 1
              ? [rule, rule]
              : kind === 2
                ? [{ ...rule, chain: other.chain }]
                : kind === 3
                  ? [{ ...rule, matches: rule.matches.filter((match) => match.kind !== 'comment') }]
                  : [{ ...rule, ...(other.target === undefined ? {} : { target: other.target }) }];
        rules.splice(at, 1, ...changed);
      }
      return { ...table, rules };
    }),
  };
}

it.each(['iptables', 'ipvs'])('%s', async (mode) => {
  const next = random(5);
  let [compared, differing, leftOut] = [0, 0, 0];
  for (const name of scenarios) {
    const node = await scenarioNode(join('golden', name), mode, { minor: 36 });
    for (const content of node?.families ?? [])
      for (let count = 0; count < 8; count++) {
        const own: NodeFamily = next() < 0.5 ? content : { ...content, state: undefined };
        const other: NodeFamily = { ...own, ruleSet: damaged(content.ruleSet, next) };
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
