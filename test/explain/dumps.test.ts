import { readFileSync } from 'node:fs';
import { explain } from '../../src/explain/explain.js';
import { readTarget } from '../../src/explain/target.js';
import type { ExplainedPort, Knowledge, OverviewExplanation } from '../../src/explain/types.js';
import { chainHash } from '../../src/proxy/chain-hash.js';
import { printSave } from '../../src/iptables/print/save.js';
import { fromDump, fromManifests, fromRules } from './support/knowledge.js';
import { before124, before124WithoutLocal, crowded, fiveDecimals, userspace } from './support/old-dumps.js';

function port(knowledge: Knowledge, name: string): ExplainedPort {
  const { explanation } = explain(knowledge, readTarget(name, 'default'));
  const found = explanation?.kind === 'service' ? explanation.ports[0] : undefined;
  if (found === undefined) throw new Error(`${name} is not found`);
  return found;
}

function overview(knowledge: Knowledge): OverviewExplanation {
  const { explanation } = explain(knowledge, undefined);
  if (explanation?.kind !== 'overview') throw new Error('no overview');
  return explanation;
}

/** `client → address: outcome or endpoints (source)`, one per row. */
function rows({ traffic }: ExplainedPort): string[] {
  return traffic.map(
    ({ from, to, fate, endpoints, source }) =>
      `${from.join(' / ')} → ${to.join(' / ')}: ${fate === 'delivered' ? `${endpoints.map(({ endpoint }) => endpoint).join(' ')} (${source})` : fate}`,
  );
}

const web = `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  clusterIP: 10.96.0.50
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: 8080}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: web}]}}
`;

describe('rules of kube-proxy 1.23 and older', () => {
  it('lead from outside to endpoints of this node, from Pods and the node to all', () => {
    expect(rows(port(fromDump(before124), 'shop/web'))).toEqual([
      'a Pod (a source in 10.244.0.0/16) → cluster IP 10.96.0.50:80 / load balancer 203.0.113.7:80 / node port 30080: 10.244.1.5:8080 10.244.2.6:8080 (client)',
      'this node itself / a client outside the cluster (only if the network routes cluster IPs here) → cluster IP 10.96.0.50:80: 10.244.1.5:8080 10.244.2.6:8080 (node)',
      'this node itself → load balancer 203.0.113.7:80 / node port 30080: 10.244.1.5:8080 10.244.2.6:8080 (node)',
      'a client outside the cluster → load balancer 203.0.113.7:80 / node port 30080: 10.244.1.5:8080 (client)',
    ]);
  });

  it('drop by mark what is for a node without endpoints', () => {
    expect(rows(port(fromDump(before124WithoutLocal), 'shop/web')).at(-1)).toBe(
      'a client outside the cluster → node port 30080: dropped',
    );
  });

  it('tell their age', () => {
    const messages = overview(fromDump(before124))
      .notes.map(({ message }) => message)
      .join('\n');
    expect(messages).toContain('KUBE-XLB-… chains: kube-proxy 1.23 or older');
    expect(messages).toContain('a kubelet of 1.27 or older');
  });
});

// kube-proxy opens connections of its own (kubernetes.io, "Virtual IPs and service proxies", of 1.25: userspace mode
// obscures the source).
it("rules of userspace mode lead to kube-proxy's own port", () => {
  expect(rows(port(fromDump(userspace), 'shop/web'))).toEqual([
    'a Pod / a client outside the cluster (only if the network routes cluster IPs here) → cluster IP 10.96.0.50:80: this node:43211 (node)',
    'this node itself → cluster IP 10.96.0.50:80 / node port 30080: 192.168.0.11:43211 (node)',
    'a Pod / a client outside the cluster → node port 30080: this node:43211 (node)',
  ]);
  expect(overview(fromDump(userspace)).notes[0]?.message).toContain('userspace mode, which 1.26 removed');
  expect(overview(fromDump(userspace)).services[0]?.endpoints).toBe('by kube-proxy');
  expect(port(fromDump(userspace), 'shop/web').addresses.map(({ note }) => note)).toEqual(['', '']);
});

describe('probabilities of 5 decimals', () => {
  it('are told apart, and read as thirds all the same', () => {
    const knowledge = fromDump(fiveDecimals(3));
    expect(
      overview(knowledge)
        .notes.map(({ message }) => message)
        .join('\n'),
    ).toContain('probabilities of 5 decimals');
    expect(port(knowledge, 'shop/web').endpoints.map(({ share }) => share.toFixed(4))).toEqual([
      '0.3333',
      '0.3333',
      '0.3333',
    ]);
  });

  it('are unfair to the last of very many endpoints, which is said', () => {
    expect(port(fromDump(fiveDecimals(1000)), 'shop/web').notes.join('\n')).toContain('Shares differ');
  });
});

describe('a node with rules of many programs', () => {
  const { owners, notes } = overview(fromDump(crowded));
  const said = notes.map(({ message }) => message).join('\n');

  it('is told whose they are', () => {
    expect(owners.map(({ owner }) => owner)).toEqual([
      'built-in chains',
      'Cilium',
      'Docker',
      'Flannel',
      'kubelet',
      'kube-proxy',
      'Weave Net',
      'Calico',
      'no known owner',
    ]);
  });

  it('is told what nothing leads to', () => {
    expect(said).toContain(
      'no packet can reach 2 chains (KUBE-SEP-OLDOLDOLDOLDOLD2 and KUBE-SVC-GONEGONEGONEGON2), left over by kube-proxy',
    );
    expect(said).toContain(
      'no rule of OUTPUT jumps to KUBE-SERVICES, so packets that the node itself sends reach no Service',
    );
    expect(said).toContain('no packet can reach 1 chain (mine), of no known owner');
  });

  it('is told of jumps that stand twice', () => {
    expect(said).toContain('1 jump in PREROUTING is there more than once (to KUBE-SERVICES)');
  });

  it('finds a Service that only left-over chains name, and says so', () => {
    expect(port(fromDump(crowded), 'shop/gone').reasons[0]?.message).toBe(
      'its chains exist, but no rule leads to them: they are left over',
    );
  });
});

describe('rules without comments', () => {
  const stripped = async (): Promise<string> => {
    const [family] = (await fromManifests(web)).node.families;
    return printSave(family?.ruleSet ?? { family: 'ipv4', tables: [] }).replace(
      / -m comment --comment (?:"[^"]*"|\S+)/g,
      '',
    );
  };

  it('show a Service by its address and chains', async () => {
    const knowledge = fromDump(await stripped());
    expect(overview(knowledge).services).toEqual([
      expect.objectContaining({ service: 'cluster IP 10.96.0.50:80', endpoints: '3', addresses: '10.96.0.50:80' }),
    ]);
  });

  it("show its name where manifests give it, by the hash in the chains' names", async () => {
    const knowledge = await fromManifests(web, { dump: await stripped() });
    expect(overview(knowledge).services).toEqual([
      expect.objectContaining({ service: 'shop/web', endpoints: '3', port: 'http TCP' }),
    ]);
    expect(port(knowledge, 'shop/web').chains.map(({ chain }) => chain)).toContain(
      `KUBE-SVC-${chainHash('shop/web:httptcp')}`,
    );
  });
});

it('a dump that lacks a Service of the manifests says so', async () => {
  const knowledge = await fromManifests(web, { dump: crowded });
  expect(overview(knowledge).services.find(({ service }) => service === 'shop/web')?.problem).toBe(
    'the dump has no rules for it',
  );
});

describe('a dump and what the cluster has now', () => {
  const clusterOf = (addresses: readonly string[]): string => `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {clusterIP: 10.96.0.50, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{name: http, port: 8080, protocol: TCP}]
endpoints: [${addresses.map((address) => `{addresses: [${address}]}`).join(', ')}]
`;

  it('are compared endpoint by endpoint', async () => {
    const { reasons } = port(
      await fromManifests(clusterOf(['10.244.1.5', '10.244.3.7']), { dump: before124 }),
      'shop/web',
    );
    expect(reasons.map(({ message }) => message)).toEqual([
      'the rules send to 1 endpoint that the manifests do not have here (10.244.2.6:8080): the rules are older, or kube-proxy does not keep them up to date',
      'the rules lack 1 endpoint that the manifests have (10.244.3.7:8080): the rules are older, or kube-proxy does not keep them up to date',
    ]);
  });

  it('are at one', async () => {
    expect(
      port(await fromManifests(clusterOf(['10.244.1.5', '10.244.2.6']), { dump: before124 }), 'shop/web').reasons,
    ).toEqual([]);
  });

  it('are not compared where Pods are made up', async () => {
    const { reasons, endpoints } = port(await fromManifests(web, { dump: before124 }), 'shop/web');
    expect(reasons).toEqual([]);
    expect(endpoints.map(({ endpoint }) => endpoint)).toEqual(['10.244.1.5:8080', '10.244.2.6:8080']);
  });
});

const balanced = (name: string, spec: string): string => `---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{name: http, port: 80, nodePort: ${name === 'a' ? 30001 : 30002}}], ${spec}}
status: {loadBalancer: {ingress: [{ip: 203.0.113.7}, {ip: 203.0.113.8, ipMode: Proxy}]}}
`;

it('the later of two Services that claim one address is told which one takes it all', async () => {
  const knowledge = await fromManifests(web + balanced('a', '') + balanced('b', ''));
  expect(port(knowledge, 'shop/a').reasons).toEqual([]);
  expect(port(knowledge, 'shop/b').reasons.map(({ message }) => message)).toEqual([
    'an earlier rule sends packets to 203.0.113.7, TCP port 80, to shop/a:http, which also claims it',
  ]);
});

describe('load balancers', () => {
  it('of ipMode Proxy are named, though no rule knows them', async () => {
    expect(
      port(await fromManifests(web + balanced('a', '')), 'shop/a').addresses.map(
        ({ kind, address, note }) => `${kind} ${address} ${note}`,
      ),
    ).toContain(
      'loadBalancerIP 203.0.113.8:80 ipMode Proxy: the load balancer accepts connections itself; no rule exists for this address',
    );
  });

  it('are passed by from inside, and source ranges leave node ports open', async () => {
    const notes = port(
      await fromManifests(web + balanced('a', 'loadBalancerSourceRanges: [198.51.100.0/24]')),
      'shop/a',
    ).notes.join('\n');
    expect(notes).toContain('never reaches the load balancer');
    expect(notes).toContain('its node port accepts connections from anywhere');
  });

  it('without an address are said to be waited for; a name in DNS is one', async () => {
    const notes = async (status: string): Promise<string> =>
      port(
        await fromManifests(
          `${web}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: late, namespace: shop}\n` +
            `spec: {type: LoadBalancer, clusterIP: 10.96.0.77, ports: [{port: 80, nodePort: 30077}]}\nstatus: ${status}\n`,
        ),
        'shop/late',
      ).notes.join('\n');
    const pending = 'No load balancer has assigned an address yet (status.loadBalancer is empty)';
    expect(await notes('{loadBalancer: {}}')).toContain(pending);
    expect(await notes('{loadBalancer: {ingress: [{hostname: lb.example.com}]}}')).not.toContain(pending);
  });
});

describe('rules without comments', () => {
  const bare = async (): Promise<Knowledge> => {
    const [rules] = (await fromManifests(web)).node.families;
    return fromDump(
      (rules === undefined ? '' : printSave(rules.ruleSet)).replace(/ -m comment --comment (?:"[^"]*"|\S+)/g, ''),
    );
  };

  it('know a Service by the hash of the name that is asked for, with or without its port', async () => {
    const knowledge = await bare();
    expect(
      ['shop/web:http', 'shop/web', 'shop/web:80'].map((name) => port(knowledge, name).addresses[0]?.address),
    ).toEqual(Array(3).fill('10.96.0.50:80'));
  });

  it('say how a name is found that is not known', async () => {
    expect(explain(await bare(), readTarget('shop/other', 'default'))).toMatchObject({
      missing: expect.stringContaining('a service port of these rules has no name') as string,
    });
  });
});

describe('source ranges of a load balancer that has a node port', () => {
  const toBalancer = async (ranges: string): Promise<string[]> => {
    const known = await fromManifests(`${web}${balanced('a', `loadBalancerSourceRanges: [${ranges}]`)}---
apiVersion: v1
kind: Node
metadata: {name: node-1}
status: {addresses: [{type: InternalIP, address: 192.168.0.2}]}
`);
    // As in a dump: the node's address is unknown.
    const dump = fromRules(known.node.families[0]?.ruleSet ?? { family: 'ipv4', tables: [] });
    const { explanation } = explain(dump, readTarget('shop/a', 'default'));
    return explanation?.kind === 'service'
      ? rows(explanation.ports[0] ?? port(dump, 'shop/a')).filter((row) => row.includes('load balancer'))
      : [];
  };

  it('let clients within through, and the node where they hold its address', async () => {
    expect(await toBalancer('198.51.100.0/24, 192.168.0.0/24')).toEqual([
      expect.stringMatching(
        /^a Pod.* \/ a client outside the cluster, not within loadBalancerSourceRanges → load balancer 203\.0\.113\.7:80: dropped$/,
      ),
      expect.stringMatching(
        /^this node itself \/ a client outside the cluster, within loadBalancerSourceRanges → load balancer 203\.0\.113\.7:80: 10\..*\(node\)$/,
      ),
    ]);
  });

  it('keep the node out where they do not', async () => {
    expect((await toBalancer('198.51.100.0/24')).find((row) => row.endsWith('dropped'))).toContain('this node itself');
  });
});

it("a node port leads somewhere even where nothing tells the node's address", async () => {
  const { traffic } = port(
    await fromManifests(`${web}---
apiVersion: v1
kind: Service
metadata: {name: six, namespace: shop}
spec: {type: NodePort, ipFamilies: [IPv6], clusterIP: "fd00:10:96::9", clusterIPs: ["fd00:10:96::9"], ports: [{name: http, port: 80, nodePort: 30009}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: six-1, namespace: shop, labels: {kubernetes.io/service-name: six}}
addressType: IPv6
ports: [{name: http, port: 80, protocol: TCP}]
endpoints: [{addresses: ["fd00:244::5"]}]
`),
    'shop/six',
  );
  expect(traffic.map(({ fate }) => fate)).toEqual(traffic.map(() => 'delivered'));
});

describe('a dump', () => {
  it('of one table says which is missing', () => {
    const nat = fromDump(
      userspace.replace(/\*filter[^]*?COMMIT\n/, '').replaceAll('KUBE-PORTALS-CONTAINER', 'KUBE-SERVICES'),
    );
    expect(overview(nat).notes[0]?.message).toBe(
      'the dump does not contain table filter, so it is unknown what its rules reject or drop (iptables-save without -t prints all tables)',
    );
  });

  it("of a node with a kubelet of 1.24 or newer has its KUBE-IPTABLES-HINT, which is nobody's leftover (KEP-3178)", () => {
    const knowledge = fromDump(
      '*mangle\n:PREROUTING ACCEPT [0:0]\n:KUBE-IPTABLES-HINT - [0:0]\n:KUBE-KUBELET-CANARY - [0:0]\nCOMMIT\n',
    );
    expect(overview(knowledge).notes.map(({ message }) => message)).toEqual([]);
    expect(overview(knowledge).owners.map(({ owner }) => owner)).toEqual(['built-in chains', 'kubelet']);
  });
});

/** Rules of a firewall and of a CNI plugin affect packets like kube-proxy's. */
describe("rules that are not kube-proxy's", () => {
  const recorded = readFileSync('golden/nodeport/iptables.ipv4.save', 'utf8');
  const beforeForward = (rules: string): string => recorded.replace('-A FORWARD', `${rules}\n-A FORWARD`);
  const stopped = (text: string): string[] =>
    port(fromDump(text), 'default/web').traffic.flatMap(({ from, fate, lost, by }) =>
      fate === 'delivered' && lost === 0
        ? []
        : [`${from.join(' / ')}: ${fate} ${by?.table ?? ''} ${by?.chain ?? ''} ${by?.rule ?? ''}`],
    );

  it('that stop one network are told with those clients', () => {
    expect(stopped(beforeForward('-A FORWARD -s 198.51.100.16/28 -j DROP'))).toEqual([
      'a client outside the cluster (only if the network routes cluster IPs here) in 198.51.100.16/28: dropped filter FORWARD 1',
      'a client outside the cluster in 198.51.100.16/28: dropped filter FORWARD 1',
    ]);
  });

  it('that stop what no rule before them lets through', () => {
    const [policy] = stopped(recorded.replace(':FORWARD ACCEPT', ':FORWARD DROP'));
    expect(policy).toContain('dropped mangle FORWARD 0');
  });

  it('that let everybody through change nothing', () => {
    expect(stopped(beforeForward('-A FORWARD -s 198.51.100.16/28 -j ACCEPT\n-A FORWARD -i docker0 -j ACCEPT'))).toEqual(
      [],
    );
  });
});
