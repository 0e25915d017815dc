/**
 * The checks for a node's dumps. The outcome of the packets in each case was observed in network namespaces: a client
 * outside, a node with the rules and two Pods, a second node, and servers that report their names.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckReport } from '../../src/check/types.js';
import { run } from '../support/run.js';

const nodes = ['n1', 'n2'].map(
  (name, index) => `apiVersion: v1
kind: Node
metadata: {name: ${name}}
spec: {podCIDR: 10.20.${index + 1}.0/24}
status: {addresses: [{type: InternalIP, address: 172.16.0.${index + 1}}]}`,
);
const configuration = `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clusterCIDR: 10.20.0.0/16`;
const service = `apiVersion: v1
kind: Service
metadata: {name: front, namespace: store}
spec: {type: NodePort, clusterIP: 10.98.9.85, selector: {app: front}, ports: [{name: http, port: 80, targetPort: 8080, nodePort: 30080}]}`;
const slice = `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: front-x, namespace: store, labels: {kubernetes.io/service-name: front}}
addressType: IPv4
ports: [{name: http, port: 8080, protocol: TCP}]
endpoints:
- {addresses: [10.20.1.203], nodeName: n1, conditions: {ready: true}}
- {addresses: [10.20.2.108], nodeName: n2, conditions: {ready: true}}`;
const manifests = [...nodes, service, slice].join('\n---\n');

/** `edit` changes kube-proxy's rules to those of the node. */
async function checkDump(
  mode: 'iptables' | 'nftables',
  edit: (rules: string) => string,
  more: readonly string[] = [],
): Promise<CheckReport> {
  const directory = mkdtempSync(join(tmpdir(), 'kubechains-check-'));
  const put = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  try {
    const all = put('all.yaml', manifests);
    const config = put('config.yaml', configuration);
    const format = mode === 'iptables' ? 'save' : 'list';
    const { out: rules } = await run(['generate', '-q', '--mode', mode, '--format', format, '--config', config, all]);
    const dump = put('node.dump', edit(rules));
    const { out, err } = await run(['check', '-q', '--format', 'json', 'front', '-n', 'store', dump, all, ...more]);
    if (out === '') throw new Error(err);
    return JSON.parse(out) as CheckReport;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function of(report: CheckReport, id: string): { status: string; text: string } {
  const found = report.checks.find((one) => one.id === id);
  return { status: found?.status ?? '', text: (found?.reasons ?? []).map(({ message }) => message).join('; ') };
}

const same = (rules: string): string => rules;

describe('check of a node port that another program takes', () => {
  it.each(['iptables', 'nftables'] as const)('finds nothing where none does, in %s mode', async (mode) => {
    expect(of(await checkDump(mode, same), 'from-outside').status).toBe('ok');
  });

  it.each([
    ['iptables', (rules: string) => docker(rules), 'rule 1 of DOCKER (table nat)'],
    ['nftables', (rules: string) => `${rules}\n${tableBefore}`, 'rule 1 of pre (table ip other)'],
  ] as const)('%s: a DNAT before kube-proxy takes it elsewhere', async (mode, edit, by) => {
    const { status, text } = of(await checkDump(mode, edit), 'from-outside');
    expect(status).toBe('failed');
    expect(text).toContain('connections to node port 30080 go to 172.17.0.2:80, which is not one of its endpoints');
    expect(text).toContain(by);
  });

  it('a DNAT to an endpoint of the Service leads to it all the same', async () => {
    const report = await checkDump('iptables', (rules) => docker(rules).replace('172.17.0.2:80', '10.20.1.203:8080'));
    expect(of(report, 'from-outside').status).toBe('ok');
  });
});

const tableBefore = `table ip other {
	chain pre {
		type nat hook prerouting priority -110; policy accept;
		tcp dport 30080 fib daddr type local dnat to 172.17.0.2:80
	}
}
`;

/** The rules with which Docker publishes a port. */
function docker(rules: string): string {
  return rules.replace('\n:KUBE-SERVICES', '\n:DOCKER - [0:0]\n:KUBE-SERVICES').replace(
    '\n-A PREROUTING',
    `\n-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 30080 -j DNAT --to-destination 172.17.0.2:80
-A PREROUTING`,
  );
}

describe('a rule for the bridge of Pods, where nothing but the Node tells their range', () => {
  const dropped = (rules: string): string =>
    rules.replace('\n-A FORWARD', '\n-A FORWARD -s 203.0.113.0/24 -i eth0 -o cni0 -j DROP\n-A FORWARD');

  it('meets the endpoints in the range of the node, and no others', async () => {
    const { status, text } = of(await checkDump('iptables', dropped), 'from-outside');
    expect(status).toBe('failed');
    expect(text).toContain('in 203.0.113.0/24, 50 % of connections to node port 30080');
    expect(text).toContain('rule 1 of FORWARD (table filter)');
  });

  it('meets none where all endpoints are in ranges of other nodes', async () => {
    const report = await checkDump('iptables', (rules) => dropped(rules).replaceAll('10.20.1.203', '10.20.2.203'));
    expect(of(report, 'from-outside').status).toBe('ok');
  });

  it("which of the node's addresses Pods on it see is not known: a bridge has one of its own", async () => {
    const directory = mkdtempSync(join(tmpdir(), 'kubechains-check-'));
    const all = join(directory, 'all.yaml');
    writeFileSync(all, `${manifests}\n---\n${configuration}\n`);
    const { out } = await run(['trace', '--format', 'json', '--from', '203.0.113.5', '--to', '172.16.0.1:30080', all]);
    rmSync(directory, { recursive: true });
    const { outcomes } = JSON.parse(out) as { outcomes: { destination: string; seenAs?: string }[] };
    expect(outcomes.map(({ destination, seenAs }) => [destination, seenAs])).toEqual([
      ['10.20.1.203:8080', undefined],
      ['10.20.2.108:8080', '172.16.0.1'],
    ]);
  });
});

/** nft 1.0.6 lists rules of iptables-nft without comments. */
const listed = `table ip nat {
	chain PREROUTING {
		type nat hook prerouting priority dstnat; policy accept;
		 counter packets 0 bytes 0 jump KUBE-SERVICES
	}

	chain KUBE-SERVICES {
		meta l4proto tcp ip daddr 10.98.9.85  tcp dport 80 counter packets 0 bytes 0 jump KUBE-SVC-ER7CJFNRDF32Y53D
	}

	chain KUBE-SVC-ER7CJFNRDF32Y53D {
		 counter packets 0 bytes 0 dnat to 10.20.1.203:8080
	}
}
`;

const nat = { family: 'ip', name: 'nat', handle: 1 };

describe('rules of iptables-nft as nft lists them', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kubechains-check-'));
  const dump = join(directory, 'node.nft');
  const json = join(directory, 'node.json');
  const all = join(directory, 'all.yaml');
  beforeAll(() => {
    writeFileSync(dump, listed);
    writeFileSync(
      json,
      JSON.stringify({ nftables: [{ table: nat }, { chain: { ...nat, table: 'nat', name: 'KUBE-SERVICES' } }] }),
    );
    writeFileSync(all, manifests);
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it('check and explain find Services by the hashes of chains', async () => {
    const { out } = await run(['explain', dump, all]);
    expect(out.replace(/\s+/g, ' ')).toContain('store/front NodePort http TCP 10.98.9.85:80');
    const { err } = await run(['check', 'front', '-n', 'store', dump, all]);
    expect(err).toContain('The rules of iptables are read from the list of nft, which lacks comments');
  });

  it.each([
    ['check', 'front', '-n', 'store', json, all],
    ['explain', json],
    ['diff', all, json],
    ['trace', '--to', '10.98.9.85:80', '--from', '10.20.1.7', json],
  ])('%s of JSON does not say that there are no Services', async (...words) => {
    const { status, out, err } = await run(words);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain('give what iptables-save (for IPv6 ip6tables-save) prints instead, or nft list ruleset');
  });

  it('trace follows packets', async () => {
    const { out } = await run(['trace', '--to', '10.98.9.85:80', '--from', '10.20.1.7', dump]);
    expect(out).toContain('Goes to 10.20.1.203:8080');
  });
});

describe('connections whose answers go past the node', () => {
  it('fail where nothing is masqueraded and an endpoint is on another node', async () => {
    const report = await checkDump('iptables', (rules) => rules.replace(/^-A KUBE-MARK-MASQ .*\n/gm, ''));
    const { status, text } = of(report, 'from-outside');
    expect(status).toBe('failed');
    expect(text).toContain('50 % of connections to node port 30080 get no answer: 10.20.2.108:8080 on node n2 answers');
    expect(of(report, 'from-pod').status).toBe('ok');
  });

  it('a Pod that no connection gets to is not said to be on another node', async () => {
    const report = await checkDump('iptables', (rules) =>
      rules.replace('\n-A FORWARD', '\n-A FORWARD -s 10.20.0.0/16 -d 10.20.0.0/16 -j DROP\n-A FORWARD'),
    );
    expect(of(report, 'from-pod').status).toBe('failed');
    expect(of(report, 'hairpin').text).toBe('connections of Pods to it do not arrive, as the earlier checks say');
  });
});

it('advises to move what is in the wrong namespace, not to change labels that are the same', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'kubechains-check-'));
  const all = join(directory, 'all.yaml');
  const pod = `{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: one, labels: {app: a}}, spec: {containers: [{name: c, image: c}]}}`;
  writeFileSync(
    all,
    `${pod}\n---\n${service.replace('namespace: store', 'namespace: other').replace('app: front', 'app: a')}\n`,
  );
  const { out } = await run(['check', '-q', 'front', '-n', 'other', all]);
  rmSync(directory, { recursive: true });
  expect(out.replace(/\s+/g, ' ')).toContain('→ Create the Service in the namespace of these Pods');
  expect(out).not.toContain('Make the selector');
});

it('nft knows the port that a connection was opened to, as iptables does (--ctorigdstport)', async () => {
  const drop = (port: number): string => `table inet hostfw {
	chain fromout {
		type filter hook forward priority 10; policy accept;
		ip saddr 203.0.113.0/28 tcp dport 8080 ct original proto-dst ${port} counter packets 0 bytes 0 drop
	}
}
`;
  const meets = await checkDump('nftables', (rules) => `${rules}\n${drop(30080)}`);
  expect(of(meets, 'from-outside').text).toContain('in 203.0.113.0/28, connections to node port 30080 are dropped');
  const misses = of(await checkDump('nftables', (rules) => `${rules}\n${drop(443)}`), 'from-outside');
  expect([misses.status, misses.text.includes('unless')]).toEqual(['ok', false]);
});

describe('a dump without rules of kube-proxy', () => {
  const absent = (chain: string): string =>
    `*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:${chain} - [0:0]\n-A POSTROUTING -j ${chain}\nCOMMIT\n`;

  it.each([
    ['CILIUM_POST_nat', 'unknown', 'but those of Cilium, which can serve Services in its place'],
    ['PROXY_INIT_REDIRECT', 'unknown', 'but those of Linkerd, which are in the network namespaces of Pods'],
    ['OWN', 'failed', 'it has never run on this node, or it uses the other backend of iptables'],
  ] as const)('%s: %s', async (chain, status, words) => {
    const report = await checkDump('iptables', () => absent(chain));
    for (const id of ['endpoints', 'rules']) {
      expect(of(report, id).status).toBe(status);
      expect(of(report, id).text).toContain(words);
    }
    expect(of(report, 'from-outside')).toEqual({ status: 'unknown', text: 'the inputs give no rules to follow' });
  });
});
