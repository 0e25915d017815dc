import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRuleset } from '../../src/nftables/parse.js';
import { listRuleset } from '../../src/nftables/print-list.js';
import type { Chain, NamedSet, Rule, Statement } from '../../src/nftables/types.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';

const fixtures = 'test/nftables/fixtures';

function relist(text: string): { listed: string; findings: readonly string[] } {
  const parsed = parseRuleset({ name: 'node.nft', text });
  const findings = parsed.findings.map(
    ({ file, range, rule, message }) => `${file}:${range.start.line}:${range.start.column} ${rule} ${message}`,
  );
  return { listed: [...listRuleset(parsed)].join(''), findings };
}

/** The rules of a chain in a table of family inet. */
function rulesOf(...lines: readonly string[]): readonly Rule[] {
  const text = `table inet t {\n\tchain c {\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}\n}\n`;
  const [chain] = parseRuleset({ name: 'node.nft', text }).tables[0]?.parts ?? [];
  return (chain as Chain).rules;
}

function statementsOf(line: string): readonly Statement[] {
  return rulesOf(line)[0]?.statements ?? [];
}

describe('parseRuleset reads what nft lists, and it is printed back', () => {
  it.each(readdirSync(fixtures).filter((name) => name.endsWith('.list')))('%s, all of it understood', (name) => {
    const text = readFileSync(join(fixtures, name), 'utf8');
    const { listed, findings } = relist(text);
    expect(findings).toEqual([]);
    expect(listed).toBe(text);
  });
});

describeWithSharedData('parseRuleset and recordings', () => {
  it('reads and prints back every list that was recorded of kube-proxy', () => {
    const folder = sharedPath('conformance', 'kube-proxy-versions');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /nftables\.ipv[46]\.list$/.test(name),
    );
    expect(files.length).toBeGreaterThan(1000);
    const wrong = files.filter((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      const { listed, findings } = relist(text);
      return listed !== text || findings.length > 0;
    });
    expect(wrong).toEqual([]);
  });
});

describe('parseRuleset understands', () => {
  it('what a rule asks and does', () => {
    expect(statementsOf('ip saddr . tcp dport { 10.0.0.0/8 . 80-90 } dnat ip to 10.1.0.1:8080 persistent')).toEqual([
      {
        kind: 'match',
        left: {
          kind: 'concatenation',
          parts: [
            { kind: 'payload', protocol: 'ip', field: 'saddr' },
            { kind: 'payload', protocol: 'tcp', field: 'dport' },
          ],
        },
        right: {
          kind: 'anonymousSet',
          elements: [
            {
              key: {
                kind: 'concatenation',
                parts: [
                  { kind: 'prefix', address: { kind: 'literal', text: '10.0.0.0' }, length: 8 },
                  { kind: 'range', from: { kind: 'literal', text: '80' }, to: { kind: 'literal', text: '90' } },
                ],
              },
            },
          ],
        },
      },
      {
        kind: 'dnat',
        family: 'ip',
        address: { kind: 'literal', text: '10.1.0.1' },
        port: { kind: 'literal', text: '8080' },
        flags: ['persistent'],
      },
    ]);
  });

  it.each([
    ['tcp dport {22,80,443} accept', 'tcp dport { 22, 80, 443 } accept'],
    ['mark and 0x80000000 != 0 mark set mark or 0x1', 'meta mark & 0x80000000 != 0 meta mark set meta mark | 0x1'],
    ['ip saddr vmap {10.0.0.1: accept,10.0.0.2 : drop}', 'ip saddr vmap { 10.0.0.1 : accept, 10.0.0.2 : drop }'],
    ['tcp flags & (fin|syn) == syn drop', 'tcp flags & (fin | syn) == syn drop'],
    ['queue num 1-3 bypass', 'queue flags bypass to 1-3'],
    ['dnat ip addr . port to tcp dport map @m', 'dnat ip to tcp dport map @m'],
    ['dnat 10.0.0.1:80', 'dnat to 10.0.0.1:80'],
    ['tcp dport 22 accept # ssh', 'tcp dport 22 accept'],
    ['tcp dport { 22,\n 80, # web\n 443\n} accept', 'tcp dport { 22, 80, 443 } accept'],
  ])('%j as people write it', (written, listed) => {
    const { listed: text, findings } = relist(`table inet t { chain c { ${written}\n } }`);
    expect(findings).toEqual([]);
    expect(text).toBe(`table inet t {\n\tchain c {\n\t\t${listed}\n\t}\n}\n`);
  });

  it('definitions, and blocks of one table that stand apart', () => {
    const text = `#!/usr/sbin/nft -f
flush ruleset
define lan = { 10.0.0.0/8, 192.168.0.0/16 }
define port = 80
table ip t {
  set s { type ipv4_addr; flags interval; elements = { $lan, 172.16.0.0/12 }; }
  chain c { type filter hook input priority filter - 1; policy drop; ip saddr $lan tcp dport $port accept; }
}
table ip t { chain c { drop; } }
`;
    const { listed, findings } = relist(text);
    expect(findings).toEqual([]);
    expect(listed).toBe(`table ip t {
	set s {
		type ipv4_addr
		flags interval
		elements = { 10.0.0.0/8, 192.168.0.0/16,
			     172.16.0.0/12 }
	}

	chain c {
		type filter hook input priority filter - 1; policy drop;
		ip saddr { 10.0.0.0/8, 192.168.0.0/16 } tcp dport 80 accept
		drop
	}
}
`);
  });

  it('lengths of time in milliseconds', () => {
    const text =
      'table ip t {\n\tset s {\n\t\ttype ipv4_addr\n\t\ttimeout 1d2h3m4s5ms\n\t\telements = { 10.0.0.1 expires 59s }\n\t}\n}\n';
    const [set] = parseRuleset({ name: 'node.nft', text }).tables[0]?.parts ?? [];
    const day = 86_400_000;
    expect((set as NamedSet).timeout).toBe(day + 2 * 3_600_000 + 3 * 60_000 + 4005);
    expect((set as NamedSet).elements[0]?.expires).toBe(59_000);
    expect(relist(text).listed).toBe(text);
  });
});

describe('what is not understood', () => {
  it('is kept up to the end of its rule, the comment apart, and told with its place', () => {
    const line = 'tcp dport 22 frobnicate all { 1, 2 } drop comment "why"';
    expect(rulesOf(line)[0]).toMatchObject({
      statements: [
        { kind: 'match' },
        { kind: 'raw', text: 'frobnicate all { 1, 2 } drop', place: { line: 3, column: 16 } },
      ],
      comment: 'why',
    });
    const text = `table inet t {\n\tchain c {\n\t\t${line}\n\t\taccept\n\t}\n}\n`;
    expect(relist(text)).toEqual({
      listed: text,
      findings: [expect.stringContaining('node.nft:3:16 nft/not-understood "frobnicate all { 1, 2 } drop" is not')],
    });
  });

  it('may be a whole part of a table', () => {
    const text =
      'table inet t {\n\ttunnel vx {\n\t\tid 5\n\t\tgeneve {\n\t\t\tclass 1\n\t\t}\n\t}\n\n\tchain c {\n\t\tdrop\n\t}\n}\n';
    const { listed, findings } = relist(text);
    expect(listed).toBe(text);
    expect(findings).toEqual([expect.stringContaining('node.nft:2:')]);
  });

  it('around tables is passed over with a warning', () => {
    const { findings } = relist('$ nft list ruleset\ntable ip t {\n}\nrename chain ip t c d\n');
    expect(findings).toEqual([
      expect.stringContaining('node.nft:1:1 nft/not-a-table "$ nft list ruleset" is not a table'),
      expect.stringContaining('node.nft:4:1 nft/not-a-table "rename chain ip t c d" is not a table'),
    ]);
  });

  it('is said of a text that ends within a table', () => {
    expect(relist('table ip t {\n\tchain c {\n\t\tdrop\n').findings.join('\n')).toContain(
      'node.nft:1:12 nft/cut-table',
    );
  });
});
