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
});
