import fc from 'fast-check';
import { RuleIndex } from '../../src/explain/rules/rule-index.js';
import { printSave } from '../../src/iptables/print/save.js';
import type { Match, Rule, RuleSet, Target } from '../../src/iptables/types.js';
import { Endings } from '../../src/explain/rules/endings.js';
import { findShadows } from '../../src/node-lint/model/shadows.js';
import { outcomesOf } from '../../src/trace/outcome.js';
import { Tracer } from '../../src/trace/trace.js';
import { hostModel } from '../../src/walk/host.js';
import { lintDump, nodePlaces } from '../support/node-lint.js';
import { address, node } from '../trace/support/tracers.js';

const addresses = ['10.96.0.1', '10.96.0.2', '10.97.0.1', '192.168.0.2'];
const protocols = ['tcp', 'udp'] as const;
const flag = fc.boolean().map((negated) => (negated ? { negated } : {}));

/** A `-m tcp` follows a `-p tcp`, as iptables requires. */
const transport: fc.Arbitrary<Match[]> = fc.constantFrom(...protocols).chain((protocol) =>
  fc.oneof(
    fc.constant<Match[]>([{ kind: 'protocol', protocol }]),
    fc
      .constantFrom({ from: 80, to: 80 }, { from: 1, to: 100 }, { from: 443, to: 443 })
      .map((destinationPort): Match[] => [
        { kind: 'protocol', protocol },
        { kind: protocol, destinationPort },
      ]),
    fc
      .constantFrom(
        [{ from: 80, to: 80 }],
        [
          { from: 80, to: 80 },
          { from: 443, to: 443 },
        ],
      )
      .map((ports): Match[] => [
        { kind: 'protocol', protocol },
        { kind: 'multiport', side: 'destination', ports },
      ]),
  ),
);
const others: fc.Arbitrary<Match> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('destination' as const, 'source' as const),
    prefix: fc.constantFrom('10.96.0.1/32', '10.96.0.0/16', '10.0.0.0/8', '0.0.0.0/0', '192.168.0.0/24'),
  }),
  flag.map((negated): Match => ({ kind: 'inInterface', name: 'eth0', ...negated })),
  flag.map((negated): Match => ({ kind: 'inInterface', name: 'eth+', ...negated })),
  flag.map((negated): Match => ({ kind: 'mark', mark: { value: 1, mask: 1 }, ...negated })),
  fc
    .constantFrom<('NEW' | 'ESTABLISHED')[]>(['NEW'], ['ESTABLISHED', 'NEW'], ['ESTABLISHED'])
    .map((states): Match => ({ kind: 'conntrackState', states })),
  fc.constant<Match>({ kind: 'statistic', mode: 'random', probability: 0.5 }),
);
const matches = fc
  .tuple(fc.option(transport, { nil: [] }), fc.uniqueArray(others, { maxLength: 2, selector: ({ kind }) => kind }))
  .map(([first, more]) => [...more, ...first]);
const target: fc.Arbitrary<Target | undefined> = fc.oneof(
  fc.record({
    kind: fc.constant('verdict' as const),
    verdict: fc.constantFrom('ACCEPT' as const, 'DROP' as const, 'RETURN' as const),
  }),
  fc.record({ kind: fc.constant('jump' as const), chain: fc.constantFrom('A', 'B') }),
  fc.record({ kind: fc.constant('goto' as const), chain: fc.constantFrom('A', 'B') }),
  fc.constantFrom<Target | undefined>(
    { kind: 'mark', operation: 'setXmark', mark: { value: 1, mask: 1 } },
    { kind: 'reject' },
    undefined,
  ),
);
const rule = (chain: string): fc.Arbitrary<Rule> =>
  fc
    .record({ matches, target })
    .map(({ matches: asked, target: done }) =>
      done === undefined ? { chain, matches: asked } : { chain, matches: asked, target: done },
    );

/** Chains only jump forward, because the kernel rejects loops. */
const isForward = ({ chain, target: done }: Rule): boolean =>
  (done?.kind !== 'jump' && done?.kind !== 'goto') || chain < done.chain || chain === 'FORWARD';
const ruleSet: fc.Arbitrary<RuleSet> = fc
  .tuple(
    fc.array(rule('FORWARD'), { minLength: 2, maxLength: 6 }),
    fc.array(rule('A').filter(isForward), { maxLength: 4 }),
    fc.array(
      rule('B').filter((one) => one.target?.kind !== 'jump' && one.target?.kind !== 'goto'),
      { maxLength: 4 },
    ),
  )
  .map(([forward, a, b]) => ({
    family: 'ipv4',
    tables: [
      {
        name: 'filter' as const,
        chains: [{ name: 'FORWARD', policy: 'ACCEPT' as const }, { name: 'A' }, { name: 'B' }],
        rules: [...forward, ...a, ...b],
      },
    ],
  }));

const host = hostModel(node);

function obeyedRules(rules: RuleSet): Set<string> {
  const tracer = new Tracer({ ruleSet: rules, sets: [], virtualServers: [], host });
  const obeyed = new Set<string>();
  for (const to of addresses)
    for (const protocol of protocols)
      for (const port of [80, 443, 9000])
        for (const inInterface of ['eth0', 'eth1', 'cni0'])
          for (const { steps } of outcomesOf(
            tracer.walk({
              family: 'ipv4',
              protocol,
              source: address('10.244.1.9'),
              destination: address(to),
              destinationPort: port,
              inInterface,
            }),
          ))
            for (const { chain, rule: number } of steps) obeyed.add(`${chain} ${number}`);
  return obeyed;
}

describe('shadows', () => {
  it('hide no rule that a packet meets, and hide some', () => {
    let found = 0;
    fc.assert(
      fc.property(ruleSet, (rules) => {
        const index = new RuleIndex(rules);
        const shadows = findShadows(index, new Endings(index));
        found += shadows.length;
        const obeyed = obeyedRules(rules);
        for (const { hidden, more } of shadows)
          for (let number = hidden.number; number <= hidden.number + more; number++)
            if (obeyed.has(`${hidden.chain.name} ${number}`))
              throw new Error(`${hidden.chain.name} ${number} is met in\n${printSave(rules)}`);
      }),
      { numRuns: 150 },
    );
    expect(found).toBeGreaterThan(50);
  });
});

const inFilter = (...rules: string[]): string =>
  `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:OPEN - [0:0]\n:LOGGED - [0:0]\n${rules.join('\n')}\nCOMMIT\n`;

/** Findings about these rules in INPUT, by number. */
async function hiddenIn(...rules: string[]): Promise<string[]> {
  const text = inFilter(
    ...rules,
    '-A OPEN -j ACCEPT',
    '-A LOGGED -j LOG',
    '-A LOGGED -j DROP',
    '-A OUTPUT -j OPEN',
    '-A OUTPUT -j LOGGED',
  );
  return nodePlaces(
    (await lintDump(text)).filter(({ file, range }) => file !== '' && range.start.line < 7 + rules.length),
  ).map((place) => place.replace(/@(\d+)$/, (_, line: string) => ` ${Number(line) - 6}`));
}

describe('node/unreachable-rule', () => {
  it.each([
    ['a narrower address', '-A INPUT -s 10.0.0.0/8 -j DROP', '-A INPUT -s 10.1.0.0/16 -j ACCEPT'],
    [
      'a port within a range',
      '-A INPUT -p tcp -m tcp --dport 1:1024 -j DROP',
      '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT',
    ],
    [
      'a port of several',
      '-A INPUT -p tcp -m multiport --dports 22,80 -j DROP',
      '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT',
    ],
    ['an interface of a kind', '-A INPUT -i eth+ -j DROP', '-A INPUT -i eth1 -j ACCEPT'],
    ['an interface that is not one', '-A INPUT ! -i lo -j DROP', '-A INPUT -i eth1 -j ACCEPT'],
    ['fewer states', '-A INPUT -m state --state NEW,RELATED -j DROP', '-A INPUT -m conntrack --ctstate NEW -j ACCEPT'],
    ['a chain that ends everything', '-A INPUT -s 10.0.0.0/8 -j LOGGED', '-A INPUT -s 10.1.0.1/32 -j ACCEPT'],
  ])('finds %s', async (_, first, second) => {
    expect(await hiddenIn(first, second)).toEqual(['warning node/unreachable-rule 2']);
  });

  it.each([
    [
      'chance',
      '-A INPUT -m statistic --mode random --probability 0.5 -j DROP',
      '-A INPUT -m statistic --mode random --probability 0.5 -j ACCEPT',
    ],
    ['rates', '-A INPUT -m limit --limit 1/sec -j ACCEPT', '-A INPUT -m limit --limit 1/sec -j DROP'],
    ['wider rules', '-A INPUT -s 10.1.0.0/16 -j ACCEPT', '-A INPUT -s 10.0.0.0/8 -j DROP'],
    ['other protocols', '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT', '-A INPUT -p udp -m udp --dport 22 -j DROP'],
    ['what only counts', '-A INPUT -s 10.0.0.0/8', '-A INPUT -s 10.0.0.0/8 -j DROP'],
    ['what is logged', '-A INPUT -s 10.0.0.0/8 -j LOG', '-A INPUT -s 10.0.0.0/8 -j DROP'],
    [
      'unknown modules',
      '-A INPUT -m geoip --source-country XX -j DROP',
      '-A INPUT -m geoip --source-country XX -j ACCEPT',
    ],
  ])('is silent about %s', async (_, first, second) => {
    expect((await hiddenIn(first, second)).filter((place) => place.includes('unreachable-rule'))).toEqual([]);
  });

  it('knows that marks change', async () => {
    const [asks, asksAgain] = ['-A FORWARD -m mark --mark 0x1 -j ACCEPT', '-A FORWARD -m mark --mark 0x1 -j DROP'];
    expect(await hiddenIn(asks, asksAgain)).toHaveLength(1);
    expect(await hiddenIn(asks, '-A FORWARD -s 10.0.0.1/32 -j MARK --set-xmark 0x1/0xffffffff', asksAgain)).toEqual([]);
  });

  it('is an info where the earlier rule did the same', async () => {
    expect(await hiddenIn('-A INPUT -s 10.0.0.0/8 -j ACCEPT', '-A INPUT -s 10.0.0.0/8 -p tcp -j OPEN')).toEqual([
      'info node/unreachable-rule 2',
    ]);
  });

  it('tells all that one rule hides at once, with their lines', async () => {
    const rules = [
      '-A INPUT -s 10.0.0.0/8 -j DROP',
      '-A INPUT -s 10.0.0.1/32 -j ACCEPT',
      '-A INPUT -s 10.0.0.2/32 -j ACCEPT',
    ];
    const [finding, ...more] = await lintDump(
      inFilter(...rules, '-A OPEN -j ACCEPT', '-A OUTPUT -j OPEN', '-A FORWARD -j LOGGED'),
    );
    expect(more).toEqual([]);
    expect(finding?.message).toBe(
      'No packet gets to rule 2 (ACCEPT) of INPUT, nor to the one of line 9: rule 1 (DROP) before it takes the same packets, or more.',
    );
  });

  it('is an error where kube-proxy stands behind', async () => {
    const nat = [
      '*nat',
      ':PREROUTING ACCEPT [0:0]',
      ':KUBE-SERVICES - [0:0]',
      '-A PREROUTING -j DNAT --to-destination 10.0.0.1',
      '-A PREROUTING -j KUBE-SERVICES',
      'COMMIT',
      '',
    ];
    expect(nodePlaces(await lintDump(nat.join('\n')))).toContain('error node/unreachable-rule@5');
  });
});
