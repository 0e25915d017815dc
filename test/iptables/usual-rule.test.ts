/** Rules that are parsed lazily: which ones they are, and that the result equals that of immediate parsing. */
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { RuleReader, type RuleBody, type RuleProblem } from '../../src/iptables/dump/parse-rule.js';
import { saveRule } from '../../src/iptables/print/save-rule.js';
import { isUsualRule, UsualRule } from '../../src/iptables/dump/usual-rule.js';
import { Words } from '../../src/iptables/dump/words.js';

/** Parsed immediately, with all problems. */
function readAtOnce(
  line: string,
): RuleBody & { readonly problems: readonly RuleProblem[]; readonly unterminated: boolean } {
  const words = new Words();
  words.split(line, 0, line.length);
  const problems: RuleProblem[] = [];
  const body = new RuleReader().read(words, line, 2, new Set(), problems);
  return { ...body, problems, unterminated: words.unterminated };
}

const goldens = readdirSync('golden', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('iptables.ipv4.save'))
  .map((name) => join('golden', name));

it('most rules of a node are usual', () => {
  const lines = readFileSync('golden/large-1010/iptables.ipv4.save', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('-A KUBE-S'));
  expect(lines.length).toBeGreaterThan(3000);
  expect(lines.filter((line) => !isUsualRule(line, 0, line.length)).length).toBeLessThan(lines.length / 100);
});

it.each(goldens)('%s: a usual rule prints as the kernel printed it', (file) => {
  const text = readFileSync(file, 'utf8');
  const rules = parseDump({ name: file, text }).dumps.flatMap(({ ruleSet }) =>
    ruleSet.tables.flatMap((table) => table.rules),
  );
  for (const rule of rules)
    if (rule instanceof UsualRule) expect(saveRule(rule, 'ipv4')).toBe(`${text.slice(rule.start, rule.end)}\n`);
});

/** Words from which common rules and similar ones are made. */
const parts = fc.constantFrom(
  '-s 10.0.0.1/32',
  '! -s 10.244.0.0/16',
  '-s 010.0.0.1',
  '-s 10.0.0.256',
  '-s host',
  '-d 10.96.0.1/32',
  '-d 10.96.0.1/33',
  '-p tcp',
  '-p udp',
  '-p 6',
  '-m comment --comment "a/b:c cluster IP"',
  '-m comment --comment plain',
  '-m comment --comment "a \\" b"',
  '-m comment --comment "open',
  '-m tcp --dport 80',
  '-m tcp',
  '-m udp --dport 0',
  '-m tcp --dport 65536',
  '-m statistic --mode random --probability 0.50000000000',
  '-m statistic --mode random --probability 1.5',
  '-j KUBE-MARK-MASQ',
  '-j DNAT --to-destination 10.0.0.1:80',
  '-j DNAT --to-destination 10.0.0.1',
  '-j ACCEPT',
  '-j KUBE-X -j KUBE-Y',
  '!',
  '-m',
  '--bogus',
);

it('nothing is wrong with a usual rule, and it has a target that is understood', () => {
  let usual = 0;
  fc.assert(
    fc.property(
      fc.subarray(['-A KUBE-X', '-A X Y', '-A'], { minLength: 1, maxLength: 1 }),
      fc.array(parts, { maxLength: 5 }),
      parts,
      ([start = ''], middle, end) => {
        const line = [start, ...middle, end].join(' ');
        if (!isUsualRule(line, 0, line.length)) return;
        usual++;
        const { problems, unterminated, target, matches, alternatives } = readAtOnce(line);
        expect({ line, problems, unterminated, alternatives }).toEqual({
          line,
          problems: [],
          unterminated: false,
          alternatives: undefined,
        });
        expect(['jump', 'destinationNat']).toContain(target?.kind);
        expect(matches.map(({ kind }) => kind)).not.toContain('other');
      },
    ),
    { numRuns: 20_000, seed: 1 },
  );
  expect(usual).toBeGreaterThan(100);
});

describe('in its text', () => {
  const read = (rules: string): ReturnType<typeof parseDump> =>
    parseDump({ name: 'a', text: `*nat\n:KUBE-X - [0:0]\n${rules}COMMIT\n` });

  it('a rule has its counters, its place and its chain', () => {
    const [rule] =
      read('[12:3456] -A KUBE-X -s 10.0.0.1/32 -j KUBE-MARK-MASQ\r\n').dumps[0]?.ruleSet.tables[0]?.rules ?? [];
    expect(rule).toBeInstanceOf(UsualRule);
    expect(rule?.counters).toEqual({ packets: 12, bytes: 3456 });
    expect([rule?.line, rule?.chain, rule?.matches, rule?.target]).toEqual([
      3,
      'KUBE-X',
      [{ kind: 'source', prefix: '10.0.0.1/32' }],
      { kind: 'jump', chain: 'KUBE-MARK-MASQ' },
    ]);
  });

  it('a rule of a chain that is not declared is told of', () => {
    expect(read('-A KUBE-Y -j KUBE-MARK-MASQ\n').findings.map(({ rule, range }) => [rule, range.start.line])).toEqual([
      ['dump/undeclared-chain', 3],
    ]);
  });

  it('DNAT is a chain where the table has one of that name', () => {
    expect(
      read('-P DNAT ACCEPT\n-A KUBE-X -j DNAT --to-destination 10.0.0.1:80\n').dumps[0]?.ruleSet.tables[0]?.rules[0],
    ).not.toBeInstanceOf(UsualRule);
    const rules = parseDump({
      name: 'a',
      text: '*nat\n:DNAT - [0:0]\n:KUBE-X - [0:0]\n-A KUBE-X -j DNAT --to-destination 10.0.0.1:80\nCOMMIT\n',
    });
    expect(rules.dumps[0]?.ruleSet.tables[0]?.rules[0]).not.toBeInstanceOf(UsualRule);
  });

  it.each([
    ['a carriage return before that of the line end', '-A KUBE-X -j KUBE-Y\r'],
    ['words behind a carriage return', '-A KUBE-X -j KUBE-Y\r -s 1.2.3.4'],
    ['a module without protocol', '-A KUBE-X -m  -j KUBE-Y'],
    ['a tabulator in a comment', '-A KUBE-X -m comment --comment "a\tb" -j KUBE-Y'],
    ['no blank behind counters', '[0:0]-A KUBE-X -j KUBE-Y'],
    ['counters that are none', '[0] -A KUBE-X -j KUBE-Y'],
  ])('%s: the rule is looked at', (_, line) => {
    expect(read(`${line}\r\n`).dumps[0]?.ruleSet.tables[0]?.rules.filter((rule) => rule instanceof UsualRule)).toEqual(
      [],
    );
  });

  it('counters alone on half a million lines are passed over as fast as other lines', () => {
    expect(
      parseDump({ name: 'a', text: `*nat\n:A - [0:0]\n${'[0:0]\n'.repeat(500_000)}COMMIT\n` }).findings,
    ).toHaveLength(1);
  });

  it('a rule turns into JSON as every other does', () => {
    const [rule] = read('-A KUBE-X -s 10.0.0.1/32 -j KUBE-MARK-MASQ\n').dumps[0]?.ruleSet.tables[0]?.rules ?? [];
    expect(JSON.parse(JSON.stringify(rule))).toEqual({
      chain: 'KUBE-X',
      matches: [{ kind: 'source', prefix: '10.0.0.1/32' }],
      target: { kind: 'jump', chain: 'KUBE-MARK-MASQ' },
      line: 3,
      start: 21,
      end: 63,
    });
  });

  it('the last line of a text that ends within it is no rule', () => {
    const { dumps, findings } = parseDump({ name: 'a', text: '*nat\n:KUBE-X - [0:0]\n-A KUBE-X -j KUBE-M' });
    expect(dumps[0]?.ruleSet.tables[0]?.rules).toEqual([]);
    expect(findings.map(({ rule }) => rule)).toEqual(['dump/cut-rule', 'dump/no-commit']);
  });
});
