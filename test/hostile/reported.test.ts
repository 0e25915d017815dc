/** Hostile inputs found by people, which once took seconds or gigabytes, or triggered a bug. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type Outcome } from '../support/run.js';

const before = process.cwd();
let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubechains-hostile-'));
  process.chdir(directory);
});
afterEach(() => {
  process.chdir(before);
  rmSync(directory, { recursive: true });
});

/** Runs a command on one file and returns its cost: milliseconds of processor time, and megabytes. */
async function runOver(text: string, name: string, ...words: string[]): Promise<Outcome & { readonly cost: number }> {
  writeFileSync(name, text);
  const start = process.cpuUsage();
  const outcome = await run([...words, name], { workingDirectory: directory });
  const { user, system } = process.cpuUsage(start);
  return { ...outcome, cost: (user + system) / 1000 };
}

const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [{port: 80}]}\n';
const doubleJumps = (chains: number): string =>
  `*filter\n:FORWARD ACCEPT [0:0]\n${Array.from({ length: chains + 1 }, (_, index) => `:C${index} - [0:0]\n`).join('')}-A FORWARD -j C0\n${Array.from({ length: chains }, (_, index) => `-A C${index} -j C${index + 1}\n`.repeat(2)).join('')}COMMIT\n`;

/** Each once took at least ten times as long; none should need a second. */
const enough = 6_000;

describe('hostile input', () => {
  it.each([
    ['80,000 line breaks behind *nat', `*nat\n${'\n'.repeat(80_000)}`, 0],
    ['20,000 suppression comments', `${'# kubechains-ignore: a/b\n'.repeat(20_000)}${service}`, 0],
    ['eight million brackets', `a: ${'['.repeat(8_000_000)}\n`, 1],
    ['a million brackets behind keys', `a: ${'{a: ['.repeat(300_000)}\n`, 1],
    ['four million items behind an anchor', `a: &a [${'1,'.repeat(4_000_000)}]\n`, 1],
    ['a million dashes', `${'- '.repeat(1_000_000)}a\n`, 1],
    [
      '2,000 long documents',
      `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  x: |\n${`    ${'y'.repeat(90)}\n`.repeat(40)}`.repeat(
        2_000,
      ),
      0,
    ],
  ])('lint: %s', async (_, text, status) => {
    const outcome = await runOver(text, 'in.yaml', 'lint', '--no-settings', '--quiet');
    expect({ ...outcome, isCheap: outcome.cost < enough }).toMatchObject({ status, isCheap: true });
    expect(outcome.out.length).toBeLessThan(1_000_000);
  });

  it.each(['generate', 'explain', 'trace --to 10.96.0.1:80'])('%s: brackets end in a sentence', async (command) => {
    const outcome = await runOver(`a: ${'['.repeat(1_000_000)}\n`, 'in.yaml', ...command.split(' '));
    expect(outcome).toMatchObject({ status: 2, out: '', err: expect.stringContaining('200 levels') as string });
  });

  it.each([18, 22, 40, 400])('trace: %d chains that each jump twice to the next', async (chains) => {
    const outcome = await runOver(doubleJumps(chains), 'in.save', 'trace', '--to', '192.0.2.4:80');
    expect({ status: outcome.status, isCheap: outcome.cost < enough }).toEqual({ status: 0, isCheap: true });
    expect(outcome.out.split('\n').length).toBeLessThan(20_000);
  });

  it.each(['explain', 'diff other.save'])('%s: chains that each jump twice to the next', async (command) => {
    writeFileSync('other.save', doubleJumps(21));
    const outcome = await runOver(doubleJumps(22), 'in.save', ...command.split(' '));
    expect([0, 1]).toContain(outcome.status);
    expect(outcome.cost).toBeLessThan(enough);
  });

  it('diff: chains that each jump to the next under conditions of their own', async () => {
    writeFileSync('other.save', partingJumps(26, '10.0.0.0/9'));
    const outcome = await runOver(partingJumps(26, '10.0.0.0/8'), 'in.save', 'diff', 'other.save');
    expect({ status: outcome.status, isCheap: outcome.cost < enough }).toEqual({ status: 1, isCheap: true });
    expect(outcome.out).toContain('10.128.0.0/9');
  });

  it('a comment with a tab is a comment, as iptables takes and prints it', async () => {
    const text = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m comment --comment "tab\tx"\nCOMMIT\n';
    const { status, out } = await runOver(text, 'in.save', 'explain', 'filter:INPUT:1');
    expect(status).toBe(0);
    expect(out).toContain('-A INPUT -m comment --comment "tab\\u{9}x"');
    expect(out).not.toContain('not understood');
  });

  it('all ports of sctp are printed, as iptables-save prints them', async () => {
    const text = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p sctp -m sctp --dport 0:65535\nCOMMIT\n';
    const { out } = await runOver(text, 'in.save', 'explain', 'filter:INPUT:1');
    expect(out).toContain('-A INPUT -p sctp -m sctp --dport 0:65535');
  });
});

/** Every chain parts its packets by other addresses and ports, so that the ways to the last one double and double. */
function partingJumps(chains: number, dropped: string): string {
  const numbers = [...Array(chains).keys()];
  const rules = numbers.flatMap((number) =>
    [
      `-d ${number + 11}.0.0.0/9`,
      `-d 128.0.0.0/1 -p tcp -m tcp --dport ${1000 + number}:60000`,
      `-d 192.0.0.0/3 -p tcp -m tcp --dport ${1000 + number}:50000`,
    ].map((conditions) => `-A C${number} ${conditions} -j C${number + 1}\n`),
  );
  return `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
${[...numbers, chains].map((number) => `:C${number} - [0:0]\n`).join('')}-A FORWARD -j C0
${rules.join('')}-A C${chains} -s ${dropped} -j DROP
COMMIT
`;
}
