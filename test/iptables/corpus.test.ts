import { readdirSync, readFileSync } from 'node:fs';
import { looksLikeDump } from '../../src/iptables/dump/pasted.js';
import { join } from 'node:path';
import { printParsed, type ParsedDumps } from '../../src/iptables/dump/types.js';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';

describeWithSharedData('dumps of real machines', () => {
  const root = sharedPath('corpus', 'iptables-save');
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const parsed = (file: string): ParsedDumps => parseDump({ name: file, text: readFileSync(file, 'utf8') });

  it.each(files)('%s comes back byte for byte', (file) => {
    expect(printParsed(parsed(file))).toBe(readFileSync(file, 'utf8'));
  });

  it.each(files)('%s: every line is read, or named as none of iptables-save', (file) => {
    const { dumps, findings } = parsed(file);
    const seen = new Set<number>();
    for (const { ruleSet } of dumps)
      for (const table of ruleSet.tables)
        for (const { line } of [table, ...table.chains, ...table.rules]) seen.add(line);
    const named = findings.map(({ range }) => range);
    const lost = readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const number = index + 1;
        const isNamed = named.some(({ start, end }) => start.line <= number && number <= end.line);
        return /^\s*(?:#[^]*|COMMIT\s*)?$/.test(line) || seen.has(number) || isNamed ? [] : [`${number}: ${line}`];
      });
    expect(lost).toEqual([]);
  });

  it('are recognised as dumps, a kernel trace is not', () => {
    expect(files.filter((file) => !looksLikeDump(readFileSync(file, 'utf8')))).toEqual([
      expect.stringContaining('kernel-trace-sample.txt'),
    ]);
  });

  it('hold few rules with a word nobody knows', () => {
    const unknown = files
      .flatMap((file) => parsed(file).findings)
      .filter(({ rule }) => rule === 'dump/unknown-option')
      .map(({ message }) => message);
    expect(unknown).toEqual([expect.stringContaining('--something-else')]);
  });
});
