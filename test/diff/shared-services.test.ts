/** What is left out of a comparison is equal on both sides: sections of random pairs of sides, with and without it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { touchedBetween } from '../../src/compare/asked.js';
import { comparedSides } from '../../src/compare/sides.js';
import { pairPorts } from '../../src/diff/pair.js';
import { sectionPair } from '../../src/diff/section-pair.js';
import { compareSections } from '../../src/diff/section-diff.js';
import type { Sections } from '../../src/diff/sections.js';
import { withoutSharedServices } from '../../src/diff/shared-services.js';
import { viewSide } from '../../src/diff/view.js';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { printSave } from '../../src/iptables/print/save.js';
import type { Rule, RuleSet } from '../../src/iptables/types.js';
import type { NodeFamily, NodeModel } from '../../src/node/types.js';
import { scenarioNode } from '../compare/support/pairs.js';
import { random } from '../walk/support/regions.js';

const scenarios = readdirSync('golden', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('large-'))
  .map(({ name }) => name);

const address = '192.0.2.1';

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

type Pair = readonly [NodeFamily, NodeFamily];

function sectionsOf([own, other]: Pair): readonly [Sections, Sections] {
  const sides = { before: viewSide(own, own.state, address), after: viewSide(other, other.state, address) };
  return sectionPair(sides, pairPorts(sides.before, sides.after));
}

function narrowed(node: NodeModel, sides: Pair): Pair {
  const [before, after] = sides.map((side): NodeModel => ({ ...node, families: [side] }));
  if (before === undefined || after === undefined) return sides;
  return withoutSharedServices(sides, touchedBetween(comparedSides(before, after, sides[0].family)));
}

const countRules = (sides: Pair): number =>
  sides.flatMap(({ ruleSet }) => ruleSet.tables).reduce((sum, { rules }) => sum + rules.length, 0);

it.each(['iptables', 'ipvs'])('%s', async (mode) => {
  const next = random(5);
  let [compared, differing, all, kept] = [0, 0, 0, 0];
  for (const name of scenarios) {
    const node = await scenarioNode(join('golden', name), mode, { minor: 36 });
    for (const content of node?.families ?? [])
      for (let count = 0; node !== undefined && count < 8; count++) {
        const given: NodeFamily = next() < 0.5 ? content : { ...content, state: undefined };
        const read = next() < 0.5 ? fromDump : (ruleSet: RuleSet) => ruleSet;
        const sides: Pair = [
          { ...given, ruleSet: read(content.ruleSet) },
          { ...given, ruleSet: read(damaged(content.ruleSet, next)) },
        ];
        const some = narrowed(node, sides);
        const [whole, part] = [sectionsOf(sides), sectionsOf(some)];
        for (const key of new Set([...whole, ...part].flatMap((sections) => [...sections.keys()]))) {
          compared++;
          const expected = compareSections(whole, key);
          expect([name, count, key, compareSections(part, key)]).toEqual([name, count, key, expected]);
          if (expected.unified !== '') differing++;
        }
        all += countRules(sides);
        kept += countRules(some);
      }
  }
  expect(compared).toBeGreaterThan(500);
  expect(differing).toBeGreaterThan(100);
  // Otherwise the test would not show that leaving out Services is right.
  if (mode === 'iptables') expect(kept).toBeLessThan(all - 1000);
});
