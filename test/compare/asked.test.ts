/** Which packets are compared at all: those that may reach something that differs. */
import { join } from 'node:path';
import { touchedBetween } from '../../src/compare/asked.js';
import { compareSides } from '../../src/compare/compare.js';
import { comparedSides, type ComparedSides } from '../../src/compare/sides.js';
import type { Rule, TableName } from '../../src/iptables/types.js';
import type { NodeFamily, NodeModel } from '../../src/node/types.js';
import { addressSets } from '../../src/walk/address-set.js';
import { readAddress } from '../../src/walk/address.js';
import { objectsIn, scenarioNode, tryPackets } from './support/pairs.js';

const directory = join('golden', 'nodeport');

async function nodeIn(mode: string): Promise<NodeModel> {
  const node = await scenarioNode(directory, mode, { minor: 36 });
  if (node === undefined) throw new Error('the scenario was refused');
  return node;
}

function withFamily(node: NodeModel, change: (content: NodeFamily) => NodeFamily): NodeModel {
  return { ...node, families: node.families.map(change) };
}

function withRules(node: NodeModel, table: TableName, change: (rules: readonly Rule[]) => readonly Rule[]): NodeModel {
  return withFamily(node, (content) => ({
    ...content,
    ruleSet: {
      ...content.ruleSet,
      tables: content.ruleSet.tables.map((one) => (one.name === table ? { ...one, rules: change(one.rules) } : one)),
    },
  }));
}

function sidesOf(before: NodeModel, after: NodeModel): ComparedSides {
  return comparedSides(before, after, 'ipv4');
}

/** Single addresses as text, larger sets by their number of addresses; undefined: everything. */
function askedIn(sides: ComparedSides): readonly (string | bigint)[] | undefined {
  return touchedBetween(sides)
    ?.destinations.flatMap(({ addresses }) => addressSets.pairs(addresses))
    .map(([from, to]) => (from === to ? textOf(from) : to - from + 1n));
}

function textOf(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
}

function faultsOf(sides: ComparedSides): readonly string[] {
  const texts = objectsIn(directory);
  return tryPackets(sides, compareSides(sides), { texts, count: 300, seed: 1 }).faults;
}

const drop = { kind: 'verdict', verdict: 'DROP' } as const;

it('nothing differs: no packet', async () => {
  expect(askedIn(sidesOf(await nodeIn('iptables'), await nodeIn('iptables')))).toEqual([]);
  expect(askedIn(sidesOf(await nodeIn('nftables'), await nodeIn('nftables')))).toEqual([]);
});

it('a rule before DNAT: packets to its Service', async () => {
  const node = await nodeIn('iptables');
  const isOf = ({ chain }: Rule): boolean => chain.startsWith('KUBE-SEP-');
  const first = node.families[0]?.ruleSet.tables.flatMap(({ rules }) => rules).find(isOf);
  const sides = sidesOf(
    node,
    withRules(node, 'nat', (rules) => rules.filter((rule) => rule !== first)),
  );
  const service = /"clusterIP": ?"([0-9.]+)"/.exec(objectsIn(directory))?.[1] ?? '';
  expect(readAddress(service)).toBeDefined();
  const asked = askedIn(sides) ?? [];
  expect(asked).toContain(service);
  // Its node port, on the node's own addresses, which are few.
  expect(asked.every((one) => typeof one === 'string' || one <= 1n << 24n)).toBe(true);
  expect(faultsOf(sides)).toEqual([]);
});

it.each<[string, Rule['matches'], readonly string[] | undefined]>([
  ['an address to which no rule sends', [{ kind: 'destination', prefix: '198.51.100.50/32' }], ['198.51.100.50']],
  ['an endpoint, to which DNAT sends', [{ kind: 'destination', prefix: '10.244.2.5/32' }], undefined],
  ['a mark, which other rules set', [{ kind: 'mark', mark: { value: 0x4000, mask: 0x4000 } }], undefined],
])('a rule after DNAT: %s', async (_, matches, expected) => {
  const node = await nodeIn('iptables');
  const rule: Rule = { chain: 'FORWARD', matches, target: drop };
  const sides = sidesOf(
    node,
    withRules(node, 'filter', (rules) => [rule, ...rules]),
  );
  expect(askedIn(sides)).toEqual(expected);
  expect(faultsOf(sides)).toEqual([]);
});

it('an element of a map: packets with its key', async () => {
  const node = await nodeIn('nftables');
  const changed = withFamily(node, (content) => ({
    ...content,
    nftables: (content.nftables ?? []).map((table) => ({
      ...table,
      parts: table.parts.map((part) =>
        'elements' in part && part.name === 'service-ips' ? { ...part, elements: part.elements.slice(1) } : part,
      ),
    })),
  }));
  const sides = sidesOf(node, changed);
  expect(askedIn(sides)).toHaveLength(1);
  expect(faultsOf(sides)).toEqual([]);
});

it('policies and facts about the host: everything', async () => {
  const node = await nodeIn('iptables');
  const dropping = withFamily(node, (content) => ({
    ...content,
    ruleSet: {
      ...content.ruleSet,
      tables: content.ruleSet.tables.map((table) => ({
        ...table,
        chains: table.chains.map((chain) => (chain.name === 'FORWARD' ? { ...chain, policy: 'DROP' as const } : chain)),
      })),
    },
  }));
  expect(askedIn(sidesOf(node, dropping))).toBeUndefined();
  const host = node.host === undefined ? undefined : { ...node.host, nodeIPs: ['198.51.100.9'] };
  expect(askedIn(sidesOf(node, { ...node, host }))).toBeUndefined();
});
