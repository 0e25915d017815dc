/**
 * Random pairs of sides: edited objects, two modes, two versions, a node's rules with some of them
 * removed or changed, with other rules before and after DNAT, other sets, policies and facts about the host.
 * COMPARE_PAIRS and COMPARE_PACKETS make runs longer.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { touchedBetween } from '../../src/compare/asked.js';
import { compareSides } from '../../src/compare/compare.js';
import { comparedSides } from '../../src/compare/sides.js';
import { families } from '../../src/net/address.js';
import { familyOfNode } from '../../src/node/ask.js';
import type { NodeModel } from '../../src/node/types.js';
import { random } from '../walk/support/regions.js';
import { changed, dumped, editedDump } from './support/damage.js';
import { objectsIn, scenarioNode, tryPackets } from './support/pairs.js';

const pairs = Number(process.env.COMPARE_PAIRS ?? 36);
const count = Number(process.env.COMPARE_PACKETS ?? 200);
const scenarios = readdirSync('golden', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('large-'))
  .map(({ name }) => name);
const modes = ['iptables', 'ipvs', 'nftables'] as const;

type Objects = { items: { kind: string; spec?: Record<string, unknown>; endpoints?: unknown[] }[] };

/** One typical change: one endpoint fewer, another policy, other ports, affinity, one Service fewer. */
function edited(text: string, next: () => number): string {
  const set = JSON.parse(text) as Objects;
  const of = (kind: string): Objects['items'][number] | undefined => {
    const all = set.items.filter((one) => one.kind === kind);
    return all[Math.floor(next() * all.length)];
  };
  const service = of('Service');
  const kind = Math.floor(next() * 5);
  if (kind === 0) of('EndpointSlice')?.endpoints?.splice(0, 1);
  else if (kind === 1 && service?.spec !== undefined) service.spec.internalTrafficPolicy = 'Local';
  else if (kind === 2 && service?.spec !== undefined)
    Object.assign(service.spec, {
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 + Math.floor(next() * 100) } },
    });
  else if (kind === 3 && Array.isArray(service?.spec?.ports))
    for (const port of service.spec.ports as { port: number }[]) port.port += 1;
  else if (service !== undefined) set.items.splice(set.items.indexOf(service), 1);
  return JSON.stringify(set);
}

/** The node without one of its iptables rules, or without one element of an nftables set. */
function damaged(node: NodeModel, next: () => number): NodeModel {
  return {
    ...node,
    families: node.families.map((content) => {
      const tables = content.ruleSet.tables.map((table) => {
        const gone = Math.floor(next() * table.rules.length);
        return { ...table, rules: table.rules.filter((_, index) => index !== gone) };
      });
      const nftables = (content.nftables ?? []).map((table) => ({
        ...table,
        parts: table.parts.map((part) =>
          'elements' in part && part.elements.length > 0 && next() < 0.3
            ? { ...part, elements: part.elements.slice(1) }
            : part,
        ),
      }));
      const whole = { ...content, ruleSet: { ...content.ruleSet, tables } };
      return content.nftables === undefined ? whole : { ...whole, nftables };
    }),
  };
}

interface Pair {
  readonly before: NodeModel;
  readonly after: NodeModel;
  readonly texts: string;
}

async function pairOf(number: number, next: () => number): Promise<Pair | undefined> {
  const pick = <Item>(items: readonly [Item, ...Item[]]): Item => items[Math.floor(next() * items.length)] ?? items[0];
  const directory = join('golden', scenarios[Math.floor(next() * scenarios.length)] ?? 'nodeport');
  const texts = objectsIn(directory);
  // Rules of other programs are changed in the mode that has most kinds of them.
  const mode = number % 6 > 3 && next() < 0.6 ? 'iptables' : pick(modes);
  const minor = 30 + Math.floor(next() * 7);
  const before = await scenarioNode(directory, mode, { minor });
  if (number % 6 === 5 && before !== undefined && next() < 0.7)
    return { before: dumped(before), after: dumped(before, (text) => editedDump(text, next)), texts };
  const after =
    number % 6 === 0
      ? await scenarioNode(directory, mode, { minor }, edited(texts, next))
      : number % 6 === 1
        ? await scenarioNode(directory, pick(modes), { minor })
        : number % 6 === 2
          ? await scenarioNode(directory, mode, { minor: 30 + Math.floor(next() * 7) })
          : number % 6 === 3
            ? before && damaged(before, next)
            : before && changed(before, next);
  return before === undefined || after === undefined ? undefined : { before, after, texts };
}

it(`${pairs} pairs: packets fare differently exactly where a difference holds them`, async () => {
  const next = random(Number(process.env.COMPARE_SEED ?? 11));
  let [differing, tried, narrowed] = [0, 0, 0];
  for (let number = 0; number < pairs; number++) {
    const pair = await pairOf(number, next);
    if (pair === undefined) continue;
    const { before, after, texts } = pair;
    for (const family of families) {
      if (familyOfNode(before, family) === undefined && familyOfNode(after, family) === undefined) continue;
      const sides = comparedSides(before, after, family);
      const result = tryPackets(sides, compareSides(sides), { texts, count, seed: number + 1 });
      expect([number, result.faults]).toEqual([number, []]);
      differing += result.differing;
      if (touchedBetween(sides) !== undefined) narrowed++;
      tried++;
    }
  }
  expect(tried).toBeGreaterThan(pairs / 2);
  expect(differing).toBeGreaterThan(pairs);
  // Otherwise the test would not show that leaving out packets is right.
  expect(narrowed).toBeGreaterThan(tried / 3);
}, 3_600_000);
