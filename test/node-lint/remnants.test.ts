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

it('a rule that Calico hides by its own chain, on a node without Pods, is an info', async () => {
  const rules = (own: string): string =>
    filter(
      ['cali-INPUT', 'cali-wl-to-host', own],
      '-A INPUT -m comment --comment "cali:Cz_u1IQiXIMmKD4c" -j cali-INPUT',
      '-A cali-INPUT -i cali+ -m comment --comment "cali:msRIDfJRWnYwzW4g" -g cali-wl-to-host',
      `-A ${own} -m comment --comment "cali:zTj6P0TIgYvgz-md" -m comment --comment "Unknown interface" -j DROP`,
      `-A cali-wl-to-host -m comment --comment "cali:Ee9Sbo10IpVujdIY" -j ${own}`,
      '-A cali-wl-to-host -m comment --comment "cali:nSZbcOoG1xPONxb8" -m comment --comment "Configured DefaultEndpointToHostAction" -j ACCEPT',
    );
  const severities = async (own: string): Promise<string[]> =>
    (await found(rules(own))).map((one) => one.split(' ').slice(0, 2).join(' '));
  expect(await severities('cali-from-wl-dispatch')).toEqual(['info node/unreachable-rule']);
  expect(await severities('OWN')).toEqual(['warning node/unreachable-rule']);
});

describe("Calico's eBPF mode beside rules of a kube-proxy that is gone", () => {
  const save = readFileSync(join(__dirname, '../../golden/nodeport/iptables.ipv4.save'), 'utf8');
  // As iptables-save 1.8.9 prints what felix/dataplane/linux/int_dataplane.go, setUpIptablesBPF, writes.
  const withRules = (...rules: readonly string[]): string =>
    save.replace(/^-A FORWARD /m, (start) => `${rules.join('\n')}\n${start}`);
  const ebpf = withRules(
    '-A FORWARD -m comment --comment "cali:I6umRRL4FB6R8Dbb" -m comment --comment "Pre-approved by BPF programs." -m mark --mark 0x3000000/0x3000000 -j ACCEPT',
    '-A FORWARD -i cali+ -m comment --comment "cali:NVXJIcmBZTfKdVTQ" -m comment --comment "From workload without BPF seen mark" -m mark ! --mark 0x1000000/0x1000000 -j DROP',
    '-A FORWARD -d 10.244.0.0/16 -j DROP',
  );
  const drops = withRules('-A FORWARD -d 10.244.0.0/16 -j DROP');
  // Calico 3.0 marked what its policies accept with a bit that its eBPF programs use today.
  const old = withRules(
    '-A cali-FORWARD -m comment --comment "cali:jxvuJjmmRV135nVu" -m mark --mark 0x1000000/0x1000000 -m conntrack --ctstate UNTRACKED -j ACCEPT',
    '-A FORWARD -d 10.244.0.0/16 -j DROP',
    '-A FORWARD -m comment --comment "cali:wUHhoiAYhphO9Mso" -j cali-FORWARD',
  ).replace(/^\*filter$/m, '*filter\n:cali-FORWARD - [0:0]');

  it('is not said to drop what Pods send to Services', async () => {
    expect((await found(drops)).join()).toContain('node/foreign-drop');
    expect((await found(old)).join()).toContain('node/foreign-drop');
    expect(await found(ebpf)).toEqual([]);
  });

  it('is said by lint', async () => {
    const { findings } = await lintNodes([{ name: 'node.save', text: ebpf }]);
    expect(findings.map(({ rule }) => rule)).toEqual(['node/incomplete-dump']);
    expect(findings[0]?.message).toMatch(/^The rules are those of Calico's eBPF mode: .*\.$/);
  });

  it('is read in the tables that Calico writes with nft', async () => {
    const text = `table ip calico {
	chain filter-FORWARD {
		type filter hook forward priority filter; policy accept;
		meta mark & 0x03000000 == 0x03000000 counter packets 0 bytes 0 accept comment "cali:I6umRRL4FB6R8Dbb; Pre-approved by BPF programs."
	}
}
`;
    const { findings } = await lintNodes([{ name: 'node.nft', text }]);
    expect(findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual(['info node/incomplete-dump']);
  });

  it('is said by explain, trace and check, which conclude nothing from the rules', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'kubechains-ebpf-'));
    const file = join(directory, 'node.save');
    writeFileSync(file, ebpf);
    const outOf = async (...words: string[]): Promise<string> => (await run([...words, file])).out.replace(/\s+/g, ' ');
    const note = "those of Calico's eBPF mode: its eBPF programs serve Services before";
    const explained = await outOf('explain');
    expect(explained).toContain(note);
    expect(explained).not.toContain('What is wrong');
    expect(await outOf('trace', '--to', '10.96.0.50:80', '--from', '10.244.1.9')).toContain(note);
    const checked = await outOf('check', 'default/web');
    expect(checked).toContain(note);
    expect(checked).toContain('none of 13 checks failed');
    for (const client of ['A Pod reaches it', 'The node reaches it', 'Clients outside the cluster reach it'])
      expect(checked).toContain(`unknown ${client} Calico's eBPF programs serve it before these rules.`);
    rmSync(directory, { recursive: true });
  });
});
