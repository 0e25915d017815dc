import fc from 'fast-check';
import { looksLikeDump } from '../../src/iptables/dump/pasted.js';
import { printParsed } from '../../src/iptables/dump/types.js';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { printRestore } from '../../src/iptables/print/restore.js';
import { printSave } from '../../src/iptables/print/save.js';
import type { Match, Rule, RuleSet, Target } from '../../src/iptables/types.js';
import type { Family } from '../../src/net/address.js';

const bounded = { numRuns: Number(process.env.FUZZ_RUNS ?? 50) };

const negation = fc.constantFrom({}, { negated: true } as const);
const port = fc.integer({ min: 1, max: 65535 });
const portRange = fc.tuple(port, port).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
const mark = fc.record({ value: fc.nat(0xffffffff), mask: fc.nat(0xffffffff) });
const transport = fc.constantFrom('tcp', 'udp', 'sctp' as const);
const chainName = fc.stringMatching(/^[A-Z][A-Z0-9-]{2,20}$/).map((name) => `KUBE-${name}`);
const comment = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => !/\p{Cc}/u.test(text));

function prefix(family: Family): fc.Arbitrary<string> {
  if (family === 'ipv6')
    return fc
      .tuple(fc.integer({ min: 1, max: 0xffff }), fc.integer({ min: 1, max: 0xffff }))
      .map(([a, b]) => `fd${(a & 0xff).toString(16).padStart(2, '0')}::${b.toString(16)}/128`);
  return fc
    .tuple(fc.nat(255), fc.nat(255), fc.integer({ min: 1, max: 32 }))
    .map(([a, b, length]) => (length === 32 ? `10.${a}.${b}.1/32` : `10.${a}.0.0/16`));
}

/** Matches in the notation that iptables-save prints, without the parts that it omits. */
function extension(): fc.Arbitrary<Match> {
  return fc.oneof<fc.Arbitrary<Match>[]>(
    comment.map((text) => ({ kind: 'comment', text })),
    fc.record({ kind: transport, destinationPort: portRange }),
    fc.tuple(mark, negation).map(([value, not]) => ({ kind: 'mark', mark: value, ...not })),
    fc
      .tuple(
        fc.subarray(['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT'] as const, {
          minLength: 1,
        }),
        negation,
      )
      .map(([states, not]) => ({ kind: 'conntrackState', states, ...not })),
    fc.constantFrom<Match[]>(
      { kind: 'addressType', destinationType: 'LOCAL' },
      { kind: 'addressType', sourceType: 'LOCAL', sourceNegated: true },
      { kind: 'physdevIsIn', negated: true },
      { kind: 'statistic', mode: 'random', probability: 0.25 },
      { kind: 'statisticNth', every: 3, packet: 1 },
      { kind: 'recent', action: 'rcheck', name: 'KUBE-SEP-X', seconds: 300, reap: true },
      { kind: 'recent', action: 'set', name: 'a', side: 'destination' },
      { kind: 'set', name: 'KUBE-CLUSTER-IP', directions: ['dst', 'dst'] },
      { kind: 'state', states: ['NEW'] },
      { kind: 'packetType', type: 'broadcast' },
      { kind: 'mac', address: '00:0a:0b:cc:dd:ee', negated: true },
      { kind: 'other', module: 'magic', words: ['--spell', '"a b"'] },
    ),
    fc
      .tuple(
        fc.constantFrom('source', 'destination', 'either' as const),
        fc.array(
          port.map((each) => ({ from: each, to: each })),
          { minLength: 1, maxLength: 15 },
        ),
        negation,
      )
      .map(([side, ports, not]) => ({ kind: 'multiport', side, ports, ...not })),
  );
}

function target(family: Family): fc.Arbitrary<Target> {
  return fc.oneof<fc.Arbitrary<Target>[]>(
    chainName.map((chain) => ({ kind: 'jump', chain })),
    chainName.map((chain) => ({ kind: 'goto', chain })),
    fc.constantFrom('ACCEPT', 'DROP', 'RETURN' as const).map((verdict) => ({ kind: 'verdict', verdict })),
    mark.map((value) => ({ kind: 'mark', operation: 'setXmark', mark: value })),
    fc.constantFrom<Target[]>(
      { kind: 'masquerade', randomFully: true },
      { kind: 'masquerade' },
      { kind: 'module', name: 'TRACE', options: [] },
      { kind: 'reject', with: family === 'ipv4' ? 'icmp-host-prohibited' : 'icmp6-adm-prohibited' },
      { kind: 'module', name: 'LOG', options: [{ name: '--log-prefix', value: 'a "b" ' }] },
    ),
    port.map((each) => ({ kind: 'destinationNat', to: family === 'ipv4' ? `10.0.0.1:${each}` : `[fd00::1]:${each}` })),
  );
}

function rule(family: Family): fc.Arbitrary<Rule> {
  return fc
    .record({
      chain: chainName,
      source: fc.option(fc.tuple(prefix(family), negation)),
      device: fc.option(fc.stringMatching(/^[a-z][a-z0-9.]{1,10}\+?$/)),
      protocol: fc.option(transport),
      matches: fc.array(extension(), { maxLength: 4 }),
      target: fc.option(target(family)),
    })
    .map((given) => ({
      chain: given.chain,
      matches: [
        ...(given.source === null ? [] : [{ kind: 'source' as const, prefix: given.source[0], ...given.source[1] }]),
        ...(given.device === null ? [] : [{ kind: 'inInterface' as const, name: given.device }]),
        ...(given.protocol === null ? [] : [{ kind: 'protocol' as const, protocol: given.protocol }]),
        ...given.matches,
      ],
      ...(given.target === null ? {} : { target: given.target }),
    }));
}

const ruleSet: fc.Arbitrary<RuleSet> = fc.constantFrom<Family[]>('ipv4', 'ipv6').chain((family) =>
  fc.array(rule(family), { minLength: 1, maxLength: 8 }).map((rules) => {
    const sorted = [...rules].sort((a, b) => (a.chain < b.chain ? -1 : a.chain > b.chain ? 1 : 0));
    const chains = [...new Set(sorted.map(({ chain }) => chain))].map((name) => ({ name }));
    return {
      family,
      tables: [
        { name: 'filter' as const, chains: [{ name: 'INPUT', policy: 'DROP' as const }, ...chains], rules: sorted },
      ],
    };
  }),
);

function reread(text: string, family: Family): RuleSet {
  const [dump] = parseDump({ name: 'printed', text }, { family }).dumps;
  const tables = (dump?.ruleSet.tables ?? []).map(({ name, chains, rules }) => ({
    name,
    chains: chains.map(({ name: chain, policy }) => ({ name: chain, ...(policy === undefined ? {} : { policy }) })),
    rules: rules.map(({ chain, matches, target: to }) => ({
      chain,
      matches,
      ...(to === undefined ? {} : { target: to }),
    })),
  }));
  return { family, tables };
}

/** Printing adds only the counters of chains. */
function withoutCounters(rules: RuleSet): RuleSet {
  return JSON.parse(JSON.stringify(rules)) as RuleSet;
}

it('what is printed as saved reads back as the same rules', () => {
  fc.assert(
    fc.property(ruleSet, (rules) => {
      expect(reread(printSave(rules), rules.family)).toEqual(withoutCounters(rules));
    }),
    bounded,
  );
});

it('what is printed for restore means the same as what is printed as saved', () => {
  fc.assert(
    fc.property(ruleSet, (rules) => {
      expect(printSave(reread(printRestore(rules), rules.family))).toBe(printSave(rules));
    }),
    bounded,
  );
});

const word = fc.oneof(
  fc.constantFrom(
    '-A',
    '-j',
    '-m',
    '-p',
    '-s',
    '-d',
    '!',
    'tcp',
    '--dport',
    '80',
    'INPUT',
    'KUBE-X',
    'comment',
    '--comment',
    '"',
    '\\',
    '"a b"',
    'recent',
    '--set',
    '--name',
    'statistic',
    '--mode',
    'random',
    '--probability',
    '0.5',
    'conntrack',
    '--ctstate',
    'NEW',
    '10.0.0.1',
    'fd00::1',
    'DNAT',
    '--to-destination',
    ':',
    '*nat',
    'COMMIT',
    '[1:2]',
    '__proto__',
    'constructor',
    '-c',
    '-f',
    '--tcp-flags',
    'ALL',
    'icmp',
    '--icmp-type',
    'toString',
    'time',
    '--weekdays',
    'string',
    '--hex-string',
    '|61|',
  ),
  fc.string({ maxLength: 8 }),
);
const line = fc.array(word, { maxLength: 14 }).map((words) => words.join(' '));
const text = fc
  .array(
    fc.oneof(
      line,
      line.map((each) => `-A INPUT ${each}`),
      fc.constantFrom('*nat', '*filter', ':INPUT ACCEPT [0:0]', 'COMMIT', '# Generated by ip6tables-save', ''),
    ),
    { maxLength: 30, size: 'max' },
  )
  .chain((lines) => fc.constantFrom('\n', '\r\n').map((lineEnd) => lines.join(lineEnd)));

it('any text is read without failing, comes back byte for byte, and prints without a line of its own making', () => {
  fc.assert(
    fc.property(text, (input) => {
      const parsed = parseDump({ name: 'any', text: input });
      expect(printParsed(parsed)).toBe(input);
      looksLikeDump(input);
      for (const { ruleSet: rules } of parsed.dumps) {
        const declared = rules.tables.reduce(
          (sum, table) =>
            sum +
            2 +
            new Set([...table.chains.map(({ name }) => name), ...table.rules.map(({ chain }) => chain)]).size +
            table.rules.length,
          0,
        );
        expect(printSave(rules).split('\n')).toHaveLength(declared + 1);
      }
    }),
    { numRuns: bounded.numRuns * 10 },
  );
});

/** Options as people write them, in any order and notation. */
const written = fc
  .shuffledSubarray(
    [
      '! -s 10.0.0.5/24',
      '-d 10/8',
      '-p 6',
      '-i eth+',
      '! -o lo',
      '--sport 1024:',
      '! --dport http',
      '--syn',
      '-m comment --comment "a b"',
      '-m comment --comment x',
      '-m limit --limit 60/min',
      '-m limit --limit 5/h --limit-burst 9',
      '-m mark --mark 16',
      '-m state --state RELATED,NEW',
      '-m multiport --dports 1,2:3',
      '-m recent --name x --update --seconds 5',
      '-m connlimit ! --connlimit-above 5',
      '-m time --timestart 06:59 --weekdays 7,1',
      '-m magic --spell "x y" ! --now',
      '-m string --algo bm --string "ą"',
      '-m statistic --mode random --probability 0.333',
      '-m hashlimit --hashlimit 5/s --hashlimit-name x',
      '-m set --match-set S src',
      '-m iprange --src-range 10.0.0.1',
      '-m conntrack --ctstate NEW --ctproto tcp',
      '-m policy --dir in --pol ipsec',
      '-m physdev --physdev-is-bridged',
      '-m mac --mac-source XX:XX',
    ],
    { minLength: 1, maxLength: 9 },
  )
  .map((options) => options.join(' '));
const targets = fc.constantFrom(
  '',
  '-j DROP',
  '-j MARK --set-mark 1/2',
  '-j LOG --log-level info',
  '-j DNAT --to 10.0.0.1:80-80',
  '-j REJECT --reject-with host-prohib',
  '-g KUBE-Y',
  '-j CONNMARK --restore-mark',
  '-j DNAT [unsupported revision]',
  '-j SET --add-set S src',
  '-j MASQUERADE --to-ports 5-5 --random',
);

it('printing what was printed as saved changes nothing', () => {
  fc.assert(
    fc.property(written, targets, (options, to) => {
      const once = printSave(
        reread(`*nat\n:KUBE-X - [0:0]\n-A KUBE-X -p tcp ${options.replace('-p 6', '')} ${to}\nCOMMIT\n`, 'ipv4'),
      );
      expect(printSave(reread(once, 'ipv4'))).toBe(once);
    }),
    { numRuns: bounded.numRuns * 4 },
  );
});

describe('long input stays linear', () => {
  it.each([
    ['options', `-A INPUT ${'-m tcp '.repeat(100_000)}`],
    ['stray words', `-A INPUT ${'x '.repeat(300_000)}`],
    ['exclamation marks', `-A INPUT ${'! '.repeat(100_000)}`],
    ['an option again and again', `-A INPUT -p tcp -m tcp ${'--dport 80 '.repeat(100_000)}`],
    ['addresses', `-A INPUT -s ${'10.0.0.1,'.repeat(100_000)}10.0.0.1 -d ${'10.0.0.1,'.repeat(1000)}1.1.1.1`],
    ['quotes', `-A INPUT -m comment --comment ${'"\\'.repeat(300_000)}`],
    ['blank lines', '\n'.repeat(300_000)],
    ['carriage returns', '\r'.repeat(300_000)],
    ['counters', `[${'1'.repeat(500_000)}:2] -A INPUT`],
    ['a comment', `-A INPUT -m comment --comment ${'x'.repeat(1_000_000)} -j DROP`],
    ['tables', '*nat\n'.repeat(50_000)],
    ['chains', Array.from({ length: 50_000 }, (_, index) => `-A C${index}`).join('\n')],
  ])('%s', (_, body) => {
    const input = `*filter\n${body}\nCOMMIT\n`;
    const parsed = parseDump({ name: 'long', text: input });
    looksLikeDump(input);
    expect(printParsed(parsed)).toHaveLength(input.length);
  });
});
