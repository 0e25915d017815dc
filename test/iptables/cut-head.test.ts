/** A dump without its first lines: what is left of its first table is read, and what is missing is said. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { run } from '../support/run.js';

const whole = readFileSync('golden/nodeport/iptables.ipv4.save', 'utf8');
const [nat = ''] = /\*nat\n[^*]*COMMIT\n/.exec(whole) ?? [];
const [filter = ''] = /\*filter\n[^*]*COMMIT\n/.exec(whole) ?? [];
const directory = mkdtempSync(join(tmpdir(), 'kubechains-cut-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const rulesOf = (text: string): string[] =>
  parseDump({ name: 'cut', text }).dumps.flatMap(({ ruleSet }) =>
    ruleSet.tables.flatMap(({ name, rules }) =>
      rules.map(({ chain, matches, target }) => `${name} ${JSON.stringify([chain, matches, target])}`),
    ),
  );
const findingsOf = (text: string): string[] =>
  parseDump({ name: 'cut', text }).findings.map(({ rule, severity }) => `${severity} ${rule}`);
/** The text from a line on. */
const from = (text: string, line: number): string => text.split('\n').slice(line).join('\n');

describe('a dump without its first lines', () => {
  it('has all rules after the cut, in their table, and says that some may be missing', () => {
    const lines = nat.split('\n');
    const firstRule = lines.findIndex((line) => line.startsWith('-A'));
    for (let line = 1; line < lines.length - 3; line++) {
      const cut = from(nat, line) + filter;
      const rules = rulesOf(cut);
      expect(rules).toEqual(rulesOf(nat + filter).slice(-rules.length));
      expect(rules).toHaveLength(rulesOf(nat + filter).length - Math.max(0, line - firstRule));
      expect(findingsOf(cut)).toContain('warning dump/guessed-tables');
    }
  });

  it('adds no rules to a table that follows whole', () => {
    const cut = from(nat, 20) + whole;
    expect(rulesOf(cut)).toEqual(rulesOf(whole));
    expect(findingsOf(cut)).toEqual(['info dump/not-iptables-save']);
  });

  it('concludes nothing from the missing rules without saying so', async () => {
    const file = join(directory, 'cut.save');
    writeFileSync(file, from(nat, 24) + filter);
    const facts = ['--host', 'golden/nodeport/host.json'];
    const { out } = await run(['trace', '--quiet', ...facts, '--to', '192.168.0.2:30080', file]);
    expect(out).toContain('no missing rule of table nat concerns it: the inputs hold only a part of that table');
    expect(out).not.toContain('the node has no table nat');
  });
});
