/**
 * Rules that other programs left on a node. Their texts follow kube-router (pkg/controllers/netpol, proxy), Felix
 * (felix/rules/static.go, its eBPF mode) and Cilium (pkg/datapath/iptables).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintNodes } from '../../src/node-lint/run.js';
import { run } from '../support/run.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';

const filter = (chains: readonly string[], ...rules: readonly string[]): string =>
  `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${chains.map((chain) => `:${chain} - [0:0]\n`).join('')}${rules.join('\n')}\nCOMMIT\n`;

async function found(text: string): Promise<string[]> {
  const { findings } = await lintNodes([{ name: 'node.save', text }]);
  return findings
    .filter(({ rule }) => rule !== 'node/incomplete-dump')
    .map(({ rule, severity, message }) => `${severity} ${rule} ${/the chain (\S+)/.exec(message)?.[1] ?? message}`);
}

it.each([
  'OLD_CILIUM_FORWARD',
  'KUBE-POD-FW-4KHLNGXZWYTC3MWR',
  'KUBE-NWPLCY-JXLNKBUX2RTSKFQZ',
  'cali-fw-cali0fe3d1b9c21',
  'cali-tw-cali0fe3d1b9c21',
])('the chain %s, which nothing leads to, is left over', async (chain) => {
  expect(await found(filter([chain], `-A ${chain} -s 10.0.0.1/32 -j DROP`))).toEqual([
    `info node/unreachable-chain ${chain}`,
  ]);
});

it.each(['CILIUM_FORWARD', 'KUBE-NWPLCY-DEFAULT', 'cali-from-hep-forward', 'DOCKER-USER', 'WEAVE-CANARY'])(
  'the chain %s is kept in stock',
  async (chain) => {
    expect(await found(filter([chain], `-A ${chain} -j RETURN`))).toEqual([]);
  },
);

it('kube-router asks for the way to a real server of IPVS, which is read', async () => {
  const rule = '-A POSTROUTING -m ipvs --vdir ORIGINAL --vmethod MASQ -m comment --comment "" -j KUBE-ROUTER-HAIRPIN';
  const text = `*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:KUBE-ROUTER-HAIRPIN - [0:0]\n${rule}\nCOMMIT\n`;
  expect(await found(text)).toEqual([]);
});

describe("Calico's eBPF mode beside rules of a kube-proxy that is gone", () => {
  const save = readFileSync(join(__dirname, '../../golden/nodeport/iptables.ipv4.save'), 'utf8');
  const chain = '-A FORWARD -m comment --comment "cali:wUHhoiAYhphO9Mso" -j cali-FORWARD';
  const withRules = (...rules: readonly string[]): string =>
    save
      .replace(/^\*filter$/m, '*filter\n:cali-FORWARD - [0:0]')
      .replace(/^-A FORWARD /m, (start) => `${chain}\n${rules.join('\n')}\n${start}`);
  const ebpf = withRules(
    '-A cali-FORWARD -m mark --mark 0x3000000/0x3000000 -m comment --comment "Pre-approved by BPF programs." -j ACCEPT',
    '-A cali-FORWARD -d 10.244.0.0/16 -m mark ! --mark 0x1000000/0x1000000 -m comment --comment "From workload without BPF seen mark" -j DROP',
  );
  const drops = withRules('-A cali-FORWARD -d 10.244.0.0/16 -j DROP');

  it('is not said to drop what Pods send to Services', async () => {
    expect(ebpf).not.toBe(save);
    expect((await found(drops)).join()).toContain('node/foreign-drop');
    expect(await found(ebpf)).toEqual([]);
  });

  it('is said by explain and trace', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'kubechains-ebpf-'));
    const file = join(directory, 'node.save');
    writeFileSync(file, ebpf);
    for (const words of [['explain'], ['trace', '--to', '10.96.0.50:80', '--from', '10.244.1.9']]) {
      const { out } = await run([...words, file]);
      expect(out.replace(/\s+/g, ' ')).toContain(
        "those of Calico's eBPF mode: its eBPF programs serve Services before",
      );
      if (words[0] === 'explain') expect(out).not.toContain('What is wrong');
    }
    rmSync(directory, { recursive: true });
  });
});
