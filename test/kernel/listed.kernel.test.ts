/**
 * nft's list of iptables-nft's rules, converted to iptables rules, equals the output of iptables-save for the same
 * rules.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { families } from '../../src/net/address.js';
import { readDumps } from '../../src/node/read-dumps.js';
import { sortTexts } from '../../src/node/sort-texts.js';
import { comparableRules, isUnshown } from '../support/listed.js';
import { describeWithKernel } from '../support/kernel.js';

const golden = join(__dirname, '../../golden');
const saves = readdirSync(golden).flatMap((name) =>
  families.flatMap((family) => {
    const file = join(golden, name, `iptables.${family}.save`);
    return existsSync(file) && readFileSync(file, 'utf8').includes(':KUBE-SERVICES')
      ? [[name, family, file] as const]
      : [];
  }),
);

describeWithKernel('rules of iptables-nft as nft lists them', () => {
  it.each(saves)('%s %s', async (_, family, file) => {
    const command = family === 'ipv4' ? 'iptables' : 'ip6tables';
    const script = `${command}-nft-restore && nft list ruleset && echo '#####' && ${command}-nft-save`;
    const { stdout } = spawnSync('unshare', ['-n', 'sh', '-c', script], {
      input: readFileSync(file, 'utf8'),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    const [list = '', save = ''] = stdout.split('#####\n');
    const [listed] = (await readDumps(sortTexts([{ name: 'list', text: list }]))).dump.tables;
    const [saved] = parseDump({ name: 'save', text: save }).dumps;
    const [found, wanted] = [listed, saved].map((dump) => (dump === undefined ? {} : comparableRules(dump)));
    expect(Object.keys(found ?? {}).length).toBeGreaterThan(3);
    expect(Object.keys(found ?? {}).sort()).toEqual(Object.keys(wanted ?? {}).sort());
    for (const [chain, rules] of Object.entries(wanted ?? {})) {
      const own = found?.[chain] ?? [];
      expect(own).toHaveLength(rules.length);
      expect(own.filter((rule, index) => !isUnshown(rule) && rule !== rules[index])).toEqual([]);
    }
  });
});
