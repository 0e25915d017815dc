/** Every command that reads dumps accepts the output of iptables -S, ipset list and ipvsadm -L. */
import { temporaryDirectory } from '../support/shapes.js';
import { writeFileSync } from 'node:fs';
import { run } from '../support/run.js';

temporaryDirectory('listed');
const words = async (...args: string[]): Promise<string> => {
  const { out, err } = await run(args);
  return `${out}${err}`.replace(/\s+/g, ' ');
};

/** The output of iptables 1.8.9 for `-S` and `-t nat -S`, with chains and rules of kube-proxy 1.29 (proxier.go). */
const filter = `-P INPUT ACCEPT
-P FORWARD DROP
-P OUTPUT ACCEPT
-N GUARD
-A FORWARD -j GUARD
-A GUARD -s 10.9.0.0/16 -j ACCEPT
`;
const nat = `-P PREROUTING ACCEPT
-P INPUT ACCEPT
-P OUTPUT ACCEPT
-P POSTROUTING ACCEPT
-N KUBE-SERVICES
-N KUBE-SVC-AAAAAAAAAAAAAAAA
-N KUBE-SEP-BBBBBBBBBBBBBBBB
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A KUBE-SERVICES -d 10.96.0.50/32 -p tcp -m comment --comment "shop/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-AAAAAAAAAAAAAAAA
-A KUBE-SVC-AAAAAAAAAAAAAAAA -m comment --comment "shop/web:http -> 10.244.1.5:8080" -j KUBE-SEP-BBBBBBBBBBBBBBBB
-A KUBE-SEP-BBBBBBBBBBBBBBBB -p tcp -m comment --comment "shop/web:http" -m tcp -j DNAT --to-destination 10.244.1.5:8080
`;
/** The output of ipset 7.17 for `list`, and of ipvsadm 1.31 for `-Ln`. */
const sets = `Name: blocked
Type: hash:net
Revision: 7
Header: family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x1a2b3c4d
Size in memory: 504
References: 1
Number of entries: 1
Members:
192.0.2.0/24
`;
const servers = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.96.0.50:80 rr
  -> 10.244.1.5:8080              Masq    1      0          0         
  -> 10.244.2.7:8080              Masq    1      0          0         
`;
const guarded = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m set --match-set blocked src -j DROP
COMMIT
`;
beforeAll(() => {
  for (const [name, text] of Object.entries({ filter, nat, sets, servers, guarded }))
    writeFileSync(`${name}.txt`, text);
  writeFileSync('other.txt', nat.replaceAll('10.244.1.5', '10.244.1.6'));
});

describe('iptables -S', () => {
  it('explain', async () => {
    expect(await words('explain', '--quiet', 'nat.txt')).toContain('shop/web http TCP 10.96.0.50:80 1');
    expect(await words('explain', 'shop/web', 'nat.txt')).toContain('all to 10.244.1.5:8080');
    expect(await words('explain', 'filter:FORWARD', 'filter.txt')).toContain('policy DROP');
  });

  it('trace, two tables beside each other', async () => {
    const text = await words('trace', '--to', '10.96.0.50:80', '--from', '10.9.0.7', 'nat.txt', 'filter.txt');
    expect(text).toContain('Goes to 10.244.1.5:8080');
    const other = await words('trace', '--to', '10.96.0.50:80', '--from', '10.8.0.7', 'nat.txt', 'filter.txt');
    expect(other).toContain('the policy of FORWARD is DROP');
  });

  it('diff', async () => {
    expect((await run(['diff', 'nat.txt', 'nat.txt'])).status).toBe(0);
    const { status, out } = await run(['diff', 'nat.txt', 'other.txt']);
    expect(status).toBe(1);
    expect(out).toContain('10.244.1.6:8080');
  });

  it('lint', async () => {
    expect(await words('lint', '--no-settings', 'nat.txt')).toContain('node/masquerade-missing');
  });
});

describe('ipset list', () => {
  it('trace knows who is in the set', async () => {
    const from = (address: string): Promise<string> =>
      words('trace', '--to', '198.51.100.1:22', '--from', address, '--host', 'host.json', 'guarded.txt', 'sets.txt');
    writeFileSync(
      'host.json',
      '{"nodeIPs":["198.51.100.1"],"interfaces":[{"name":"eth0","addresses":["198.51.100.1/24"]}]}',
    );
    expect(await from('192.0.2.9')).toContain('Dropped in INPUT by rule 1 of INPUT');
    expect(await from('203.0.113.9')).toContain('Rejected in INPUT: no rule');
  });

  it('explain, lint and diff take it beside rules', async () => {
    expect((await run(['explain', 'guarded.txt', 'sets.txt'])).status).toBe(0);
    expect((await run(['lint', '--no-settings', 'guarded.txt', 'sets.txt'])).status).toBe(0);
    expect((await run(['diff', 'guarded.txt,sets.txt', 'guarded.txt,sets.txt'])).status).toBe(0);
  });

  it('alone it decides nothing', async () => {
    const { status, err } = await run(['trace', '--to', '198.51.100.1:22', 'sets.txt']);
    expect([status, err]).toEqual([2, expect.stringContaining('there is no iptables-save dump among the inputs')]);
  });
});

describe('ipvsadm -Ln', () => {
  it('trace and explain follow its virtual servers', async () => {
    const trace = await words('trace', '--to', '10.96.0.50:80', '--from', '10.9.0.7', 'guarded.txt', 'servers.txt');
    expect(trace).toContain('10.244.1.5:8080');
    expect(trace).toContain('10.244.2.7:8080');
    expect(await words('explain', 'guarded.txt', 'servers.txt')).toContain('10.96.0.50:80');
  });

  it('lint and diff say which dump of IPVS mode is lacking', async () => {
    expect(await words('lint', '--no-settings', 'guarded.txt', 'servers.txt')).toContain('ipset save');
    const { status, err } = await run(['diff', 'guarded.txt,servers.txt', 'guarded.txt,servers.txt']);
    expect([status, err]).toEqual([2, expect.stringContaining('ipset save')]);
  });
});

it('findings of a dump that are alike but for what they quote are told once', async () => {
  const lines = Array.from({ length: 20 }, (_, index) => `-A INPUT -s $NET${index} -j DROP\n`).join('');
  writeFileSync('shell.txt', guarded.replace('COMMIT', `${lines}COMMIT`));
  const { err } = await run(['explain', 'shell.txt']);
  expect(err.match(/"\$NET/g)).toHaveLength(1);
  expect(err).toContain('… and 19 more like it, in lines up to 25');
});

it('a text of tabs is no empty file: Kubernetes’ reader refuses it', async () => {
  writeFileSync('tabs.yaml', '\t\n\t');
  writeFileSync('blanks.yaml', ' \n  ');
  expect(await words('lint', '--no-settings', 'tabs.yaml')).toContain('yaml/syntax');
  expect(await words('lint', '--no-settings', '--verbose', 'blanks.yaml')).toContain('the file is empty');
});
