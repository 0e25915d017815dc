/** Kinds of questions that people asked in public, with inputs of our own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OverviewExplanation } from '../../src/explain/types.js';
import { run } from '../support/run.js';
import { weaveNode, weaveNodeWithout, weaveService, weaveSlice } from './old-kube-proxy.js';

const folder = mkdtempSync(join(tmpdir(), 'kubechains-kinds-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let files = 0;
const file = (text: string, name = `${++files}.save`): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const words = async (...args: string[]): Promise<string> => {
  const { out, err } = await run(args);
  return `${out}${err}`.replace(/\s+/g, ' ');
};
const explain = (...args: string[]): Promise<string> => words('explain', '--quiet', ...args);

describe('rules of a kube-proxy that was not told what Pods are', () => {
  it('Pods are known by the range that the network plugin masquerades at', async () => {
    const text = await explain('blog/front', file(weaveNode));
    expect(text).toContain(
      'From a Pod (a source in 10.32.0.0/12) to cluster IP 10.101.0.9:80: 1/2 each to 10.32.0.7:8080 and ' +
        "10.44.0.7:8080; the server sees the client's own address.",
    );
    expect(text).toContain(
      'From this node itself or a client outside the cluster to node port 32100: all to 10.32.0.7:8080; ' +
        "the server sees an address of this node, not the client's, by rule 2 of WEAVE (table nat), which is Weave Net's.",
    );
  });

  it('a range without an endpoint in it is nobody’s', async () => {
    const text = await explain('blog/front', file(weaveNode.replaceAll('10.32.0.0/12', '10.200.0.0/16')));
    expect(text).toContain('From a Pod, this node itself');
  });

  it('manifests beside the dump that leave slices out do not speak against its endpoints', async () => {
    const text = await explain('blog/front', file(weaveNode), file(weaveService, 'service.yaml'));
    expect(text).not.toMatch(/no EndpointSlice has the label|no-endpoints/);
    expect(await explain('blog/front', file(weaveService, 'service.yaml'))).toMatch(/no EndpointSlice has the label/);
  });

  it('its node is the one with the local endpoint', async () => {
    const text = await explain('blog/front', file(weaveNode), file(weaveService, 's.yaml'), file(weaveSlice, 'e.yaml'));
    expect(text).toContain('seen from node rack-1');
    expect(text).not.toContain('no ready endpoint is on this node');
  });

  it('a Local policy without an endpoint here is told', async () => {
    expect(await explain('blog/front', file(weaveNodeWithout))).toContain(
      'no ready endpoint is on this node, so it sends clients outside, and itself, to no endpoint',
    );
  });
});

const chain = (rules: string): string =>
  `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:GUARD - [0:0]\n${rules}\nCOMMIT\n`;

describe('rules behind one that takes every packet', () => {
  const node = chain(
    [
      '-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-A FORWARD -m comment --comment "the rest" -j REJECT --reject-with icmp-host-prohibited',
      '-A FORWARD -s 10.1.0.0/16 -j ACCEPT',
      '-A FORWARD -d 10.1.0.0/16 -j ACCEPT',
    ].join('\n'),
  );

  it('are told of the chain, of the rule and of the node', async () => {
    const save = file(node);
    expect(await explain('filter:FORWARD', save)).toContain(
      'Rule 2 matches every packet that reaches it, so rules 3 and 4 never match.',
    );
    expect(await explain('filter:FORWARD:3', save)).toContain(
      'No packet can reach it: rule 2 matches every packet before.',
    );
    expect(await explain('filter:FORWARD:1', save)).not.toContain('No packet can reach it');
    expect(await explain(save)).toContain('rule 2 of FORWARD matches every packet that reaches it');
  });

  it.each([
    ['a jump to a chain that ends all ways', '-A GUARD -s 10.0.0.1 -j ACCEPT\n-A GUARD -j DROP', true],
    ['a jump to a chain that some come back from', '-A GUARD -s 10.0.0.1 -j RETURN\n-A GUARD -j DROP', false],
    ['a jump to a chain that all come back from', '-A GUARD -s 10.0.0.1 -j DROP', false],
  ])('%s', async (_, guard, isDead) => {
    const text = await explain('filter:INPUT', file(chain(`-A INPUT -j GUARD\n-A INPUT -i lo -j ACCEPT\n${guard}`)));
    expect(text.includes('rule 2 never matches')).toBe(isDead);
  });
});

const hostPorts = `*nat
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:CNI-HOSTPORT-DNAT - [0:0]
:CNI-DN-aaaaaaaaaaaaaaaaaaaaa - [0:0]
:CNI-DN-bbbbbbbbbbbbbbbbbbbbb - [0:0]
:CNI-DN-ccccccccccccccccccccc - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
-A OUTPUT -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
-A CNI-DN-aaaaaaaaaaaaaaaaaaaaa -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.9.1.5:80
-A CNI-DN-bbbbbbbbbbbbbbbbbbbbb -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.9.1.6:80
-A CNI-DN-ccccccccccccccccccccc -p udp -m udp --dport 8080 -j DNAT --to-destination 10.9.1.6:80
-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \\"net\\" id: \\"a\\"" -m multiport --dports 8080 -j CNI-DN-aaaaaaaaaaaaaaaaaaaaa
-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \\"net\\" id: \\"b\\"" -m multiport --dports 8080 -j CNI-DN-bbbbbbbbbbbbbbbbbbbbb
-A CNI-HOSTPORT-DNAT -p udp -m comment --comment "dnat name: \\"net\\" id: \\"b\\"" -m multiport --dports 8080 -j CNI-DN-ccccccccccccccccccccc
COMMIT
`;
const pod = `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: apps}
spec: {containers: [{name: web, image: web, ports: [{containerPort: 80, hostPort: 8080}]}]}
status: {podIP: 10.9.1.6}
`;

it('host ports: the one that comes first takes all, and no Pod is behind it', async () => {
  const { out } = await run(['explain', '--quiet', '--format', 'json', file(hostPorts), file(pod, 'pod.yaml')]);
  const rows = (JSON.parse(out) as OverviewExplanation).hostPorts;
  expect(rows.map(({ port, to, pod: behind }) => [port, to, behind])).toEqual([
    ['TCP 8080', '10.9.1.5:80', ''],
    ['TCP 8080', '10.9.1.6:80', 'apps/web'],
    ['UDP 8080', '10.9.1.6:80', 'apps/web'],
  ]);
  expect(rows[0]?.problem).toContain('no Pod of the inputs has this address');
  expect(rows[1]?.problem).toContain('gets no packets: rule 1 of CNI-DN-aaaaaaaaaaaaaaaaaaaaa comes first');
  expect(rows[2]?.problem).toBe('');
  expect(await explain(file(hostPorts))).toContain('3 host ports');
});

it('what a rule takes out of connection tracking meets no Service rule, and why is told', async () => {
  const raw =
    '*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d 10.101.0.9/32 -p tcp -m tcp --dport 80 -j NOTRACK\nCOMMIT\n';
  expect(await explain('blog/front', file(raw + weaveNode))).toContain(
    'to cluster IP 10.101.0.9:80: a rule takes it out of connection tracking (NOTRACK), so no Service rule sees it',
  );
});

it.each(['—', '–'])('a dump in which %s stands for two hyphens is read', async (dash) => {
  const pasted = weaveNode.replace(/ --(?=[a-z])/g, ` ${dash}`);
  const { out, err } = await run(['explain', '--quiet', file(pasted)]);
  expect(err).toBe('');
  expect(out).toBe((await run(['explain', '--quiet', file(weaveNode)])).out);
});

it('ports that an old iptables left out are those of the manifests, and no share is told', async () => {
  const lost = weaveNode.replace(/ -m tcp --dport \d+/g, '');
  const text = await explain('blog/front', file(lost), file(weaveService, 'lost.yaml'));
  expect(text).toContain('Port, TCP 80 → 8080 at the endpoints');
  expect(text).toContain('cluster IP 10.101.0.9:80 the dump does not show the port, which is that of the manifests');
  expect(text).toContain('node port *:32100');
  expect(text).not.toContain('Share');
});

it('comments with quotes stand in the other quotes', async () => {
  const save = file(
    '*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -s 10.7.0.0/16 -m comment --comment "name: \\"net\\"" -j MASQUERADE\nCOMMIT\n',
  );
  expect(await words('trace', '--quiet', '--to', '203.0.113.1:80', '--from', '10.7.0.9', save)).toContain(
    `by rule 1 of POSTROUTING (table nat): 'name: "net"'.`,
  );
});

describe('a part of the overview', () => {
  const node = weaveNode.replace('COMMIT', '-A POSTROUTING -j ACCEPT\n-A POSTROUTING -j RETURN\nCOMMIT');

  it('of one namespace', async () => {
    expect(await explain('-n', 'blog', file(node))).toContain('1 Service port of namespace blog');
    expect(await explain('-n', 'blgo', file(node))).toContain(
      'there is no Service in namespace "blgo"; did you mean blog?',
    );
  });

  it('what is wrong only', async () => {
    const text = await explain('--problems', file(node));
    expect(text).toContain('matches every packet that reaches it');
    expect(text).not.toMatch(/blog\/front|Weave Net|KUBE-XLB/);
    expect(await explain('--problems', file(weaveNode))).toContain('Nothing is wrong.');
    expect(await explain('--problems', 'blog/front', file(node))).toContain('leave the TARGET out');
  });

  it('of many that are alike, one sentence', async () => {
    const services = Array.from(
      { length: 12 },
      (_, index) =>
        `apiVersion: v1\nkind: Service\nmetadata: {name: s${index}, namespace: many}\nspec: {ports: [{port: 80}]}\n`,
    );
    const text = await explain(file(services.join('---\n'), 'many.yaml'));
    expect(text).toMatch(/12 Service ports \(many\/s0 TCP, .* and 7 more\): it has no selector/);
  });
});

describe('what another program does to a Service', () => {
  it('who gives clients the address of the node is named, and no note says that servers see their own', async () => {
    const text = await explain('blog/front', file(weaveNode));
    expect(text).toContain(
      "to node port 32100: all to 10.32.0.7:8080; the server sees an address of this node, not the client's, by rule 2 of " +
        "WEAVE (table nat), which is Weave Net's.",
    );
    expect(text).not.toContain("which see the clients' addresses");
  });

  it('trace says why no rule of table nat is asked', async () => {
    const raw =
      '*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d 10.101.0.9/32 -p tcp -m tcp --dport 80 -j NOTRACK\nCOMMIT\n';
    const text = await words('trace', '--quiet', '--to', '10.101.0.9:80', '--from', '10.32.0.9', file(raw + weaveNode));
    expect(text).toContain(
      'Rule 1 of PREROUTING (table raw) takes it out of connection tracking (NOTRACK), so no rule of table nat sees it.',
    );
  });
});

describe('an endpoint that is a cluster IP', () => {
  const node = weaveNode
    .replace('--to-destination 10.44.0.7:8080', '--to-destination 10.101.0.77:8080')
    .replace(
      '-A KUBE-SVC-CCCC',
      '-A KUBE-SERVICES -d 10.101.0.77/32 -p tcp -m comment --comment "blog/back: cluster IP" -m tcp --dport 8080 -j KUBE-SVC-DDDDDDDDDDDDDDDD\n' +
        '-A KUBE-SVC-CCCC',
    )
    .replace(':WEAVE - ', ':KUBE-SVC-DDDDDDDDDDDDDDDD - [0:0]\n:WEAVE - ');
  const why =
    '10.101.0.77:8080 is the cluster IP of blog/back, and a destination is rewritten only once: connections leave for an ' +
    'address that no machine has.';

  it('is a problem to explain, a failed check, and told by trace', async () => {
    expect(await explain('blog/front', file(node))).toContain(`The endpoint ${why}`);
    expect(await explain('blog/front', file(weaveNode))).not.toContain('address that no machine has');
    const check = await words('check', '--quiet', 'svc/front', '-n', 'blog', file(node));
    expect(check).toContain(`FAILED It has endpoints ${why}`);
    expect(check).toMatch(/FAILED A Pod reaches it/);
    const trace = await words('trace', '--quiet', '--to', '10.101.0.9:80', '--from', '10.32.0.9', file(node));
    expect(trace).toContain(why);
  });
});

describe('a part of a dump', () => {
  const rules = weaveNode.replace(/^-A (OUTPUT|POSTROUTING).*\n/gm, '');
  const claims = /no rule of (OUTPUT|POSTROUTING)|CANARY|left over|does not have|is empty/i;
  it.each([
    ['what grep leaves', rules.replace(/^[:*C].*\n/gm, '')],
    ['a dump that is cut off', rules.replace('COMMIT\n', '')],
    ['a dump of which lines were left out', rules.replace('-A KUBE-POSTROUTING', '[...]\n-A KUBE-POSTROUTING')],
  ])('%s: nothing follows from what is not there', async (_, text) => {
    const overview = await words('explain', file(text));
    expect(overview).toContain('The dump shows a part of table nat only');
    expect(overview).not.toMatch(claims);
    expect(await explain('blog/front', file(text))).not.toMatch(claims);
    const lint = await words('lint', '--no-settings', file(text));
    expect(lint).not.toMatch(/node\/(services-not-reached|masquerade-missing|unreachable-chain|missing-chain)/);
  });

  it('of the whole dump the same is a fault', async () => {
    expect(await words('explain', file(rules))).toMatch(/no rule of OUTPUT jumps to KUBE-SERVICES/);
  });
});

it('endpoints that an old iptables could not print are not taken for none', async () => {
  const hidden = weaveNode.replaceAll(
    / -m tcp -j DNAT --to-destination [^\n]*/g,
    ' -m tcp -j DNAT [unsupported revision]',
  );
  const text = await explain('blog/front', file(hidden));
  expect(text).toContain('The dump does not show the address of 2 endpoints ([unsupported revision])');
  expect(text).toContain('cluster IP 10.101.0.9:80: a rule sends it to an address that the dump does not show');
  expect(text).not.toContain('no Service rule matches it');
  expect(await explain(file(hidden))).toContain('not shown !');
});

it('a mark to drop by an old kube-proxy drops nothing that is passed on', async () => {
  const filter = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:KUBE-FIREWALL - [0:0]
-A INPUT -j KUBE-FIREWALL
-A OUTPUT -j KUBE-FIREWALL
-A KUBE-FIREWALL -m comment --comment "kubernetes firewall for dropping marked packets" -m mark --mark 0x8000/0x8000 -j DROP
COMMIT
`;
  const balancer = weaveNodeWithout.replace(
    '-A KUBE-SERVICES -m comment',
    '-A KUBE-SERVICES -d 192.0.2.200/32 -p tcp -m comment --comment "blog/front: loadbalancer IP" -m tcp --dport 80 -j KUBE-XLB-CCCCCCCCCCCCCCCC\n' +
      '-A KUBE-SERVICES -m comment',
  );
  const save = file(balancer + filter);
  expect(await explain('blog/front', save)).toContain(
    'load balancer 192.0.2.200:80: it is marked for dropping, but no rule drops forwarded packets with that mark',
  );
  const host = file(
    '{"nodeIPs":["192.168.0.11"],"interfaces":[{"name":"eth0","addresses":["192.168.0.11/24"]}]}',
    'n.json',
  );
  const to = ['trace', '--quiet', '--host', host, '--to', '192.0.2.200:80'];
  expect(await words(...to, '--from', '203.0.113.5', save)).toContain(
    'It is marked for dropping (KUBE-MARK-DROP), but',
  );
});

it('Pods are known by the rule that lets them past a Local policy, too', async () => {
  const redirect = weaveNode
    .replace(/-A WEAVE .*\n/g, '')
    .replace(
      '-A KUBE-XLB-CCCCCCCCCCCCCCCC -m comment --comment "Balancing',
      '-A KUBE-XLB-CCCCCCCCCCCCCCCC -s 10.32.0.0/12 -m comment --comment "Redirect pods trying to reach external loadbalancer VIP to clusterIP" -j KUBE-SVC-CCCCCCCCCCCCCCCC\n' +
        '-A KUBE-XLB-CCCCCCCCCCCCCCCC -m comment --comment "Balancing',
    );
  const text = await explain('blog/front', file(redirect));
  expect(text).toContain('From a Pod (a source in 10.32.0.0/12)');
  expect(text).not.toContain('outside the cluster in 10.32');
});

it('host ports: one of 0.0.0.0 gets nothing, and trace knows that no Pod is behind one', async () => {
  const zero = hostPorts.replace(
    '-A CNI-DN-aaaaaaaaaaaaaaaaaaaaa -p',
    '-A CNI-DN-aaaaaaaaaaaaaaaaaaaaa -d 0.0.0.0/32 -p',
  );
  expect(await explain(file(zero))).toContain('gets no packets: none has the destination 0.0.0.0');
  const to = ['trace', '--quiet', '--to', '192.168.0.11:8080', '--from', '192.168.0.50'];
  const host = file(
    '{"nodeIPs":["192.168.0.11"],"interfaces":[{"name":"eth0","addresses":["192.168.0.11/24"]}]}',
    'h.json',
  );
  expect(await words(...to, '--host', host, file(hostPorts), file(pod, 'other.yaml'))).toContain(
    'No Pod of the inputs has the address 10.9.1.5, so the rule of its host port may be left over.',
  );
  expect(await words(...to, '--host', host, file(hostPorts))).not.toContain('No Pod of the inputs');
});

describe('rules that a packet nearly met', () => {
  const host = [
    '--host',
    file('{"nodeIPs":["192.168.0.11"],"interfaces":[{"name":"eth0","addresses":["192.168.0.11/24"]}]}', 'k.json'),
  ];
  const trace = (text: string, ...more: string[]): Promise<string> =>
    words('trace', '--quiet', ...host, ...more, file(text));

  it('one that would let it pass, but comes after the one that stops it', async () => {
    const node = chain(
      '-A FORWARD -s 10.2.0.0/16 -j ACCEPT\n-A FORWARD -j REJECT --reject-with icmp-host-prohibited\n-A FORWARD -s 10.9.0.0/16 -j ACCEPT\n-A FORWARD -s 10.1.0.0/16 -j ACCEPT',
    );
    const to = ['--to', '203.0.113.9:443', '--in-interface', 'cni0', '--from'];
    expect(await trace(node, ...to, '10.1.0.5')).toContain(
      'Rule 4 of FORWARD (table filter) would accept it, but comes after that rule.',
    );
    expect(await trace(node, ...to, '10.3.0.5')).not.toContain('would accept it');
  });

  it('what a policy of table filter drops has none in table nat', async () => {
    const drops = chain('-A FORWARD -s 10.2.0.0/16 -j ACCEPT').replace(':FORWARD ACCEPT', ':FORWARD DROP');
    const text = await trace(drops + weaveNode, '--to', '203.0.113.9:443', '--from', '10.1.0.5');
    expect(text).toContain('the policy of FORWARD is DROP');
    expect(text).not.toContain('Nearly');
  });

  it('a host port of another protocol, or of one address, behind a firewall', async () => {
    const node =
      chain('-A INPUT -j REJECT') + hostPorts.replace('--dport 8080 -j CNI-DN-c', '--dport 9090 -j CNI-DN-c');
    const zero = node.replace(
      '-A CNI-DN-aaaaaaaaaaaaaaaaaaaaa -p',
      '-A CNI-DN-aaaaaaaaaaaaaaaaaaaaa -d 192.168.0.12/32 -p',
    );
    const one = zero.replace(/-A \S+ .*CNI-DN-b.*\n|-A CNI-DN-b.*\n/g, '');
    const from = ['--from', '192.168.0.50', '--to'];
    expect(await trace(one, ...from, '192.168.0.11:8080')).toContain(
      'which leads to 10.9.1.5:80, is for 192.168.0.12 only.',
    );
    expect(await trace(one, ...from, '192.168.0.11:8080', '--protocol', 'sctp')).toContain('--protocol tcp');
  });
});

it('ports that Docker publishes are host ports, of no Pod', async () => {
  const docker = `*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.3:80
COMMIT
`;
  const { out } = await run(['explain', '--quiet', '--format', 'json', file(docker), file(pod, 'docker-pod.yaml')]);
  const rows = (JSON.parse(out) as OverviewExplanation).hostPorts;
  expect(rows.map(({ port, to, owner, problem }) => [port, to, owner, problem])).toEqual([
    ['TCP 8080', '172.17.0.2:80', 'Docker', ''],
    ['TCP 8080', '172.17.0.3:80', 'Docker', expect.stringMatching(/^gets no packets: rule 1 of DOCKER comes first/)],
  ]);
});
