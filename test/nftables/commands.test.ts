/** Commands of nft, as in files and as people write them. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { nftList } from '../../src/nftables/mode.js';
import { parseRuleset } from '../../src/nftables/parse.js';
import { listRuleset } from '../../src/nftables/print-list.js';
import { Tracer } from '../../src/trace/trace.js';
import { outcomesOf } from '../../src/trace/outcome.js';
import { hostModel } from '../../src/walk/host.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';
import { hostFactsIn, packet } from '../trace/support/tracers.js';
import { probesOf } from '../trace/support/probes.js';
import { stateIn } from '../trace/support/tracers.js';

const read = (text: string) => parseRuleset({ name: 'x.nft', text });
const listed = (text: string): string => [...listRuleset(read(text))].join('');
const messages = (text: string): string[] => read(text).findings.map(({ message }) => message);
const fixture = (name: string): string => readFileSync(join('test/nftables/fixtures', name), 'utf8');

describe('a file of commands', () => {
  it('is what nft makes of it', () => {
    expect(messages(fixture('commands.nft'))).toEqual([]);
    expect(listed(fixture('commands.nft'))).toBe(fixture('commands-nft-1.0.6.list'));
  });

  it.each([
    'add rule ip filter input tcp dport 22 accept',
    '#!/usr/sbin/nft -f\n\nflush ruleset\nadd table inet x',
    'add element ip kube-proxy cluster-ips { 10.96.0.1 }',
    'sudo nft add table inet x',
  ])('is recognised: %s', (text) => {
    expect(nftList.recognises(text)).toBe(true);
  });

  it.each(['add the rule to your table', 'apiVersion: v1\nkind: Pod\n', '*filter\n-A INPUT -j DROP\nCOMMIT\n'])(
    'is not: %s',
    (text) => {
      expect(nftList.recognises(text)).toBe(false);
    },
  );

  it('may be typed in a shell', () => {
    expect(listed('sudo nft add table inet x\nnft add chain inet x c\nnft add rule inet x c drop')).toBe(
      'table inet x {\n\tchain c {\n\t\tdrop\n\t}\n}\n',
    );
  });

  it('a command for one family empties only its tables', () => {
    const tables = 'add table ip a\nadd table inet b\n';
    expect(read(`${tables}flush ruleset ip`).tables.map(({ name }) => name)).toEqual(['b']);
    expect(read(`${tables}flush ruleset`).tables).toEqual([]);
    expect(listed(`table ip a {\n\tchain c {\n\t\tdrop\n\t}\n}\nflush table a`)).toBe(
      'table ip a {\n\tchain c {\n\t}\n}\n',
    );
  });
});

describe('elements', () => {
  const table = 'add table ip t\nadd set ip t s { type inet_service; }\nadd element ip t s { 1, 2 }\n';
  const elements = (text: string): unknown =>
    read(text).tables[0]?.parts.flatMap((part) =>
      'elements' in part ? part.elements.map(({ key }) => (key.kind === 'literal' ? key.text : key)) : [],
    );

  it.each([
    ['delete element ip t s { 1 }', ['2']],
    ['delete element ip t s { 1 }\nadd element ip t s { 1 }', ['2', '1']],
    ['delete element ip t s { 1 }\nflush set ip t s\nadd element ip t s { 1 }', ['1']],
    ['delete set ip t s\nadd set ip t s { type inet_service; }\nadd element ip t s { 1 }', ['1']],
    ['delete element ip t s { 1 }\ndelete table ip t\n' + table, ['1', '2']],
  ])('%s', (commands, expected) => {
    expect(elements(`${table}${commands}\n`)).toEqual(expected);
  });

  it('many are deleted one by one in time', () => {
    const many = Array.from({ length: 40_000 }, (_, index) => `add element ip t s { ${index} }`);
    const text = [...many, ...many.map((line) => line.replace('add', 'delete'))].join('\n');
    const start = performance.now();
    expect(elements(`${table}${text}\n`)).toEqual([]);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

describe('what commands cannot say', () => {
  it.each([
    ['include "/etc/nftables.d/*.nft"', 'is not read: give those files as inputs too'],
    ['table ip t {\n\tinclude "sets.nft"\n}\n', 'is not read: give those files as inputs too'],
    ['add table ip t\nadd flowtable ip t f { devices = { eth0 }; }', 'is not supported'],
    ['add rule ip t c accept', 'The chain "c" of table "ip t" is not in this text'],
    ['add element ip t s { 10.0.0.1 }', 'The set "s" of table "ip t" is not in this text'],
    ['delete rule ip t c handle 5', 'needs the handle of a rule'],
    ['add chain ip t c\nadd rule ip t c handle 7 accept', 'is placed by a handle'],
    ['rename chain ip t c d', 'is not a table of nft list ruleset'],
    ['add chain ip t c { type wrong hook input priority 0; }', 'is not supported (from line 1, column 31)'],
    ['add rule ip t', 'is not supported'],
  ])('%s: %s', (text, message) => {
    expect(messages(text)[0]).toContain(message);
  });

  it('is told with its place, and the rest is read', () => {
    const { findings, tables } = read(
      'add table ip t\nadd frob ip t x { }\nadd chain ip t c\nadd rule ip t c frob 3\n',
    );
    expect(findings.map(({ range, rule }) => `${rule} ${range.start.line}:${range.start.column}`)).toEqual([
      'nft/command 2:1',
      'nft/not-understood 4:17',
    ]);
    expect(tables[0]?.parts).toMatchObject([{ kind: 'chain', rules: [{ statements: [{ kind: 'raw' }] }] }]);
  });
});

/** Every fifth set of objects that was recorded for several versions, in three versions. */
function recordings(): { readonly name: string; readonly folder: string; readonly script: string }[] {
  const root = sharedPath('conformance', 'kube-proxy-versions', 'new');
  return (existsSync(root) ? readdirSync(root) : [])
    .filter((_, index) => index % 5 === 2)
    .flatMap((name) =>
      [30, 33, 36].map((minor) => ({
        name: `1.${minor} ${name}`,
        folder: join(root, name),
        script: join(root, name, `expected-1.${minor}`, 'nftables.ipv4.script'),
      })),
    )
    .filter(({ script }) => existsSync(script) && existsSync(script.replace(/script$/, 'list')));
}

describeWithSharedData('what kube-proxy fed to nft', () => {
  it.each(recordings())('does to packets what nft listed after it: $name', async ({ folder, script }) => {
    const host = hostModel(hostFactsIn(folder));
    const [fed, seen] = [script, script.replace(/script$/, 'list')].map((file) => {
      const { tables, findings } = read(readFileSync(file, 'utf8'));
      expect(findings).toEqual([]);
      return new Tracer({ ruleSet: { family: 'ipv4', tables: [] }, nftables: tables, host });
    });
    for (const { protocol, to, port, source, inInterface } of probesOf(await stateIn(folder, 'ipv4'), 'ipv4').slice(
      0,
      60,
    )) {
      const asked = packet(
        { protocol, to, port, from: source, inInterface: inInterface === '' ? undefined : inInterface },
        host,
      );
      const fates = [fed, seen].map((tracer) =>
        outcomesOf(tracer?.walk(asked) ?? [])
          .map(({ verdict, destination, masqueraded, probability }) =>
            [verdict, destination, masqueraded, probability.toFixed(6)].join(' '),
          )
          .sort(),
      );
      expect(fates[0]).toEqual(fates[1]);
    }
  });
});
