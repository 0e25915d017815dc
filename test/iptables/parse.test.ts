import { printParsed, ruleText, type ParsedDumps, type ParsedRule } from '../../src/iptables/dump/types.js';
import { looksLikeDump } from '../../src/iptables/dump/pasted.js';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { printSave } from '../../src/iptables/print/save.js';

function parse(text: string): ParsedDumps {
  return parseDump({ name: 'node.txt', text });
}

function rulesOf(text: string): readonly ParsedRule[] {
  return parse(text).dumps.flatMap(({ ruleSet }) => ruleSet.tables.flatMap(({ rules }) => rules));
}

/** The rule in a filter table that contains only this line. */
function rule(line: string): ParsedRule {
  const [only] = rulesOf(`*filter\n:INPUT ACCEPT [0:0]\n${line}\nCOMMIT\n`);
  if (only === undefined) throw new Error(`no rule in ${line}`);
  return only;
}

function problems(text: string): string[] {
  return parse(text).findings.map(({ rule: id, range }) => `${id} ${range.start.line}:${range.start.column}`);
}

describe('a rule', () => {
  it('has typed matches in the order written, and its line', () => {
    expect(
      rule('-A INPUT ! -s 10.0.0.0/8 -p tcp -m tcp --dport 80:90 -m conntrack --ctstate NEW -j DROP'),
    ).toMatchObject({
      chain: 'INPUT',
      line: 3,
      target: { kind: 'verdict', verdict: 'DROP' },
      matches: [
        { kind: 'source', prefix: '10.0.0.0/8', negated: true },
        { kind: 'protocol', protocol: 'tcp' },
        { kind: 'tcp', destinationPort: { from: 80, to: 90 } },
        { kind: 'conntrackState', states: ['NEW'] },
      ],
    });
  });

  it('takes ports after the address as kube-proxy writes them', () => {
    expect(rule('-A INPUT -m tcp -p tcp -d 10.96.0.1 --dport 443 ! -s 10.244.0.0/16 -j ACCEPT').matches).toEqual([
      { kind: 'tcp', destinationPort: { from: 443, to: 443 } },
      { kind: 'protocol', protocol: 'tcp' },
      { kind: 'destination', prefix: '10.96.0.1' },
      { kind: 'source', prefix: '10.244.0.0/16', negated: true },
    ]);
  });

  it('keeps a module nobody knows with its words, quotes included', () => {
    expect(rule('-A INPUT -m magic ! --spell "a b" --twice -p tcp -j ACCEPT').matches).toEqual([
      { kind: 'other', module: 'magic', words: ['!', '--spell', '"a b"', '--twice'] },
      { kind: 'protocol', protocol: 'tcp' },
    ]);
  });

  it('keeps a known module whose value makes no sense', () => {
    expect(rule('-A INPUT -m mac --mac-source XX:XX:XX:XX:XX:XX -j ACCEPT').matches).toEqual([
      { kind: 'other', module: 'mac', words: ['--mac-source', 'XX:XX:XX:XX:XX:XX'] },
    ]);
  });

  it("jumps to a chain that has a target extension's name, where that chain is declared", () => {
    const [jump] = rulesOf('*filter\n:TRACE - [0:0]\n-A INPUT -j TRACE\nCOMMIT\n');
    expect(jump?.target).toEqual({ kind: 'jump', chain: 'TRACE' });
    expect(rule('-A INPUT -j TRACE').target).toEqual({ kind: 'module', name: 'TRACE', options: [] });
  });

  it('has its counters', () => {
    expect(rule('[12:3456] -A INPUT -j DROP').counters).toEqual({ packets: 12, bytes: 3456 });
    expect(rule('-A INPUT -c 5 300 -j DROP').counters).toEqual({ packets: 5, bytes: 300 });
  });

  it('becomes several for listed addresses', () => {
    const rules = rulesOf('*filter\n-A INPUT -s 10.0.0.1,10.0.0.2 -d 10.1.0.0/16,10.2.0.0/16 -j DROP\nCOMMIT\n');
    expect(
      rules.map(({ matches }) => matches.map((match) => ('prefix' in match ? match.prefix : '')).join('>')),
    ).toEqual(['10.0.0.1>10.1.0.0/16', '10.0.0.1>10.2.0.0/16', '10.0.0.2>10.1.0.0/16', '10.0.0.2>10.2.0.0/16']);
    expect(new Set(rules.map(({ line }) => line))).toEqual(new Set([2]));
  });
});

describe('comments', () => {
  it.each([
    ['--comment bare', 'bare'],
    ['--comment "two words"', 'two words'],
    ['--comment ""', ''],
    ['--comment -x', '-x'],
    ['--comment "!"', '!'],
    ['--comment "a\\"b"', 'a"b'],
    ['--comment "a\\\\b"', 'a\\b'],
    ['--comment a\\b', 'a\\b'],
    ['--comment "it\\\'s"', "it's"],
    ["--comment 'single", "'single"],
    ['--comment "zażółć → 10.0.0.1"', 'zażółć → 10.0.0.1'],
    ['--comment a"b c"d', 'ab cd'],
    ['--comment "-j ACCEPT"', '-j ACCEPT'],
  ])('%s reads %j', (written, text) => {
    expect(rule(`-A INPUT -m comment ${written} -j DROP`)).toMatchObject({
      matches: [{ kind: 'comment', text }],
      target: { kind: 'verdict', verdict: 'DROP' },
    });
  });
});

describe('hazards of real dumps', () => {
  it('reads CRLF, trailing blanks and a byte order mark', () => {
    const text = '\ufeff*filter\r\n:INPUT ACCEPT [1:2]\r\n-A INPUT -j DROP   \r\nCOMMIT\r\n';
    expect(parse(text).findings).toEqual([]);
    expect(rulesOf(text)).toMatchObject([{ chain: 'INPUT', target: { verdict: 'DROP' } }]);
    expect(printParsed(parse(text))).toBe(text);
  });

  it('passes over prose and a prompt around the dump, and says which lines', () => {
    const text = 'Here it is:\nroot@node:~# iptables-save\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\nroot@node:~#\n';
    expect(problems(text)).toEqual(['dump/not-iptables-save 1:1', 'dump/not-iptables-save 6:1']);
    expect(parse(text).dumps).toHaveLength(1);
  });

  it('tells two dumps in one file apart by family', () => {
    const text =
      '*filter\n-A INPUT -s 10.0.0.1/32 -j DROP\nCOMMIT\n*nat\nCOMMIT\n' +
      '# Generated by ip6tables-save v1.8.9 on Mon\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n*nat\n-A OUTPUT -d fd00::1/128 -j RETURN\nCOMMIT\n';
    expect(
      parse(text).dumps.map(({ ruleSet, familyFrom }) => [
        ruleSet.family,
        familyFrom,
        ruleSet.tables.map(({ name }) => name),
      ]),
    ).toEqual([
      ['ipv4', 'rules', ['filter', 'nat']],
      ['ipv6', 'header', ['filter', 'nat']],
    ]);
  });

  it('tells two dumps of one family apart by the table that comes again', () => {
    expect(
      parse('*nat\nCOMMIT\n*filter\nCOMMIT\n*nat\nCOMMIT\n').dumps.map(({ ruleSet }) => ruleSet.tables.length),
    ).toEqual([2, 1]);
  });

  it("takes the caller's word for the family where nothing else tells it", () => {
    const [dump] = parseDump({ name: 'x', text: '*filter\n-A INPUT -j REJECT\nCOMMIT\n' }, { family: 'ipv6' }).dumps;
    expect(dump?.familyFrom).toBe('caller');
    expect(dump === undefined ? '' : printSave(dump.ruleSet)).toContain('--reject-with icmp6-port-unreachable');
  });

  it('leaves out a last rule that is cut short, and says so', () => {
    const text =
      '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 8';
    expect(problems(text)).toEqual(['dump/cut-rule 4:1', 'dump/no-commit 4:1']);
    expect(rulesOf(text)).toHaveLength(1);
    expect(printParsed(parse(text))).toBe(text);
  });

  it('reads `!` behind the option, as before 1.4.3', () => {
    expect(rule('-A INPUT -d ! 192.168.122.0/24 -p tcp -m tcp --dport ! 80 -j DROP').matches).toEqual([
      { kind: 'destination', prefix: '192.168.122.0/24', negated: true },
      { kind: 'protocol', protocol: 'tcp' },
      { kind: 'tcp', destinationPort: { from: 80, to: 80 }, destinationPortNegated: true },
    ]);
  });

  it('keeps a target that an older iptables could not show, and names it', () => {
    const text = '*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j DNAT [unsupported revision]\nCOMMIT\n';
    expect(problems(text)).toEqual(['dump/unsupported-revision 3:23']);
    expect(rulesOf(text)[0]?.target).toEqual({ kind: 'other', name: 'DNAT', words: ['[unsupported', 'revision]'] });
  });

  it('keeps a host name as something that may or may not match, and names it', () => {
    const text = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -s example.com -j DROP\nCOMMIT\n';
    expect(problems(text)).toEqual(['dump/host-name 3:13']);
    expect(rulesOf(text)[0]?.matches).toEqual([{ kind: 'other', module: '', words: ['-s', 'example.com'] }]);
  });

  it('names a table without COMMIT and a chain that is not declared', () => {
    expect(problems('*nat\n*filter\n-A KUBE-X -j DROP\n-A KUBE-X -j DROP\n')).toEqual([
      'dump/no-commit 2:1',
      'dump/undeclared-chain 3:1',
      'dump/no-commit 4:1',
    ]);
  });

  it.each([
    ['-A INPUT -s 10.0.0.1 -s 10.0.0.2 -j DROP', 'dump/repeated-option 3:22'],
    ['-A INPUT -p tcp --dport', 'dump/missing-value 3:17'],
    ['-A INPUT -j DROP nonsense', 'dump/unknown-option 3:18'],
    ['-A INPUT -m comment --comment "open -j DROP', 'dump/open-quote 3:1'],
    ['-I INPUT 1 -j DROP', 'dump/command 3:1'],
    ['iptables: command not found', 'dump/not-iptables-save 3:1'],
  ])('names %s', (line, problem) => {
    expect(problems(`*filter\n:INPUT ACCEPT [0:0]\n${line}\nCOMMIT\n`)).toEqual([problem]);
  });

  it.each([
    ['KUBE-POSTROUTING', '-j RETURN'],
    ['KUBE-FIREWALL', '-m comment --comment "kubernetes firewall for dropping marked packets" -j DROP'],
    ['KUBE-FORWARD', '-m comment --comment "kubernetes forwarding rules" -j ACCEPT'],
  ])('names a rule of %s that lost its mark match', (chain, rest) => {
    expect(problems(`*nat\n:${chain} - [0:0]\n-A ${chain} ${rest}\nCOMMIT\n`)).toEqual(['dump/lost-mark 3:1']);
    expect(problems(`*nat\n:${chain} - [0:0]\n-A ${chain} -m mark ! --mark 0x4000/0x4000 ${rest}\nCOMMIT\n`)).toEqual(
      [],
    );
  });

  it('takes any chain name that iptables takes', () => {
    const text = "*filter\n:a'b - [0:0]\n:tcp - [0:0]\n:x,y - [0:0]\n-A a'b -p tcp -j tcp\n-A tcp -g x,y\nCOMMIT\n";
    expect(problems(text)).toEqual([]);
    const [dump] = parse(text).dumps;
    expect(dump && printSave(dump.ruleSet)).toBe(text);
  });

  it('says when there is no table at all', () => {
    expect(problems('')).toEqual(['dump/no-table 1:1']);
    expect(parse('apiVersion: v1\n').dumps).toEqual([]);
  });

  it('says when the node has rules of the other backend', () => {
    expect(
      problems('*nat\nCOMMIT\n# Warning: iptables-legacy tables present, use iptables-legacy-save to see them\n'),
    ).toEqual(['dump/other-backend 3:1']);
  });
});

it("gives a rule's own text", () => {
  const { dumps } = parse('*nat\r\n[1:2] -A OUTPUT   -j RETURN \r\nCOMMIT\r\n');
  const [dump] = dumps;
  const first = dump?.ruleSet.tables[0]?.rules[0];
  expect(dump && first && ruleText(dump, first)).toBe('[1:2] -A OUTPUT   -j RETURN ');
});

describe('a text is taken for a dump', () => {
  it.each([
    ['*nat\n:OUTPUT ACCEPT [0:0]\n'],
    ['$ iptables-save\n# Generated\n*filter\r\n# x\r\n-A INPUT -j DROP\n'],
    ['*raw\nCOMMIT\n'],
  ])('%j', (text) => {
    expect(looksLikeDump(text)).toBe(true);
  });

  it.each([['apiVersion: v1\ndata:\n  rules: |\n    *nat\n    COMMIT\n'], ['* nat\n'], ['*nat\nis a table\n'], ['']])(
    'not %j',
    (text) => {
      expect(looksLikeDump(text)).toBe(false);
    },
  );
});

/** iptables 1.8.9 accepts and saves -p ipv6-icmp, and ip6tables -p icmp. */
describe('the family of a dump without header', () => {
  const filter = (rules: string): string => `*filter\n:INPUT ACCEPT [0:0]\n${rules}COMMIT\n`;
  const familyOf = (text: string): string[] =>
    parseDump({ name: 'dump', text }).dumps.map(({ ruleSet }) => ruleSet.family);

  it('is that of its addresses, whatever -p says', () => {
    expect(familyOf(filter('-A INPUT -p ipv6-icmp -j ACCEPT\n-A INPUT -s 10.0.0.0/8 -j DROP\n'))).toEqual(['ipv4']);
    expect(familyOf(filter('-A INPUT -p icmp -j ACCEPT\n-A INPUT -s fd00::/8 -j DROP\n'))).toEqual(['ipv6']);
    expect(
      familyOf(
        `${filter('-A INPUT -p ipv6-icmp -j ACCEPT\n')}*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d 10.0.0.1/32 -j RETURN\nCOMMIT\n`,
      ),
    ).toEqual(['ipv4']);
  });

  it('is told by -p where nothing else tells it', () => {
    expect(familyOf(filter('-A INPUT -p ipv6-icmp -j ACCEPT\n'))).toEqual(['ipv6']);
  });
});
