import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ruleText, type ParsedDump } from '../../src/iptables/dump/types.js';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { printSave } from '../../src/iptables/print/save.js';
import type { RuleSet } from '../../src/iptables/types.js';
import { normalise, readPairs, tableOf } from '../iptables/support/pairs.js';
import { backends, describeWithKernel, restoreAndSave } from '../support/kernel.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';

/**
 * The rules of each table and the names of user chains as text, independent of back end, counters and order of tables.
 */
function contents(saved: string): Record<string, string[]> {
  const tables: Record<string, string[]> = {};
  let lines: string[] = [];
  for (const line of saved.split('\n')) {
    if (line.startsWith('*')) lines = tables[line.slice(1)] ??= [];
    else if (/^-A |^:\S+ - /.test(line)) lines.push(line);
  }
  for (const [name, own] of Object.entries(tables)) if (own.length === 0) Reflect.deleteProperty(tables, name);
  return tables;
}

/** A dump without surrounding prose: its chains, and its rules unchanged (one line may be several rules). */
function asInput(dump: ParsedDump): string {
  return dump.ruleSet.tables
    .map(({ name, chains, rules }) => {
      const lines = new Map(rules.map((rule) => [rule.start, ruleText(dump, rule)]));
      return [
        `*${name}`,
        ...chains.map((chain) => `:${chain.name} ${chain.policy ?? '-'} [0:0]`),
        ...lines.values(),
        'COMMIT',
        '',
      ].join('\n');
    })
    .join('');
}

function corpus(): (readonly [string, ParsedDump])[] {
  const root = sharedPath('corpus', 'iptables-save');
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap(({ parentPath, name }) => {
    const text = readFileSync(join(parentPath, name), 'utf8');
    return parseDump({ name, text }).dumps.map(
      (dump, index) => [`${parentPath.slice(root.length + 1)}/${name} (${index + 1})`, dump] as const,
    );
  });
}

describeWithKernel('rules and what the kernel gives back', () => {
  const pairs = readPairs(readFileSync('test/iptables/fixtures/kernel-pairs.txt', 'utf8'));
  const sets = 'ipset create S4 hash:ip,port';

  describe.each(backends)('iptables-%s', (backend) => {
    it.each(pairs.map((pair) => [pair.rule, pair] as const))('%s', (_, pair) => {
      const result = restoreAndSave(tableOf(pair), pair.family, backend, sets);
      expect(
        'saved' in result ? contents(result.saved)[pair.table]?.filter((line) => line.startsWith('-A')) : result.error,
      ).toEqual(normalise(pair));
    });
  });
});

describeWithKernel('what the kernel takes', () => {
  describeWithSharedData('recorded dumps of real machines', () => {
    const dumps = corpus();
    const accepted = new Set<string>();

    describe.each(backends)('iptables-%s', (backend) => {
      it.each(dumps)("%s prints as the kernel's", (name, dump) => {
        const result = restoreAndSave(asInput(dump), dump.ruleSet.family, backend);
        if (!('saved' in result)) return;
        accepted.add(name);
        expect(contents(printSave(dump.ruleSet as RuleSet))).toEqual(contents(result.saved));
      });
    });

    it('are more than a handful', () => {
      expect(accepted.size).toBeGreaterThanOrEqual(20);
    });
  });
});
