/** explain for nftables: Services in kube-proxy's table, and chains, sets and maps of any table in words. */
import { readFileSync } from 'node:fs';
import { explain } from '../../src/explain/explain.js';
import { printExplanation, type ExplainFormat } from '../../src/explain/output/print.js';
import { nodeOfDump } from '../../src/explain/rules/node-of-dump.js';
import { readTarget } from '../../src/explain/target.js';
import type { Explanation, Knowledge, OverviewExplanation, ServiceExplanation } from '../../src/explain/types.js';
import { fromDump, fromManifests } from './support/knowledge.js';

const affinity = readFileSync('test/nftables/fixtures/kube-proxy-1.36-affinity.list', 'utf8');

function about(knowledge: Knowledge, target?: string): Explanation {
  const result = explain(knowledge, target === undefined ? undefined : readTarget(target, 'default'));
  if (result.explanation === undefined) throw new Error(result.missing);
  return result.explanation;
}

/** The explanation without line breaks, for tests that search for sentences. */
function told(knowledge: Knowledge, target?: string, format: ExplainFormat = 'text'): string {
  const style = { colour: false, width: 4000, tableWidth: Infinity };
  return printExplanation(about(knowledge, target), format, style);
}

const objects = (services: string): string =>
  `apiVersion: v1
kind: Node
metadata: {name: n1}
spec: {podCIDR: 10.244.1.0/24, podCIDRs: [10.244.1.0/24]}
status: {addresses: [{type: InternalIP, address: 192.168.0.11}]}
---
${services}`;

const slice = (name: string, addresses: string): string => `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}-1, namespace: default, labels: {kubernetes.io/service-name: ${name}}}
addressType: IPv4
ports: [{name: http, port: 8080, protocol: TCP}]
endpoints: [${addresses}]
---`;

const balancer = objects(`apiVersion: v1
kind: Service
metadata: {name: web, namespace: default}
spec:
  type: LoadBalancer
  clusterIP: 10.96.0.50
  externalTrafficPolicy: Local
  loadBalancerSourceRanges: [203.0.113.0/25]
  ports: [{name: http, port: 80, nodePort: 30080}]
status: {loadBalancer: {ingress: [{ip: 198.51.100.7}]}}
---${slice(
  'web',
  '{addresses: [10.244.1.5], nodeName: n1, conditions: {ready: true}}, {addresses: [10.244.2.6], nodeName: n2, conditions: {ready: true}}',
)}
apiVersion: v1
kind: Service
metadata: {name: bare, namespace: default}
spec: {clusterIP: 10.96.0.51, ports: [{name: http, port: 80}]}
`);

async function dumpOf(text: string, minor = 36): Promise<string> {
  const { node } = await fromManifests(text, { mode: 'nftables', kubeVersion: { minor } });
  const { listTable } = await import('../../src/nftables/print-list.js');
  return node.families.flatMap(({ nftables = [] }) => nftables.flatMap((table) => [...listTable(table)])).join('');
}

describe('a Service in nftables', () => {
  it('of a dump: name, addresses, endpoints and affinity, by the rules alone', () => {
    const { ports } = about(fromDump(affinity), 'svc/web') as ServiceExplanation;
    expect(ports).toMatchObject([
      {
        name: 'default/web:http',
        addresses: [{ kind: 'clusterIP', address: '10.96.0.50:80' }],
        endpoints: [
          { endpoint: '10.244.2.5:8080', share: 0.5 },
          { endpoint: '10.244.3.6:8080', share: 0.5 },
        ],
      },
    ]);
    expect(told(fromDump(affinity), 'svc/web')).toContain('until it has opened no new connection for');
  });

  it.each([30, 33, 36])('says whose address endpoints see, and who is dropped, in version 1.%i', async (minor) => {
    const dump = await dumpOf(balancer, minor);
    for (const knowledge of [
      fromDump(dump),
      await fromManifests(balancer, { mode: 'nftables', kubeVersion: { minor } }),
    ]) {
      const { ports } = about(knowledge, 'svc/web') as ServiceExplanation;
      const rows = ports[0]?.traffic ?? [];
      const toBalancer = rows.filter(({ to }) => to.some((one) => one.startsWith('load balancer')));
      expect(
        toBalancer.find(({ from }) => from.some((one) => one.includes('within') && !one.includes('not within'))),
      ).toMatchObject({ fate: 'delivered', source: 'client', endpoints: [{ endpoint: '10.244.1.5:8080' }] });
      expect(toBalancer.find(({ from }) => from.some((one) => one.includes('not within')))?.fate).toBe('dropped');
      expect(ports[0]?.addresses.map(({ kind }) => kind)).toEqual(['clusterIP', 'loadBalancerIP', 'nodePort']);
      expect(told(knowledge, 'svc/web')).toContain('externalTrafficPolicy Local');
    }
  });

  it('says why nothing flows', async () => {
    const dump = await dumpOf(balancer);
    expect(told(fromDump(dump), 'svc/bare')).toContain('There was no ready endpoint when kube-proxy wrote these rules');
    const known = await fromManifests(balancer, { mode: 'nftables', kubeVersion: { minor: 36 } });
    const { ports } = about(known, 'svc/bare') as ServiceExplanation;
    expect(ports[0]?.reasons.length).toBeGreaterThan(0);
    expect(ports[0]?.traffic.every(({ fate }) => fate === 'refused')).toBe(true);
  });

  it('names who has an address that two Services claim', async () => {
    const two = ['a', 'b']
      .map(
        (name) =>
          `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: default}\nspec: {clusterIP: 10.96.0.${name === 'a' ? 1 : 2}, ` +
          `externalIPs: [192.0.2.9], ports: [{name: http, port: 80}]}\n---` +
          slice(name, '{addresses: [10.244.1.5], nodeName: n1, conditions: {ready: true}}'),
      )
      .join('\n');
    const knowledge = await fromManifests(objects(two), { mode: 'nftables', kubeVersion: { minor: 36 } });
    expect(told(knowledge, 'svc/a')).toContain(
      'The map service-ips sends packets to 192.0.2.9, TCP port 80, to default/b:http, which also claims it',
    );
    expect(told(knowledge, 'svc/b')).not.toContain('also claims it');
  });

  it('tells a table that is cut off from its hooks', async () => {
    const cut = (await dumpOf(balancer)).replace(/(chain nat-prerouting \{\n.*\n)\t\tjump services\n/, '$1');
    expect(told(fromDump(cut), 'svc/web')).toContain(
      'no rule of hook prerouting leads to the map service-ips'.slice(3),
    );
    expect(told(fromDump(cut))).toContain('so incoming packets reach no Service');
    const unmasked = (await dumpOf(balancer)).replace(/\t\tjump masquerading\n/, '');
    expect(told(fromDump(unmasked))).toContain('masquerades, so nothing is masqueraded');
  });

  it('draws who shares out what', () => {
    const graph = told(fromDump(affinity), 'svc/web', 'mermaid');
    expect(graph).toMatch(/n2\[\["service-[A-Z2-7]{8}-default\/web\/tcp\/http"\]\]/);
    expect(graph).toContain('-->|"1/2"|');
  });
});

describe('the node of a dump', () => {
  const second = `---
apiVersion: v1
kind: Node
metadata: {name: n2}
spec: {podCIDR: 10.244.2.0/24, podCIDRs: [10.244.2.0/24]}
status: {addresses: [{type: InternalIP, address: 192.168.0.12}]}
`;

  it.each(['n1', 'n2'])('is known by its node ports, or its endpoints: %s', async (node) => {
    const text = balancer + second;
    for (const minor of [33, 36]) {
      const { node: made } = await fromManifests(text, { mode: 'nftables', node, kubeVersion: { minor } });
      const cluster = made.completed?.cluster;
      if (cluster === undefined) throw new Error('no cluster');
      expect(nodeOfDump(made.families, cluster)?.name).toBe(node);
      const tables = made.families.map((family) => ({
        ...family,
        nftables:
          family.nftables?.map((table) => ({
            ...table,
            parts: table.parts.filter((part) => part.kind === 'rawPart' || part.name !== 'nodeport-ips'),
          })) ?? [],
      }));
      expect(nodeOfDump(tables, cluster)?.name).toBe(node);
    }
  });
});

describe('an overview of nftables', () => {
  it('lists Services, the versions that write such rules, and owners of tables', () => {
    const other = 'table inet firewalld {\n\tchain filter_INPUT {\n\t\taccept\n\t}\n}\n';
    const explanation = about(fromDump(affinity + other)) as OverviewExplanation;
    expect(explanation.mode).toBe('nftables');
    expect(explanation.services).toMatchObject([
      { service: 'default/web', port: 'http TCP ipv4', addresses: '10.96.0.50:80', endpoints: '2' },
    ]);
    expect(explanation.owners.map(({ owner, family }) => `${owner} ${family}`)).toEqual([
      'kube-proxy ipv4',
      'firewalld inet',
    ]);
  });

  it.each([
    [30, '1.32 or older'],
    [32, '1.32 or older'],
    [33, '1.33 to 1.35'],
    [35, '1.33 to 1.35'],
    [36, '1.36 or newer'],
  ])('knows rules of 1.%i', async (minor, words) => {
    expect(told(fromDump(await dumpOf(balancer, minor)))).toContain(words);
  });
});

describe('chains, sets and maps of nftables', () => {
  const firewall = `table inet fw {
	set allowed {
		type ipv4_addr
		flags interval
		elements = { 10.0.0.0/8, 192.168.1.5 }
	}

	map ports {
		type inet_service : verdict
		elements = { 22 : accept, 80 : jump web }
	}

	chain web {
		ct count over 20 reject with tcp reset
	}

	chain lost {
		drop
	}

	chain input {
		type filter hook input priority filter; policy drop;
		ct state vmap { invalid : drop, established : accept, related : accept }
		iifname "lo" accept
		iifname { "eth0", "veth*" } ip saddr != @allowed drop
		ip saddr @allowed tcp dport { 22, 80, 443 } accept comment "admins"
		tcp dport vmap @ports
		icmpv6 type { nd-neighbor-solicit, echo-request } accept
		meta l4proto { tcp, udp } th dport 53 counter packets 3 bytes 200 accept
		tcp flags & (fin | syn | rst | ack) == syn log prefix "new: " drop
		fib saddr . iif oif 0 drop
		ip saddr . tcp dport { 10.0.0.1 . 80 } meta mark set 0x00000001
		meta mark & 0x000000ff == 0x00000001 ip protocol icmp
		ether saddr 02:00:00:00:00:01 limit rate over 10/second drop
		frobnicate 3 drop
	}
}
`;
  const knowledge = fromDump(firewall);

  it('each rule is a sentence', () => {
    const lines = told(knowledge, 'inet fw:input').split('\n');
    expect(lines.filter((line) => /^ *\d+\. /.test(line)).map((line) => line.trim())).toEqual([
      '1. Every packet continues by its connection state: invalid is dropped without an answer, established is accepted and related is accepted.',
      '2. A packet that came in through lo is accepted.',
      '3. A packet that came in through eth0 or an interface with a name that begins with veth and does not come from an address in the set allowed is dropped without an answer.',
      '4. A packet that comes from an address in the set allowed and is TCP to ports 22, 80 or 443 is accepted. — admins',
      '5. Every packet continues where the map ports leads for its TCP destination port, if it has such an entry.',
      '6. A packet that is ICMPv6 of type nd-neighbor-solicit or echo-request is accepted.',
      '7. A packet that is TCP or UDP and goes to port 53 is accepted.',
      '8. A packet that is TCP opening a connection (SYN) is written to the kernel log with "new: " and is dropped without an answer.',
      '9. A packet that came in through no interface that leads back to its source is dropped without an answer.',
      '10. A packet that has its source and TCP destination port equal to 10.0.0.1 . 80 gets the mark 0x00000001.',
      '11. A packet that has the mark 0x1/0xff and is ICMP is only counted here, and continues.',
      '12. A packet that comes from the hardware address 02:00:00:00:00:01 and exceeds the limit of 10 packets a second is dropped without an answer.',
      '13. Every packet is given to "frobnicate 3 drop", which kubechains does not support.',
    ]);
  });

  it('maps and sets tell who asks them, and what they hold', () => {
    expect(told(knowledge, 'inet fw:ports')).toMatch(
      /Which rules use it[^]*input rule 5[^]*What has the key 80 continues/,
    );
    expect(told(knowledge, 'inet fw:allowed')).toContain('10.0.0.0/8 is in it.');
    expect(told(knowledge, 'fw:ports:2')).toContain('Element 2 of ports (table inet fw, ipv4)');
  });

  it('tells chains that no packet gets to, and tables of both families once', () => {
    expect(told(knowledge, 'inet fw:lost')).toContain('No packet can reach it');
    expect(told(knowledge, 'inet fw:lost').match(/Chain lost/g)).toHaveLength(1);
    expect(told(knowledge, 'inet fw:web')).toContain('ports element 2: What has the key 80 continues in web.');
  });

  it('one rule, by table, chain and number', () => {
    expect(told(knowledge, 'inet fw:input:5')).toMatch(/tcp dport vmap @ports\n[^]*Where it leads[^]*map ports/);
    expect(() => told(knowledge, 'fw:web:9')).toThrow('the chain web of table fw has 1 rule; there is no rule 9');
    expect(() => told(knowledge, 'inet fw:wep')).toThrow('there is no chain wep in table inet fw; did you mean web?');
  });

  it.each([
    ['services', 'every address of every Service'],
    ['kube-proxy:service-ips', 'What goes to 10.96.0.50 and is TCP to port 80 continues in service-'],
    ['ip kube-proxy:services:2', 'continues where the map service-ips leads for its destination, protocol and'],
    ['masquerading', 'loses the mark 0x4000'],
    ['cluster-ips-check', 'is rejected with an ICMP answer (port unreachable)'],
  ])('kube-proxy’s own: %s', (target, words) => {
    expect(told(fromDump(affinity), target)).toContain(words);
  });
});

describe('targets', () => {
  it.each([
    ['service-SUSTUHLJ-default/web/tcp/http', { kind: 'chain', chain: 'service-SUSTUHLJ-default/web/tcp/http' }],
    ['ip kube-proxy:services', { kind: 'chain', table: 'ip kube-proxy', chain: 'services' }],
    ['inet fw4:input_wan:3', { kind: 'rule', table: 'inet fw4', chain: 'input_wan', number: 3 }],
    ['default/web', { kind: 'service', namespace: 'default', service: 'web' }],
  ])('%s', (text, expected) => {
    expect(readTarget(text, 'x')).toMatchObject(expected);
  });

  it.each(['web:http', 'k8s', './services', 'input', 'my table:input'])('%s is none', (text) => {
    expect(readTarget(text, 'x')).toBeUndefined();
  });
});
