import fc from 'fast-check';
import type { Match, Rule, RuleSet, Table, Target } from '../../src/iptables/types.js';
import { ChainIndex } from '../../src/iptables/program/chain-index.js';
import { hostModel } from '../../src/walk/host.js';
import { outcomesOf } from '../../src/trace/outcome.js';
import { describeTrace } from '../../src/trace/describe.js';
import { Tracer } from '../../src/trace/trace.js';
import { node, packet } from './support/tracers.js';

const host = hostModel(node);
const addresses = fc.constantFrom('10.96.0.1', '10.96.0.2', '192.168.0.2', '127.0.0.1', '10.244.1.5');
const ports = fc.constantFrom(1, 80, 443, 30080);
const protocols = fc.constantFrom<('tcp' | 'udp')[]>('tcp', 'udp');

const destinationMatch: fc.Arbitrary<Match> = fc.oneof(
  fc.record({
    kind: fc.constant('destination' as const),
    prefix: addresses.map((text) => `${text}/32`),
    negated: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('destination' as const),
    prefix: fc.constantFrom('10.96.0.0/16', '0.0.0.0/0', '010.96.0.1', '10.96.0.1'),
    negated: fc.constant(false),
  }),
  fc.record({
    kind: protocols,
    destinationPort: ports.map((port) => ({ from: port, to: port })),
    destinationPortNegated: fc.boolean(),
  }),
  fc.record({
    kind: protocols,
    destinationPort: fc.constant({ from: 1, to: 100 }),
    destinationPortNegated: fc.boolean(),
  }),
);
const doubtfulMatch: fc.Arbitrary<Match> = fc.oneof(
  fc.record({
    kind: fc.constant('statistic' as const),
    mode: fc.constant('random' as const),
    probability: fc.double({ min: 0, max: 1, noNaN: true }),
    negated: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('module' as const),
    module: fc.constantFrom('limit', 'owner', 'time'),
    options: fc.constant([{ name: '--x', value: '1' }]),
  }),
  fc.record({
    kind: fc.constant('recent' as const),
    action: fc.constantFrom('set' as const, 'rcheck' as const, 'update' as const, 'remove' as const),
    name: fc.constantFrom('a', 'b'),
    negated: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('set' as const),
    name: fc.constant('absent'),
    directions: fc.constant(['dst'] as const),
    negated: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('addressType' as const),
    destinationType: fc.constantFrom('LOCAL', 'UNICAST'),
    destinationNegated: fc.boolean(),
  }),
);
const target: fc.Arbitrary<Target> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('jump' as const, 'goto' as const),
    chain: fc.constantFrom('A', 'B', 'C', 'missing'),
  }),
  fc.record({
    kind: fc.constant('verdict' as const),
    verdict: fc.constantFrom('ACCEPT' as const, 'DROP' as const, 'RETURN' as const),
  }),
  fc.constantFrom<Target>(
    { kind: 'reject' },
    { kind: 'mark', operation: 'orMark', bits: 4 },
    { kind: 'masquerade' },
    { kind: 'redirect', toPorts: { from: 9, to: 9 } },
    { kind: 'destinationNat', to: '10.244.1.5:8080' },
    { kind: 'destinationNat', to: '10.244.2.1-10.244.2.3' },
    { kind: 'destinationNat', to: 'nonsense' },
    { kind: 'sourceNat', to: '192.168.0.9' },
    { kind: 'netmap', to: '10.1.0.0/16' },
    { kind: 'other', name: 'STRANGE', words: ['--x'] },
    { kind: 'module', name: 'LOG', options: [] },
  ),
);
const builtIn: Record<string, readonly string[]> = {
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
};

const table = (name: 'mangle' | 'nat' | 'filter'): fc.Arbitrary<Table> => {
  const chains = [...(builtIn[name] ?? []), 'A', 'B', 'C'];
  const rule: fc.Arbitrary<Rule> = fc.record({
    chain: fc.constantFrom(...chains),
    matches: fc.array(fc.oneof(destinationMatch, doubtfulMatch), { maxLength: 2 }),
    target,
  });
  return fc.array(rule, { maxLength: 12 }).map((rules) => ({
    name,
    rules,
    chains: chains.map((chain) => (chain.length === 1 ? { name: chain } : { name: chain, policy: 'ACCEPT' as const })),
  }));
};
const ruleSet: fc.Arbitrary<RuleSet> = fc
  .tuple(table('mangle'), table('nat'), table('filter'))
  .map((tables) => ({ family: 'ipv4', tables }));
const asked = fc.record({
  protocol: fc.constantFrom('tcp' as const, 'udp' as const, 'icmp' as const, 'sctp' as const),
  to: addresses,
  port: ports,
  from: fc.constantFrom('203.0.113.1', '10.244.1.7'),
  inInterface: fc.constantFrom('eth0', 'cni0', undefined),
});

describe('any packet through any rules', () => {
  it('comes to an end, with probabilities that sum to 1', () => {
    fc.assert(
      fc.property(ruleSet, asked, fc.boolean(), (rules, question, knowsNode) => {
        const model = knowsNode ? host : hostModel(undefined);
        const asking = packet(
          { ...question, from: question.inInterface === undefined ? '192.168.0.2' : question.from },
          model,
        );
        const ends = new Tracer({ ruleSet: rules, host: model }).walk(asking);
        const sum = ends.reduce((total, { state }) => total + state.weight, 0);
        expect(Math.abs(sum - 1)).toBeLessThan(1e-9);
        expect(outcomesOf(ends)).toHaveLength(ends.length);
        expect(describeTrace({ packet: asking, ends, assumed: [], servicePort: undefined, colour: false })).toMatch(
          /\n$/,
        );
      }),
      { numRuns: 150 },
    );
  });
});

describe('an index of a chain', () => {
  const rules = fc.array(
    fc.record({ chain: fc.constant('X'), matches: fc.array(destinationMatch, { maxLength: 3 }) }),
    { minLength: 16, maxLength: 60 },
  );

  it('leaves out only rules that cannot match, and keeps the order', () => {
    fc.assert(
      fc.property(rules, asked, (all, { protocol, to, port }) => {
        const index = ChainIndex.of(all);
        if (index === undefined) return;
        const kept = index.candidates(to, protocol, port);
        expect([...kept].sort((a, b) => a - b)).toEqual(kept);
        const left = all.map((_, number) => number).filter((number) => !kept.includes(number));
        const question = packet({ protocol, to, port, from: '203.0.113.1', inInterface: 'eth0' }, host);
        for (const number of left) {
          const alone: RuleSet = {
            family: 'ipv4',
            tables: [
              {
                name: 'mangle',
                chains: [{ name: 'PREROUTING', policy: 'ACCEPT' }],
                rules: [
                  {
                    chain: 'PREROUTING',
                    matches: all[number]?.matches ?? [],
                    target: { kind: 'verdict', verdict: 'DROP' },
                  },
                ],
              },
            ],
          };
          expect(new Tracer({ ruleSet: alone, host }).walk(question)[0]?.state.hook).not.toBe('PREROUTING');
        }
      }),
      { numRuns: 60 },
    );
  });
});
