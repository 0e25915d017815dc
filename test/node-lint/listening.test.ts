/** What listens on a node (`ss -ltnu`) beside its rules. Outcomes were seen in network namespaces. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseListening } from '../../src/proxy/host-sockets.js';
import { lintNodes } from '../../src/node-lint/run.js';

const nat = (...rules: string[]): string =>
  `*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n${rules.join('\n')}\nCOMMIT\n`;
const nft = (...rules: string[]): string =>
  `table ip proxy {\n\tchain pre {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n${rules.map((rule) => `\t\t${rule}\n`).join('')}\t}\n}\n`;
const hostOf = (address: string): object[] => [
  { ifname: 'eth0', addr_info: [{ family: 'inet', local: address, prefixlen: 24, scope: 'global' }] },
];

/** The findings of the two rules for listening processes, as `severity rule@line message`. */
async function found(text: string, sockets: readonly string[] | undefined, address = '10.99.0.1'): Promise<string[]> {
  const head = 'Netid State Recv-Q Send-Q Local';
  const listening = sockets === undefined ? [] : [{ file: 'ss', ...parseListening([head, ...sockets].join('\n')) }];
  const hosts = [{ file: 'ip', facts: hostOf(address) as never }];
  const { findings } = await lintNodes([{ name: 'node.save', text }], { listening, hosts });
  return findings
    .filter(({ rule }) => /redirect-to-closed-port|listening-port-taken/.test(rule))
    .map(({ rule, severity, range, message }) => `${severity} ${rule.slice(5)}@${range.start.line} ${message}`);
}
const socket = (address: string, process = ''): string =>
  `tcp LISTEN 0 128 ${address} 0.0.0.0:* ${process === '' ? '' : `users:(("${process}",pid=7,fd=3))`}`;

describe('rules that send to a port of the node', () => {
  const redirect = '-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 3129';

  it.each([
    [
      'a port at which nothing listens',
      nat(redirect),
      ['0.0.0.0:22'],
      'port 3129/tcp of the node, where nothing listens',
    ],
    [
      'one without a port of its own',
      nat('-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT'),
      [],
      'port 80/tcp of the node',
    ],
    ['a socket of 127.0.0.1', nat(redirect), ['127.0.0.1:3129'], 'listens on 127.0.0.1:3129 only'],
    [
      'an address of the node',
      nat('-A PREROUTING -p tcp -j DNAT --to-destination 10.99.0.1:90'),
      ['127.0.0.1:90'],
      '10.99.0.1:90/tcp of the node',
    ],
    [
      'a REDIRECT of nftables',
      nft('tcp dport 80 redirect to :3129'),
      ['0.0.0.0:22'],
      'This rule of pre sends to port 3129/tcp',
    ],
    [
      'a DNAT of nftables',
      nft('meta l4proto tcp dnat to 10.99.0.1:90'),
      ['0.0.0.0:22'],
      '10.99.0.1:90/tcp of the node',
    ],
  ])('are reported for %s', async (_, text, sockets, words) => {
    const [first, ...others] = await found(
      text,
      sockets.map((one) => socket(one)),
    );
    expect(first).toMatch(/^warning redirect-to-closed-port@/);
    expect(first).toContain(words);
    expect(others).toEqual([]);
  });

  it.each([
    ['every address', nat(redirect), ['0.0.0.0:3129']],
    ['an address of the node', nat(redirect), ['10.99.0.1:3129']],
    ['127.0.0.1, for what the node itself sends', nat(redirect.replace('PREROUTING', 'OUTPUT')), ['127.0.0.1:3129']],
    ['another machine', nat('-A PREROUTING -p tcp -j DNAT --to-destination 10.99.0.2:90'), []],
    ['a chain that nothing leads to', nat(redirect.replace('PREROUTING', 'X')), []],
    ['every address, of nftables', nft('tcp dport 80 redirect to :3129'), ['0.0.0.0:3129']],
  ])('are not reported for %s', async (_, text, sockets) => {
    expect(
      await found(
        text,
        sockets.map((one) => socket(one)),
      ),
    ).toEqual([]);
  });

  it('are not reported where not all sockets are known', async () => {
    expect(await found(nat(redirect), undefined)).toEqual([]);
    const listening = [{ file: '', sockets: parseListening(socket('0.0.0.0:22')).sockets, isWhole: false }];
    const { findings } = await lintNodes([{ name: 'node.save', text: nat(redirect) }], { listening });
    expect(findings.map(({ rule }) => rule)).not.toContain('node/redirect-to-closed-port');
  });
});

describe('processes that listen on a node port', () => {
  const golden = (name: string): string => readFileSync(join(__dirname, '../../golden', name), 'utf8');
  const rules = golden('nodeport/iptables.ipv4.save');
  const [, port = ''] = /-A KUBE-NODEPORTS .*--dport (\d+) /.exec(rules) ?? [];

  it.each([
    ['every address', `0.0.0.0:${port}`],
    ['the address of the node', `10.99.0.1:${port}`],
  ])('are reported, at %s', async (_, address) => {
    const [first, ...others] = await found(rules, [socket(address, 'nginx')]);
    expect(first).toContain(`A process (nginx) listens on port ${port}/tcp, which is the node port of default/`);
    expect(others).toEqual([]);
  });

  it.each([
    ['kube-proxy itself', socket(`0.0.0.0:${port}`, 'kube-proxy')],
    ['another protocol', socket(`0.0.0.0:${port}`).replace('tcp LISTEN', 'udp UNCONN')],
    ['another port', socket('0.0.0.0:22')],
  ])('are not reported: %s', async (_, line) => {
    expect(await found(rules, [line])).toEqual([]);
  });

  it('may be an old kube-proxy, if the rules do not tell its version', async () => {
    const old = rules.replace(/KUBE-EXT-/g, 'KUBE-SVC-EXT');
    const [first] = await found(old, [socket(`0.0.0.0:${port}`)]);
    expect(first).toMatch(
      /^info listening-port-taken@.*unless it is kube-proxy, which opened its node ports up to 1\.23/,
    );
  });

  it('are reported in nftables mode, at the addresses that accept node ports', async () => {
    const list = golden('../golden-by-version/nodeport-primary-single-family-1.31/nftables.ipv4.list');
    for (const address of ['0.0.0.0', '192.168.9.152'])
      expect(await found(list, [socket(`${address}:30378`)])).toEqual([
        'warning listening-port-taken@39 A process listens on port 30378/tcp, which is the node port of default/front-v2:h: the Service gets all connections, the process none; give one of them another port.',
      ]);
    for (const address of ['127.0.0.1', '192.168.9.3'])
      expect(await found(list, [socket(`${address}:30378`)])).toEqual([]);
  });

  it('are reported in IPVS mode, at the addresses of virtual servers', async () => {
    const texts = ['save', 'ipset', 'ipvsadm'].map((name) => ({ name, text: golden(`nodeport/ipvs.ipv4.${name}`) }));
    const reported = async (address: string): Promise<string[]> => {
      const listening = [{ file: 'ss', ...parseListening(socket(address)) }];
      const { findings } = await lintNodes(texts, { listening });
      return findings.filter(({ rule }) => rule === 'node/listening-port-taken').map(({ severity }) => severity);
    };
    expect(await reported('0.0.0.0:30080')).toEqual(['warning']);
    expect(await reported('127.0.0.1:30080')).toEqual([]);
  });
});

describe('host ports of the plugin portmap with nftables', () => {
  /** As the plugin writes it (test/portmap/recorded); the second Pod's rule is appended. */
  const hostPorts = (...rules: string[]): string =>
    `table ip cni_hostport {\n\tcomment "CNI portmap plugin"\n\tchain hostports {\n${rules.map((rule) => `\t\t${rule}\n`).join('')}\t}\n\n\tchain hostip_hostports {\n\t}\n\n` +
    '\tchain hostports_all {\n\t\tjump hostip_hostports\n\t\tjump hostports\n\t}\n\n' +
    '\tchain prerouting {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\tfib daddr type local jump hostports_all\n\t}\n}\n';
  const one = 'tcp dport 8080 dnat to 10.244.1.5:80 comment "252f10c8"';

  it('tell a process that gets nothing', async () => {
    const [first] = await found(hostPorts(one), [socket('0.0.0.0:8080', 'nginx')]);
    expect(first).toBe(
      'warning listening-port-taken@4 A process (nginx) listens on port 8080/tcp, which is the host port of the Pod at 10.244.1.5:80: the Pod gets all connections, the process none; give one of them another port.',
    );
  });

  it('tell the rule of a Pod that is gone', async () => {
    const text = hostPorts(one, 'tcp dport 8080 dnat to 10.244.1.9:80 comment "cd0aa985"');
    const { findings } = await lintNodes([{ name: 'node.nft', text }]);
    expect(findings.map(({ rule, range, message }) => [rule, range.start.line, message])).toContainEqual([
      'node/stale-host-port',
      5,
      'Host port 8080/tcp is sent to 10.244.1.5:80 by the rule of line 4 already, so that 10.244.1.9:80 gets nothing: one of the two rules is of a Pod that is gone; remove it.',
    ]);
  });

  it.each([
    ['two ports', 'tcp dport 8081 dnat to 10.244.1.9:80 comment "cd0aa985"'],
    ['two protocols', 'udp dport 8080 dnat to 10.244.1.9:80 comment "cd0aa985"'],
    ['another port of the Pod', 'ip daddr 127.0.0.1 tcp dport 8080 dnat to 10.244.1.5:81 comment "252f10c8"'],
  ])('have no stale one: %s', async (_, second) => {
    const { findings } = await lintNodes([{ name: 'node.nft', text: hostPorts(one, second) }]);
    expect(findings.map(({ rule }) => rule)).not.toContain('node/stale-host-port');
  });
});
