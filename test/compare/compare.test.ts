/**
 * The comparison of two nodes is exact: for packets made from the rules' constants, neighbouring values and random
 * values, exactly those with different outcomes are in a difference, each in one.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compareSides } from '../../src/compare/compare.js';
import { comparedSides } from '../../src/compare/sides.js';
import { families } from '../../src/net/address.js';
import { familyOfNode } from '../../src/node/ask.js';
import { objectsIn, scenarioNode, tryPackets } from './support/pairs.js';

const scenarios = readdirSync('golden', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Pairs of a mode and a minor version. */
const migrations = [
  ['iptables', 30, 'nftables', 36],
  ['ipvs', 36, 'nftables', 36],
  ['iptables', 36, 'ipvs', 30],
  ['nftables', 31, 'nftables', 36],
] as const;

describe('modes and versions', () => {
  let differing = 0;

  it.each(scenarios.map((name, index) => [name, migrations[index % migrations.length] ?? migrations[0]] as const))(
    '%s, %j',
    async (name, [from, old, to, recent]) => {
      const directory = join('golden', name);
      const before = await scenarioNode(directory, from, { minor: old });
      const after = await scenarioNode(directory, to, { minor: recent });
      if (before === undefined || after === undefined) throw new Error('the scenario was refused');
      for (const family of families) {
        if (familyOfNode(before, family) === undefined && familyOfNode(after, family) === undefined) continue;
        const sides = comparedSides(before, after, family);
        const tried = tryPackets(sides, compareSides(sides), { texts: objectsIn(directory), count: 300, seed: 3 });
        expect(tried.faults).toEqual([]);
        differing += tried.differing;
      }
    },
  );

  it('has tried packets that fare differently', () => {
    expect(differing).toBeGreaterThan(500);
  });
});

describe('a side and itself', () => {
  it.each(['iptables', 'ipvs', 'nftables'])('%s: no difference', async (mode) => {
    for (const name of scenarios.slice(0, 12)) {
      const node = await scenarioNode(join('golden', name), mode, { minor: 36 });
      for (const { family } of node?.families ?? [])
        if (node !== undefined) expect(compareSides(comparedSides(node, node, family)).differences).toEqual([]);
    }
  });
});
