/** The lists of iptables and ipset for a kernel's rules and sets equal their saved form. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { parseIpset } from '../../src/ipvs/parse-ipset.js';
import { parseIpsetList } from '../../src/ipvs/parse-ipset-list.js';
import { ipsetDump } from '../ipvs/dumps.js';
import { describeUnless, missingForKernelTests } from './network.js';

function inFreshNetwork(script: string, input: string): string {
  return execFileSync('unshare', ['-n', 'sh', '-ec', script], { input, encoding: 'utf8', maxBuffer: 1 << 28 });
}

/** Rules by table, without places. */
function rulesOf(text: string): Record<string, readonly string[]> {
  const { dumps } = parseDump({ name: 'rules', text });
  return Object.fromEntries(
    dumps.flatMap(({ ruleSet }) =>
      ruleSet.tables
        .filter(({ rules }) => rules.length > 0)
        .map(({ name, rules }): [string, string[]] => [
          name,
          rules
            .map(({ chain, matches, target, counters }) => JSON.stringify([chain, matches, target, counters]))
            .sort(),
        ]),
    ),
  );
}

const mark = '--- 8< ---';
const tables = ['mangle', 'filter', 'nat', 'raw'];

describeUnless(
  missingForKernelTests('iptables-nft-restore', 'iptables-legacy-restore', 'ipset'),
  'lists of a kernel',
  () => {
    it.each(['nft', 'legacy'])('iptables-%s -S of all tables holds the rules of iptables-save', (backEnd) => {
      for (const scenario of ['nodeport', 'affinity', 'lb-ranges-ipmode', 'multi-port-udp-sctp']) {
        const program = `iptables-${backEnd}`;
        const lists = tables.map((table) => `${program} -t ${table} -S -v`).join('; ');
        const output = inFreshNetwork(
          `${program}-restore; ${program}-save -c; echo '${mark}'; ${lists}`,
          readFileSync(`golden/${scenario}/iptables.ipv4.save`, 'utf8'),
        );
        const [saved = '', listed = ''] = output.split(mark);
        expect(Object.keys(rulesOf(saved))).toEqual(expect.arrayContaining(['nat', 'filter']));
        expect(rulesOf(listed)).toEqual(rulesOf(saved));
      }
    });

    it('ipset list holds the sets of ipset save', () => {
      for (const text of [readFileSync('golden/nodeport/ipvs.ipv4.ipset', 'utf8'), ipsetDump]) {
        const output = inFreshNetwork(`ipset restore; ipset save; echo '${mark}'; ipset list`, text);
        const [saved = '', listed = ''] = output.split(`${mark}\n`);
        const untimed = (dump: ReturnType<typeof parseIpset>) =>
          JSON.stringify(dump).replace(/"name":"timeout","value":"\d+"/g, '"name":"timeout"');
        expect(parseIpset({ name: 'saved', text: saved }).sets.length).toBeGreaterThan(3);
        expect(untimed(parseIpsetList({ name: 'sets', text: listed }))).toBe(
          untimed(parseIpset({ name: 'sets', text: saved })),
        );
      }
    });
  },
);
