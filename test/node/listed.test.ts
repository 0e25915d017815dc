/**
 * Rules of iptables-nft from nft's list. Fixtures are the output of nft 1.0.6 in a network namespace after
 * iptables-nft-restore 1.8.9 of the recorded save beside them. test/kernel does the same with all recorded saves.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { readDumps } from '../../src/node/read-dumps.js';
import { sortTexts } from '../../src/node/sort-texts.js';
import { lintNodes } from '../../src/node-lint/run.js';
import { comparableRules, isUnshown } from '../support/listed.js';

function read(...path: string[]): string {
  return readFileSync(join(__dirname, ...path), 'utf8');
}

const listed = (name: string): { name: string; text: string } => ({
  name: `${name}.nft`,
  text: read('fixtures', `${name}.nft`),
});

async function rulesOf(name: string): Promise<Record<string, string[]>> {
  const [dump] = (await readDumps(sortTexts([listed(name)]))).dump.tables;
  return dump === undefined ? {} : comparableRules(dump);
}

function saved(name: string): Record<string, string[]> {
  const [dump] = parseDump({ name, text: read('../../golden', name, 'iptables.ipv4.save') }).dumps;
  return dump === undefined ? {} : comparableRules(dump);
}

it.each(['nodeport', 'affinity'])('rules are those that were restored: %s', async (name) => {
  const [found, wanted] = [await rulesOf(name), saved(name)];
  expect(Object.keys(found).sort()).toEqual(Object.keys(wanted).sort());
  for (const [chain, rules] of Object.entries(wanted)) {
    const own = found[chain] ?? [];
    expect(own).toHaveLength(rules.length);
    for (const [index, rule] of own.entries()) if (!isUnshown(rule)) expect(rule).toBe(rules[index]);
  }
  const unshown = Object.values(found).flat().filter(isUnshown);
  // Conntrack states that include DNAT, and the recent list of clients.
  expect(unshown).toHaveLength(name === 'nodeport' ? 1 : 3);
});

it('rules keep their lines, and tables of others stay what they are', async () => {
  const { name, text } = listed('nodeport');
  const own = 'table inet own {\n\tchain a {\n\t\ttype filter hook input priority filter; policy accept;\n\t}\n}\n';
  const { contents, dump } = await readDumps(sortTexts([{ name, text: `${text}${own}` }]));
  expect(contents[0]?.nftables?.map((table) => table.name)).toEqual(['own']);
  const [nat] = (dump.tables[0]?.ruleSet.tables ?? []).filter((table) => table.name === 'nat');
  const rule = nat?.rules.find(({ chain }) => chain === 'KUBE-NODEPORTS');
  expect(text.split('\n')[(rule?.line ?? 0) - 1]).toContain('tcp dport 30080');
});

it('iptables-save counts where it is given, too', async () => {
  const save = { name: 'save', text: read('../../golden/nodeport/iptables.ipv4.save') };
  const { dump, findings } = await readDumps(sortTexts([save, listed('nodeport')]));
  expect(dump.tables.map(({ source }) => source.name)).toEqual(['save']);
  expect(findings.map(({ rule }) => rule)).not.toContain('dump/listed-by-nft');
});

it('lint says what is lacking, and judges the rest', async () => {
  const { name, text } = listed('nodeport');
  const broken = text.replace(/(chain PREROUTING \{\n\t\ttype nat .*\n).*\n/, '$1');
  const { findings } = await lintNodes([{ name, text: broken }]);
  expect(findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual([
    'info node/incomplete-dump',
    'error node/services-not-reached',
  ]);
});
