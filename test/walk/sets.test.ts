import fc from 'fast-check';
import { addressSets, maskedSet } from '../../src/walk/address-set.js';
import { addressRanges, addressWords, portRanges, readAddressSet, readPortSet } from '../../src/walk/set-text.js';
import { prefixMask } from '../../src/walk/address.js';
import type { TraceProtocol } from '../../src/walk/packet.js';
import {
  destinationsAnd,
  destinationsOf,
  destinationsOr,
  destinationsWithout,
  hasDestination,
  ofPorts,
  portSets,
  transportAnd,
  transportOr,
  transportWithout,
  type Block,
  type Destinations,
} from '../../src/walk/transport.js';

/** A small range of numbers, so that ranges meet, touch and overlap. */
const number = fc.integer({ min: 1, max: 24 });
const range = fc.tuple(number, number).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const ports = fc.array(range, { maxLength: 4 }).map((pairs) => portSets.of(pairs));
const everyPort = Array.from({ length: 26 }, (_, port) => port);

describe('ranges', () => {
  const members = (set: readonly number[]): number[] => everyPort.filter((port) => portSets.has(set, port));

  it('are sorted, disjoint and not adjacent', () => {
    fc.assert(
      fc.property(ports, (set) => {
        for (let at = 0; at < set.length; at++) {
          const [one = 0, next = Infinity] = [set[at], set[at + 1]];
          expect(at % 2 === 0 ? one <= next : one + 1 < next).toBe(true);
        }
      }),
    );
  });

  it('intersect, subtract and union as sets of their members do', () => {
    fc.assert(
      fc.property(ports, ports, (a, b) => {
        const [inA, inB] = [new Set(members(a)), new Set(members(b))];
        expect(members(portSets.intersect(a, b))).toEqual([...inA].filter((port) => inB.has(port)));
        expect(members(portSets.subtract(a, b))).toEqual([...inA].filter((port) => !inB.has(port)));
        expect(members(portSets.union(a, b))).toEqual(everyPort.filter((port) => inA.has(port) || inB.has(port)));
      }),
    );
  });

  it('give an operand itself back where the result is the same', () => {
    fc.assert(
      fc.property(ports, ports, (a, b) => {
        const both = portSets.intersect(a, b);
        if (a.length > 0 && members(both).length === members(a).length) expect(both).toBe(a);
        const rest = portSets.subtract(a, b);
        if (members(rest).length === members(a).length) expect(rest).toBe(a);
      }),
    );
  });
});

describe('masks', () => {
  it('hold what a comparison of the bits holds', () => {
    const mask = fc.oneof(
      fc.integer({ min: 0, max: 32 }).map((length) => prefixMask(length, 'ipv4')),
      fc.constantFrom(0xff0000ffn, 0xfffff0f0n, 0xffff00ffn),
    );
    const address = fc.bigInt({ min: 0n, max: 0xffffffffn });
    fc.assert(
      fc.property(mask, address, address, (bits, base, other) => {
        const set = maskedSet({ base: base & bits, mask: bits }, 'ipv4');
        for (const value of [base, other, (other & ~bits & 0xffffffffn) | (base & bits)])
          expect(set === undefined || addressSets.has(set, value)).toBe(
            set === undefined || (value & bits) === (base & bits),
          );
      }),
    );
  });
});

describe('destinations', () => {
  const protocols = fc.subarray<TraceProtocol>(['tcp', 'udp']);
  const block: fc.Arbitrary<Block> = fc
    .tuple(fc.array(range, { minLength: 1, maxLength: 3 }), ports, protocols)
    .map(([pairs, set, names]) => ({
      addresses: addressSets.of(pairs.map(([from, to]) => [BigInt(from), BigInt(to)] as const)),
      transport: ofPorts(set, names),
    }));
  const destinations = fc.array(block, { maxLength: 4 }).map((blocks) => destinationsOf(blocks));
  const points = [1, 2, 5, 12, 13, 24, 25].flatMap((address) =>
    everyPort.flatMap((port) =>
      (['tcp', 'udp'] as const).map((protocol) => ({ address: BigInt(address), protocol, port })),
    ),
  );

  it('are closed under and, or and without', () => {
    fc.assert(
      fc.property(destinations, destinations, (a, b) => {
        const [and, or, without] = [destinationsAnd(a, b), destinationsOr(a, b), destinationsWithout(a, b)];
        // One assertion for thousands of points: expect takes longer than the operations.
        const wrong = points.filter(({ address, protocol, port }) => {
          const isIn = (set: Destinations): boolean => hasDestination(set, address, protocol, port);
          const [inA, inB] = [isIn(a), isIn(b)];
          return isIn(and) !== (inA && inB) || isIn(or) !== (inA || inB) || isIn(without) !== (inA && !inB);
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('hold each address once, and each set of ports once', () => {
    fc.assert(
      fc.property(destinations, destinations, (a, b) => {
        for (const set of [a, destinationsWithout(a, b), destinationsOr(a, b)]) {
          const keys = set.map(({ transport }) => transport.key);
          expect(new Set(keys).size).toBe(keys.length);
          const twice = Array.from({ length: 25 }, (_, index) => BigInt(index + 1)).filter(
            (address) => set.filter(({ addresses }) => addressSets.has(addresses, address)).length > 1,
          );
          expect(twice).toEqual([]);
        }
      }),
    );
  });

  it('the ports of a protocol combine by themselves', () => {
    fc.assert(
      fc.property(ports, ports, (a, b) => {
        const [first, second] = [ofPorts(a), ofPorts(b)];
        expect(transportAnd(first, second).tcp).toEqual(portSets.intersect(a, b));
        expect(transportOr(first, second).udp).toEqual(portSets.union(a, b));
        expect(transportWithout(first, second).sctp).toEqual(portSets.subtract(a, b));
      }),
    );
  });
});

describe('words', () => {
  const words = (text: string): string => {
    const read = readAddressSet(text);
    return read?.family === undefined ? '' : addressWords(read.set, read.family);
  };

  it.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.0.0.7', '10.0.0.7'],
    ['10.0.0.4-10.0.0.7', '10.0.0.4/30'],
    ['10.0.0.1-10.0.0.2', '10.0.0.1-10.0.0.2'],
    ['10.244.0.0-10.244.1.14,10.244.1.16-10.244.255.255', '10.244.0.0/16 but 10.244.1.15'],
    ['0.0.0.0-126.255.255.255,128.0.0.0-255.255.255.255', 'any but 127.0.0.0/8'],
    ['fd00::/64', 'fd00::/64'],
    ['::/0', 'any'],
  ])('%s are told as %s', (text, expected) => {
    expect(words(text)).toBe(expected);
  });

  it('are read back as what they were made of', () => {
    const address = fc.bigInt({ min: 0n, max: 0xffffffffn });
    fc.assert(
      fc.property(fc.array(fc.tuple(address, address), { minLength: 1, maxLength: 5 }), (pairs) => {
        const set = addressSets.of(pairs.map(([a, b]) => [a < b ? a : b, a < b ? b : a] as const));
        expect(readAddressSet(addressRanges(set, 'ipv4').join())?.set).toEqual(set);
      }),
    );
    fc.assert(
      fc.property(ports, (set) => {
        if (set.length > 0) expect(readPortSet(portRanges(set).join())).toEqual(set);
      }),
    );
  });

  it.each(['10.0.0.0/33', '10.0.0.9-10.0.0.1', '10.0.0.1,fd00::1', '', 'all', '10.0.0'])('%j is no set', (text) => {
    expect(readAddressSet(text)).toBeUndefined();
  });

  it.each(['0', '70000', '9-1', 'http', ''])('%j are no ports', (text) => {
    expect(readPortSet(text)).toBeUndefined();
  });
});
