import { lintNodes } from '../../src/node-lint/run.js';

async function findingsIn(...rules: string[]): Promise<string[]> {
  const text = `table inet shop {\n\tchain input {\n\t\ttype filter hook input priority filter; policy accept;\n${rules.map((rule) => `\t\t${rule}\n`).join('')}\t}\n\n\tchain used {\n\t\tcounter\n\t}\n\n\tmap verdicts {\n\t\ttype inet_service : verdict\n\t\telements = { 80 : jump used }\n\t}\n\n\tchain left {\n\t\tdrop\n\t}\n}\n`;
  const { findings } = await lintNodes([{ name: 'rules.nft', text }]);
  return findings
    .filter(({ message }) => !message.includes('chain left'))
    .map(({ rule, severity, range }) => `${severity} ${rule} ${range.start.line - 3}`);
}

describe('rules for nodes, of nftables', () => {
  it.each([
    ['behind a rule without conditions', ['counter drop', 'tcp dport 22 accept'], 'warning'],
    ['behind one that asks for less', ['ip saddr 10.0.0.1 drop', 'ip saddr 10.0.0.1 tcp dport 22 accept'], 'warning'],
    ['that does the same', ['tcp dport 22 accept', 'tcp dport 22 accept'], 'info'],
  ])('find a rule %s', async (_, rules, severity) => {
    expect(await findingsIn(...rules)).toEqual([`${severity} node/unreachable-rule 2`]);
  });

  it.each([
    ['that asks for something else', ['tcp dport 22 accept', 'tcp dport 80 drop']],
    ['behind chance', ['numgen random mod 2 0 drop', 'numgen random mod 2 0 accept']],
    ['behind a rate', ['limit rate 1/second accept', 'drop']],
    ['behind marks, which may change', ['meta mark 0x1 accept', 'meta mark set 0x1', 'meta mark 0x1 drop']],
    ['behind what only counts', ['counter', 'drop']],
    ['behind a jump', ['jump used', 'drop']],
  ])('do not find a rule %s', async (_, rules) => {
    expect(await findingsIn(...rules)).toEqual([]);
  });

  it('find chains that neither a rule nor a map leads to', async () => {
    const text =
      'table ip a {\n\tchain used {\n\t\tdrop\n\t}\n\n\tchain left {\n\t\tdrop\n\t}\n\n\tchain f {\n\t\ttype filter hook input priority filter; policy accept;\n\t\ttcp dport vmap { 80 : goto used }\n\t}\n}\n';
    const { findings } = await lintNodes([{ name: 'rules.nft', text }]);
    expect(findings.map(({ rule, range, message }) => [rule, range.start.line, message])).toEqual([
      [
        'node/unreachable-chain',
        7,
        'No rule and no map leads to the chain left of table ip a: its 1 rule does nothing.',
      ],
    ]);
  });

  it.each([
    [
      'an interface to leave by',
      ['oifname "eth0" accept'],
      'rule 1 (ACCEPT)',
      'in INPUT no packet has an interface to leave by',
    ],
    [
      'two sources',
      ['ip saddr 10.0.0.1 ip saddr 10.0.0.2 drop'],
      'rule 1 (DROP)',
      'two of its conditions exclude each other',
    ],
    [
      'two states',
      ['ct state new ct state established drop'],
      'rule 1 (DROP)',
      'two of its conditions exclude each other',
    ],
    [
      'two interfaces',
      ['iifname "lo" iifname "eth*" drop'],
      'rule 1 (DROP)',
      'two of its conditions exclude each other',
    ],
  ])('find a rule that no packet meets: %s', async (_, rules, rule, why) => {
    const text = inputWith(rules);
    const { findings } = await lintNodes([{ name: 'rules.nft', text }]);
    expect(findings.map((one) => `${one.rule} ${one.message}`)).toEqual([
      `node/impossible-rule No packet can meet ${rule} of input (table inet shop): ${why}.`,
    ]);
  });

  it('what is not understood may lead back to the calling chain', async () => {
    const isHidden = async (rule: string): Promise<boolean> => {
      const text = `table inet a {\n\tchain in {\n\t\ttype filter hook input priority 0; policy accept;\n\t\tjump b\n\t\taccept\n\t}\n\tchain b {\n\t\t${rule}\n\t\tdrop\n\t}\n}\n`;
      const { findings } = await lintNodes([{ name: 'rules.nft', text }]);
      return findings.some((one) => one.rule === 'node/unreachable-rule');
    };
    expect(await isHidden('tcp dport 22 accept')).toBe(true);
    for (const rule of ['xt match "addrtype" return', 'unheard of return', 'meta mark set 0x1 return'])
      expect(await isHidden(rule)).toBe(false);
  });

  it.each([
    ['an interface and a mark', ['iifname "eth0" meta mark 0x1 drop']],
    ['a source and a destination', ['ip saddr 10.0.0.1 ip daddr 10.0.0.2 drop']],
    ['a range within a range', ['tcp dport 1-9 tcp dport 5 drop']],
  ])('find nothing in %s', async (_, rules) => {
    const { findings } = await lintNodes([{ name: 'rules.nft', text: inputWith(rules) }]);
    expect(findings.map(({ message }) => message)).toEqual([]);
  });

  it('know that chains of type nat see first packets only, and what leads to a chain', async () => {
    const text =
      'table ip a {\n\tchain pre {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\tct state established dnat to 10.0.0.1\n\t\ttcp dport 80 jump web\n\t}\n\n' +
      '\tchain web {\n\t\tudp dport 53 dnat to 10.0.0.3\n\t\ttcp dport 80 dnat to 10.0.0.3\n\t}\n}\n';
    const { findings } = await lintNodes([{ name: 'rules.nft', text }]);
    expect(findings.map(({ rule, severity, range }) => `${severity} ${rule}@${range.start.line}`)).toEqual([
      'warning node/impossible-rule@4',
      'info node/impossible-rule@9',
    ]);
  });

  it('know that maps lead to chains, too, whatever rules ask', async () => {
    const text =
      'table ip a {\n\tchain pre {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\ttcp dport 80 jump web\n\t\tmeta l4proto vmap { udp : jump web }\n\t}\n\n' +
      '\tchain web {\n\t\tudp dport 53 dnat to 10.0.0.3\n\t}\n}\n';
    const { findings } = await lintNodes([{ name: 'rules.nft', text }]);
    expect(findings).toEqual([]);
  });

  it.each([
    ['within a range', ['tcp dport 1000-2000 drop', 'tcp dport 1500 accept']],
    ['within a network', ['ip saddr 10.0.0.0/8 drop', 'ip saddr 10.1.0.0/16 tcp dport 22 accept']],
    ['in the same set', ['ip saddr @blocked drop', 'ip saddr @blocked tcp dport 22 accept']],
    ['behind a chain that ends all', ['jump ends', 'tcp dport 22 accept']],
  ])('find a rule that is hidden: %s', async (_, rules) => {
    const { findings } = await lintNodes([{ name: 'rules.nft', text: inputWith(rules) }]);
    expect(findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual(['warning node/unreachable-rule']);
  });

  it.each([
    ['a set that rules fill', ['ip saddr @seen drop', 'ip saddr @seen accept']],
    ['a mark that a rule sets', ['meta mark 0x1 drop', 'meta mark set 0x1', 'meta mark 0x1 accept']],
    ['a rule that adds to a set', ['add @seen { ip saddr } accept', 'tcp dport 22 drop']],
    ['a wider one', ['tcp dport 1500 accept', 'tcp dport 1000-2000 drop']],
  ])('do not find one behind %s', async (_, rules) => {
    const { findings } = await lintNodes([{ name: 'rules.nft', text: inputWith(rules) }]);
    expect(findings.map(({ message }) => message)).toEqual([]);
  });

  it('find chains that a table lacks', async () => {
    const text =
      'table ip a {\n\tmap m {\n\t\ttype inet_service : verdict\n\t\telements = { 80 : goto web }\n\t}\n\n\tchain pre {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n' +
      '\t\ttcp dport vmap @m\n\t\tjump gone\n\t\ttcp dport vmap { 22 : jump lost }\n\t}\n}\n';
    const { findings } = await lintNodes([{ name: 'rules.nft', text }]);
    expect(findings.map(({ rule, range, message }) => [rule, range.start.line, message])).toEqual([
      [
        'node/missing-chain',
        10,
        'The table ip a has no chain gone, nor 2 others to which its rules or maps lead: the dump is not whole, and nft would reject it.',
      ],
    ]);
  });
});

/** A table with these rules in a chain of hook input, and what they refer to. */
function inputWith(rules: readonly string[]): string {
  return (
    'table inet shop {\n\tset blocked {\n\t\ttype ipv4_addr\n\t\telements = { 10.0.0.9 }\n\t}\n\n\tset seen {\n\t\ttype ipv4_addr\n\t\tflags dynamic,timeout\n\t\ttimeout 1m\n\t}\n\n' +
    `\tchain input {\n\t\ttype filter hook input priority filter; policy accept;\n${rules.map((rule) => `\t\t${rule}\n`).join('')}${rules.includes('jump ends') ? '' : '\t\tudp dport 9 jump ends\n'}\t}\n\n\tchain ends {\n\t\treject\n\t}\n}\n`
  );
}
