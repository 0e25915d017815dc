import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Family } from '../../src/net/address.js';
import { printParsed } from '../../src/iptables/dump/types.js';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { printRestore } from '../../src/iptables/print/restore.js';
import { printSave, saveRule } from '../../src/iptables/print/save.js';
import type { RuleSet } from '../../src/iptables/types.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';

interface Recorded {
  readonly name: string;
  readonly restore: string;
  readonly save: string;
  readonly family: Family;
}

function readRuleSet(text: string, family: Family): RuleSet {
  const { dumps, findings } = parseDump({ name: 'recorded', text }, { family });
  expect(findings).toEqual([]);
  expect(dumps).toHaveLength(1);
  return (dumps[0] as { ruleSet: RuleSet }).ruleSet;
}

describeWithSharedData('what kube-proxy wrote and iptables-save printed after it', () => {
  const root = sharedPath('conformance', 'kube-proxy-1.30', 'handmade');
  const cases: Recorded[] = readdirSync(root).flatMap((name) =>
    ['iptables.ipv4', 'iptables.ipv6', 'ipvs.ipv4', 'ipvs.ipv6'].flatMap((stem) => {
      const path = join(root, name, 'expected', stem);
      if (!existsSync(`${path}.save`)) return [];
      const family: Family = stem.endsWith('4') ? 'ipv4' : 'ipv6';
      return [
        {
          name: `${name} ${stem}`,
          restore: readFileSync(`${path}.restore`, 'utf8'),
          save: readFileSync(`${path}.save`, 'utf8'),
          family,
        },
      ];
    }),
  );

  it.each(cases.map((recorded) => [recorded.name, recorded] as const))(
    '%s comes back byte for byte',
    (_, { restore, save, family }) => {
      expect(printRestore(readRuleSet(restore, family))).toBe(restore);
      expect(printSave(readRuleSet(save, family))).toBe(save);
      expect(printParsed(parseDump({ name: 'recorded', text: restore }))).toBe(restore);
    },
  );

  it.each(cases.map((recorded) => [recorded.name, recorded] as const))(
    '%s: rules as written print as saved',
    (_, { restore, save, family }) => {
      const saved = new Set(save.split('\n'));
      const rules = readRuleSet(restore, family).tables.flatMap((table) =>
        table.rules.map((rule) => saveRule(rule, family).trimEnd()),
      );
      expect(rules.filter((rule) => !saved.has(rule))).toEqual([]);
    },
  );
});
