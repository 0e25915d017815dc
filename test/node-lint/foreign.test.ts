/**
 * What other programs' rules do to Services, in all modes: recorded rules of kube-proxy (golden/README.md) with an
 * additional rule; its effect is documented for nf_nat and nf_tables. test/kernel tests that the walk agrees with
 * kernels.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintNodes } from '../../src/node-lint/run.js';
import { explainOverview } from '../../src/explain/explain-overview.js';
import { nodeFromDumps } from '../../src/node/from-dumps.js';
import { readDumps } from '../../src/node/read-dumps.js';
import { sortTexts } from '../../src/node/sort-texts.js';
import type { SourceText } from '../../src/manifests/types.js';

const root = join(__dirname, '../..');

function recorded(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

const iptables = recorded('golden/nodeport/iptables.ipv4.save');
const ipvs = {
  save: recorded('golden/nodeport/ipvs.ipv4.save'),
  others: ['ipset', 'ipvsadm'].map((name) => ({ name, text: recorded(`golden/nodeport/ipvs.ipv4.${name}`) })),
};
const nftables = recorded('golden-by-version/nodeport-primary-single-family-1.31/nftables.ipv4.list');

/** `-A CHAIN …` before the first rule of a chain of a table. */
function first(text: string, table: string, rule: string): string {
  const [, chain = ''] = /^-A (\S+)/.exec(rule) ?? [];
  const start = text.indexOf(`*${table}\n`);
  const at = text.indexOf(`\n-A ${chain} `, start);
  const place = at < 0 ? text.indexOf('\nCOMMIT', start) : at;
  return `${text.slice(0, place)}\n${rule}${text.slice(place)}`;
}

function nftHook(hook: string, rule: string): string {
  const [type, priority] = hook === 'prerouting' ? ['nat', -150] : ['filter', 0];
  return `table ip gw {\n\tchain own {\n\t\ttype ${type} hook ${hook} priority ${priority}; policy accept;\n\t\t${rule}\n\t}\n}\n`;
}

type Inputs = readonly SourceText[];
const inIptables = (table: string, rule: string): Inputs => [{ name: 'save', text: first(iptables, table, rule) }];
const inIpvs = (table: string, rule: string): Inputs => [
  { name: 'save', text: first(ipvs.save, table, rule) },
  ...ipvs.others,
];
const inNftables = (hook: string, rule: string): Inputs => [
  { name: 'list', text: `${nftables}${nftHook(hook, rule)}` },
];

async function findings(inputs: Inputs, id: string): Promise<string[]> {
  const all = (await lintNodes(inputs)).findings.filter(({ rule }) => rule === id);
  return all.map(({ severity, file, range, message }) => {
    const line = inputs.find(({ name }) => name === file)?.text.split('\n')[range.start.line - 1] ?? '';
    return `${severity}: ${line.trim()}: ${message}`;
  });
}

describe('a rule that takes what is for a Service out of connection tracking', () => {
  const inRaw = (rule: string): Inputs => [
    { name: 'save', text: `*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rule}\nCOMMIT\n${iptables}` },
  ];
  const inNft = (rule: string): Inputs => [
    {
      name: 'list',
      text: `${nftables}table ip gw {\n\tchain raw {\n\t\ttype filter hook prerouting priority raw; policy accept;\n\t\t${rule}\n\t}\n}\n`,
    },
  ];
  it.each([
    ['iptables', inRaw('-A PREROUTING -p tcp -j CT --notrack'), '-A PREROUTING -p tcp -j CT --notrack'],
    ['iptables, by NOTRACK', inRaw('-A PREROUTING -j NOTRACK'), '-A PREROUTING -j NOTRACK'],
    ['nftables', inNft('meta l4proto tcp notrack'), 'meta l4proto tcp notrack'],
  ])('is an error where it is for all: %s', async (_, inputs, line) => {
    const [first] = await findings(inputs, 'node/untracked-services');
    expect(first).toMatch(/^error: /);
    expect(first).toContain(`: ${line}: This rule of `);
    expect(first).toContain('out of connection tracking (NOTRACK)');
  });

  it.each([
    ['other ports', inRaw('-A PREROUTING -p udp -m udp --dport 8472 -j NOTRACK')],
    [
      'NodeLocal DNSCache',
      inRaw('-A PREROUTING -p tcp -m comment --comment "NodeLocal DNS Cache: skip conntrack" -j NOTRACK'),
    ],
    ['other ports, in nftables', inNft('udp dport 8472 notrack')],
  ])('is no fault for %s', async (_, inputs) => {
    expect(await findings(inputs, 'node/untracked-services')).toEqual([]);
  });
});

describe('a rule that sends what is for a Service elsewhere', () => {
  const redirect = '-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 3128';
  const nodePort = '-A PREROUTING -p tcp -m tcp --dport 30080 -j DNAT --to-destination 172.17.0.2:80';
  it.each([
    ['iptables', inIptables('nat', redirect), redirect],
    ['IPVS', inIpvs('nat', redirect), redirect],
    ['nftables', inNftables('prerouting', 'tcp dport 80 redirect to :3128'), 'tcp dport 80 redirect to :3128'],
  ])('takes a cluster IP: %s', async (_, inputs, line) => {
    const found = await findings(inputs, 'node/foreign-nat');
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(
      new RegExp(`^error: ${line}: This rule of \\w+ sends all connections to .* \\(cluster IP 10\\.`),
    );
    expect(found[0]).toContain('to this node:3128 instead');
  });

  it.each([
    ['iptables', inIptables('nat', nodePort)],
    ['IPVS', inIpvs('nat', nodePort)],
    ['nftables', inNftables('prerouting', 'tcp dport 30378 dnat to 172.17.0.2:80')],
  ])('takes a node port: %s', async (_, inputs) => {
    const found = await findings(inputs, 'node/foreign-nat');
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^error: .*\(node port 30\d+\) to 172\.17\.0\.2:80 instead/);
  });

  it.each([
    ['iptables', inIptables('nat', redirect.replace(' -p', ' -s 203.0.113.0/24 -p'))],
    ['IPVS', inIpvs('nat', redirect.replace(' -p', ' -s 203.0.113.0/24 -p'))],
    ['nftables', inNftables('prerouting', 'ip saddr 203.0.113.0/24 tcp dport 80 redirect to :3128')],
  ])('for some clients is an info: %s', async (_, inputs) => {
    expect(await findings(inputs, 'node/foreign-nat')).toEqual([expect.stringMatching(/^info: /)]);
  });

  it.each([
    ['iptables, for other ports', inIptables('nat', redirect.replace('80', '8080'))],
    ['iptables, for other addresses', inIptables('nat', redirect.replace(' -p', ' ! -d 10.96.0.0/12 -p'))],
    [
      'IPVS, behind what kube-proxy accepts',
      [
        {
          name: 'save',
          text: ipvs.save
            .replace('\nCOMMIT\n', '\nCOMMIT\n')
            .replace(/(-A PREROUTING .*-j KUBE-SERVICES\n)/, `$1${redirect}\n`),
        },
        ...ipvs.others,
      ],
    ],
    ['nftables, for other ports', inNftables('prerouting', 'tcp dport 8080 redirect to :3128')],
  ])('is no fault where it takes none: %s', async (_, inputs) => {
    expect(await findings(inputs, 'node/foreign-nat')).toEqual([]);
  });

  it.each([
    ['iptables', inIptables('nat', redirect)],
    ['IPVS', inIpvs('nat', redirect)],
    ['nftables', inNftables('prerouting', 'tcp dport 80 redirect to :3128')],
  ])('is a problem of the Service in the overview: %s', async (_, inputs) => {
    const node = nodeFromDumps(await readDumps(sortTexts(inputs)));
    const { services, notes } = explainOverview({ node, findings: [], clusterDomain: 'cluster.local' });
    expect(services.filter(({ addresses }) => addresses.includes(':80')).map(({ problem }) => problem)).toEqual([
      expect.stringMatching(
        /which is not kube-proxy's, sends connections of .* to its cluster IP to this node:3128 instead/,
      ),
    ]);
    expect(notes.filter(({ message }) => message.includes('3128'))).toEqual([]);
  });
});

describe('a rule that stops clients', () => {
  it.each([
    ['all Pods', 'error', '-s 10.244.0.0/16', 'ip saddr 10.244.0.0/16 drop'],
    ['everybody', 'error', '-p tcp', 'meta l4proto tcp drop'],
    ['some', 'info', '-s 10.244.3.0/24', 'ip saddr 10.244.3.0/24 drop'],
  ])('is as bad as what it stops: %s', async (_, severity, condition, rule) => {
    // Packets that IPVS accepts traverse INPUT, not FORWARD.
    for (const inputs of [
      inIptables('filter', `-A FORWARD ${condition} -j DROP`),
      inIpvs('filter', `-A INPUT ${condition} -j DROP`),
      inNftables('forward', rule),
    ]) {
      const found = await findings(inputs, 'node/foreign-drop');
      expect(found[0]).toMatch(new RegExp(`^${severity}: `));
    }
  });

  it.each([
    ['iptables', inIptables('filter', '-A FORWARD ! -s 10.244.0.0/16 -d 10.244.0.0/16 -j DROP')],
    ['IPVS', inIpvs('filter', '-A INPUT ! -s 10.244.0.0/16 -p tcp -m tcp --dport 30080 -j DROP')],
    ['nftables', inNftables('forward', 'ip saddr != 10.244.0.0/16 ip daddr 10.244.0.0/16 drop')],
  ])('outside of the cluster, from a node port, is a warning: %s', async (_, inputs) => {
    const found = await findings(inputs, 'node/foreign-drop');
    expect(found.map((one) => one.replace(/:.*/, ''))).toContain('warning');
    expect(found.join()).toContain('(node port 30');
    expect(found.join()).not.toContain('error');
  });
});

it('Pods may be behind an interface that rules accept, where nothing tells theirs', async () => {
  const accept = '-A FORWARD -i pods0 -j ACCEPT';
  const dropAll = iptables.replace(/(\*filter\n[^*]*:FORWARD) ACCEPT/, '$1 DROP');
  const inputs = (rule: string): Inputs => [
    { name: 'save', text: rule === '' ? dropAll : first(dropAll, 'filter', rule) },
  ];
  const severities = async (rule: string): Promise<string[]> =>
    (await findings(inputs(rule), 'node/foreign-drop')).map((one) => one.replace(/:.*/, ''));
  expect(await severities('')).toEqual(['error']);
  expect(await severities('-A FORWARD -i docker0 -j ACCEPT')).toEqual(['error']);
  expect(await severities(accept)).toEqual([]);
});

const nodePort = /elements = \{ tcp \. (\d+) :/.exec(nftables)?.[1] ?? '';

describe('a host port that is a node port', () => {
  /** The table of the plugin portmap 1.9.1, as `nft list ruleset` prints it; of hooks with one priority, the last runs first. */
  const portmap = `table ip cni_hostport {
	comment "CNI portmap plugin"
	chain hostports {
		tcp dport ${nodePort} dnat to 10.244.1.20:80 comment "aaaa"
	}

	chain hostports_all {
		jump hostports
	}

	chain prerouting {
		type nat hook prerouting priority dstnat; policy accept;
		fib daddr type local jump hostports_all
	}
}
`;

  const hostPort = [
    '-A CNI-HOSTPORT-DNAT -p tcp -m multiport --dports 30080 -j CNI-DN-aaaaaaaaaaaaaaaaaaaaa',
    '-A CNI-DN-aaaaaaaaaaaaaaaaaaaaa -p tcp -m tcp --dport 30080 -j DNAT --to-destination 10.244.1.20:80',
  ].join('\n');
  const withHostPort = (text: string): string => {
    const nat = text.indexOf('*nat\n');
    const head = text.slice(0, nat);
    const rest = text
      .slice(nat)
      .replace(':PREROUTING', ':CNI-HOSTPORT-DNAT - [0:0]\n:CNI-DN-aaaaaaaaaaaaaaaaaaaaa - [0:0]\n:PREROUTING')
      .replace('\nCOMMIT', `\n-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT\n${hostPort}\nCOMMIT`);
    return `${head}${rest}`;
  };

  it.each([
    [
      'iptables, behind KUBE-SERVICES',
      [{ name: 'save', text: withHostPort(iptables) }],
      'the Service gets all connections',
    ],
    ['IPVS', [{ name: 'save', text: withHostPort(ipvs.save) }, ...ipvs.others], 'the Pod gets all connections'],
    [
      'nftables, made after kube-proxy',
      [{ name: 'list', text: `${nftables}${portmap}` }],
      'the Pod gets all connections',
    ],
    [
      'nftables, made before kube-proxy',
      [{ name: 'list', text: `${portmap}${nftables}` }],
      'the Service gets all connections',
    ],
  ])('belongs to who gets the connections: %s', async (_, inputs, words) => {
    expect(await findings(inputs, 'node/host-port-claims-service')).toEqual([expect.stringContaining(words)]);
    expect(await findings(inputs, 'node/foreign-nat')).toEqual([]);
  });
});

describe('rules of a CNI that masquerade what Pods send to Services', () => {
  // Flannel's (pkg/trafficmngr/iptables), and with the range of another network; seen in network namespaces.
  const flannel = (range: string): string =>
    iptables.replace(
      /^COMMIT$(?![^]*^-A POSTROUTING)/m,
      [
        '-A POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG',
        '-A FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 -m comment --comment "flanneld masq" -j RETURN',
        `-A FLANNEL-POSTRTG -s ${range} -d ${range} -m comment --comment "flanneld masq" -j RETURN`,
        `-A FLANNEL-POSTRTG ! -s ${range} -d ${range} -m comment --comment "flanneld masq" -j RETURN`,
        `-A FLANNEL-POSTRTG ! -d 224.0.0.0/4 -m comment --comment "flanneld masq" -j MASQUERADE --random-fully`,
        'COMMIT',
      ].join('\n'),
    );

  it('are reported where they hide the Pods', async () => {
    const inputs = (range: string): SourceText[] => [{ name: 'node.save', text: flannel(range) }];
    expect(flannel('10.244.0.0/16')).toContain('FLANNEL-POSTRTG ! -d 224.0.0.0/4');
    expect(await findings(inputs('10.244.0.0/16'), 'node/masquerade-everything')).toEqual([]);
    expect(await findings(inputs('10.200.0.0/16'), 'node/masquerade-everything')).toEqual([
      expect.stringContaining('This rule of FLANNEL-POSTRTG gives what Pods of this node send to'),
    ]);
  });
});
