import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { serviceNamer } from '../../src/diff/rule-services.js';
import { unifiedDiff } from '../../src/diff/unified.js';

const names = { from: 'old', to: 'new' };

describe('unifiedDiff', () => {
  it('is empty for equal texts', () => {
    expect(unifiedDiff('a\n', 'a\n', names)).toBe('');
  });

  it('has three lines of context, as diff -u', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\n';
    expect(unifiedDiff(before, before.replace('e', 'E'), names)).toBe(
      '--- old\n+++ new\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n',
    );
  });

  it('counts empty and single lines as diff -u does', () => {
    expect(unifiedDiff('', 'a\n', names)).toBe('--- old\n+++ new\n@@ -0,0 +1 @@\n+a\n');
    expect(unifiedDiff('a\n', '', names)).toBe('--- old\n+++ new\n@@ -1 +0,0 @@\n-a\n');
  });

  it('says where a last line does not end', () => {
    expect(unifiedDiff('a\n', 'a', names)).toBe(
      '--- old\n+++ new\n@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n',
    );
  });

  it('gives up on the shortest script for texts that have next to nothing in common, and stays right', () => {
    const text = (word: string): string =>
      `same\n${Array.from({ length: 5000 }, (_, index) => `${word}${index}\n`).join('')}end\n`;
    const lines = unifiedDiff(text('a'), text('b'), names).split('\n');
    expect(lines.slice(0, 4)).toEqual(['--- old', '+++ new', '@@ -2,5000 +2,5000 @@', '-a0']);
    expect(lines).toHaveLength(10004);
  });

  it('has room for hunks of any length', () => {
    expect(unifiedDiff('', 'a\n'.repeat(200_000), names)).toHaveLength(
      '--- old\n+++ new\n@@ -0,0 +1,200000 @@\n'.length + 600_000,
    );
  });

  const hasPatch = spawnSync('patch', ['--version']).status === 0;
  (hasPatch ? it : it.skip)('is what patch takes to make one text of the other', () => {
    const directory = mkdtempSync(join(tmpdir(), 'kubechains-diff-'));
    const line = fc.constantFrom('a', 'b', 'c', '-a', '+b', '@@ x', '');
    const text = fc
      .tuple(fc.array(line, { maxLength: 12 }), fc.boolean())
      .map(([lines, ended]) => lines.join('\n') + (ended ? '\n' : ''));
    const file = join(directory, 'file');
    try {
      fc.assert(
        fc.property(text, text, (before, after) => {
          const patch = unifiedDiff(before, after, { ...names, section: () => 'about this' });
          if (before === after) return patch === '';
          writeFileSync(file, before);
          const { status } = spawnSync('patch', ['--quiet', '--no-backup-if-mismatch', file], { input: patch });
          return status === 0 && (after === '' || readFileSync(file, 'utf8') === after);
        }),
        { numRuns: 60 },
      );
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('escapes what would forge output', () => {
    expect(unifiedDiff('', '\u001b[2J\ta\n', { ...names, section: () => '\u202e' })).toBe(
      '--- old\n+++ new\n@@ -0,0 +1 @@ \\u{202e}\n+\\u{1b}[2J\ta\n',
    );
  });
});

describe('serviceNamer', () => {
  const text = readFileSync('golden/affinity/iptables.ipv4.save', 'utf8');
  const chain = /-A (KUBE-SEP-\S+) /.exec(text)?.[1] ?? '';

  it('names the Service of a rule by its comment', () => {
    expect(serviceNamer([])(['-A KUBE-SVC-X -m comment --comment "shop/web:http -> 10.0.0.1:80" -j KUBE-SEP-Y'])).toBe(
      'shop/web:http',
    );
    expect(
      serviceNamer([])([
        '-A KUBE-EXT-X -m comment --comment "masquerade traffic for shop/web external destinations" -j KUBE-MARK-MASQ',
      ]),
    ).toBe('shop/web');
    expect(serviceNamer([])(['-A KUBE-SEP-X -m comment --comment shop/web:http -j KUBE-MARK-MASQ'])).toBe(
      'shop/web:http',
    );
  });

  it('names the Service of a chain by the comments of its other rules', () => {
    expect(serviceNamer([text])([`:${chain} - [0:0]`])).toBe('default/web:http');
    expect(serviceNamer(['', text])([`-A ${chain} -j RETURN`])).toBe('default/web:http');
  });

  it('says nothing of what is no Service', () => {
    expect(
      serviceNamer([text])([
        '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -j ACCEPT',
        '*nat',
        '-A PREROUTING -s 10.0.0.0/8 -j X',
      ]),
    ).toBe('');
  });

  it('names three and counts the rest', () => {
    const rule = (name: string): string => `-A KUBE-SERVICES -m comment --comment "shop/${name} cluster IP" -j X`;
    expect(serviceNamer([])(['a', 'b', 'c', 'd', 'e', 'a'].map(rule))).toBe('shop/a, shop/b, shop/c and 2 more');
  });
});
