/**
 * Time for thousands of sets of packets is proportional to their number, however many rules or interfaces there are.
 */
import { ChainIndex } from '../../src/iptables/program/chain-index.js';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { mergedPackets } from '../../src/trace/region-report.js';
import { addressSets, allAddresses } from '../../src/walk/address-set.js';
import { originalInterfaceFits } from '../../src/walk/part.js';
import { Packets } from '../../src/walk/packets.js';
import { allPorts, allTransport } from '../../src/walk/transport.js';
import type { WalkState } from '../../src/walk/types.js';
import { growthOf, isInProportion } from '../support/growth.js';
import { address, each } from '../support/shapes.js';

/** Sets of packets to one address each. */
function toAddresses(count: number, interfaces: readonly string[]): Packets[] {
  return Array.from(
    { length: count },
    (_, index) =>
      new Packets({
        family: 'ipv4',
        sources: allAddresses.ipv4,
        destinations: [{ addresses: addressSets.one(0x0a000000n + BigInt(index)), transport: allTransport }],
        interfaces,
        sourcePorts: allPorts,
      }),
  );
}

async function expectInProportion<Input>(
  make: (size: number) => Input,
  size: number,
  work: (input: Input) => unknown,
): Promise<void> {
  const growth = await growthOf(make, size, work);
  expect({ isInProportion: isInProportion(growth), ...growth }).toMatchObject({ isInProportion: true });
}

describe('grows in proportion', () => {
  it('which rules of a long chain packets to each of their addresses may meet', async () => {
    const rule = each((index) => `-A FORWARD -d ${address(index)}/32 -p tcp -m tcp --dport 80 -j DROP\n`);
    const make = (size: number): { index: ChainIndex; sets: Packets[] } => {
      const text = `*filter\n:FORWARD ACCEPT [0:0]\n${rule(size)}COMMIT\n`;
      const index = ChainIndex.of(parseDump({ name: 'save', text }).dumps[0]?.ruleSet.tables[0]?.rules ?? []);
      if (index === undefined) throw new Error('the chain has no index');
      return { index, sets: toAddresses(size, ['eth0']) };
    };
    await expectInProportion(make, 2_000, ({ index, sets }) => {
      for (const packets of sets) {
        const state: Partial<WalkState> = { packets };
        expect(index.candidatesOf(state as WalkState)).toHaveProperty('kind', 'parting');
      }
    });
  });

  it('whether packets come in by one of many interfaces', async () => {
    const isOfPod = (name: string): boolean => name.startsWith('cali');
    const names = (size: number): string[] => [...Array.from({ length: size }, (_, index) => `cali${index}`), '*'];
    await expectInProportion(
      (size) => toAddresses(size, names(size)),
      2_000,
      (sets) => {
        for (const packets of sets) originalInterfaceFits(packets, isOfPod);
      },
    );
  });

  it('packets that come in by many interfaces, joined', async () => {
    const names = (size: number): string[] => Array.from({ length: size }, (_, index) => `cali${index}`);
    await expectInProportion((size) => toAddresses(size, names(size)), 1_000, mergedPackets);
  });
});
