/**
 * Real packets through a cluster of several nodes, each with kube-proxy's rules: the Pod they reach, the client address
 * it sees, and whether the answer returns, compared with `kubechains trace`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completedOn } from '../../src/node/on-node.js';
import { completeText, generateTexts } from '../support/generate.js';
import { run } from '../support/run.js';
import type { Answer } from './agent.js';
import { clusterManifests, type ServiceText } from './cluster-manifests.js';
import { ClusterNetwork, nodeAddresses, outsideAddresses, podAddresses, type NetworkNode } from './cluster-network.js';
import { describeUnless, missingForKernelTests } from './network.js';

const nodes: readonly NetworkNode[] = [
  { name: 'alpha', number: 1, pods: { 'web-a': 5, 'web-b': 6, 'lonely-a': 7 } },
  { name: 'beta', number: 2, pods: { 'web-c': 5, 'client-b': 9 } },
  { name: 'gamma', number: 3, pods: { 'client-g': 9 } },
  { name: 'delta', number: 4, pods: { 'near-d': 5, 'client-d': 9 }, hasBridge: true },
];

const services: readonly ServiceText[] = [
  { name: 'web', app: 'web', number: 50, hasBalancer: true },
  { name: 'local', app: 'web', number: 51, hasBalancer: true, more: 'externalTrafficPolicy: Local' },
  { name: 'inner', app: 'web', number: 52, more: 'internalTrafficPolicy: Local' },
  { name: 'lonely', app: 'lonely', number: 53 },
  { name: 'idle', app: 'nobody', number: 54 },
  { name: 'near', app: 'near', number: 55 },
  {
    name: 'ranged',
    app: 'web',
    number: 56,
    hasBalancer: true,
    more: "loadBalancerSourceRanges: [198.18.0.0/15, '2001:db8:1::/48']",
  },
];
const numbers = new Map(services.map(({ name, number }) => [name, number]));

/** With this, kube-proxy recognises Pods; without, it masquerades nothing that outside clients send to cluster IPs. */
const withPodRange = "clusterCIDR: '10.244.0.0/16,fd00:10:244::/56'";

/** The ends of a packet's path. */
interface Way {
  /** `outside`, a node or a Pod. */
  readonly from: string;
  /** `SERVICE`, `balancer SERVICE`, `NODE SERVICE` for its node port there, or a Pod. */
  readonly to: string;
  /** The node to which a client outside sends packets for virtual addresses. */
  readonly via?: string;
}

const scenarios: readonly (readonly [string, readonly Way[]])[] = [
  [
    'a node port at any node',
    ['alpha', 'beta', 'gamma'].flatMap((node) => [
      { from: 'outside', to: `${node} web` },
      { from: 'outside', to: `${node} lonely` },
    ]),
  ],
  [
    'externalTrafficPolicy Local',
    [
      { from: 'outside', to: 'alpha local' },
      { from: 'outside', to: 'beta local' },
      { from: 'outside', to: 'gamma local' },
      { from: 'client-g', to: 'gamma local' },
      { from: 'client-b', to: 'beta local' },
      { from: 'gamma', to: 'gamma local' },
      { from: 'beta', to: 'gamma local' },
      { from: 'client-b', to: 'local' },
    ],
  ],
  [
    'a node port of another node, which keeps the source of Pods',
    [
      { from: 'web-a', to: 'gamma local' },
      { from: 'client-b', to: 'gamma local' },
      { from: 'client-b', to: 'alpha local' },
      { from: 'client-b', to: 'gamma web' },
      { from: 'lonely-a', to: 'beta lonely' },
    ],
  ],
  [
    'internalTrafficPolicy Local',
    ['web-a', 'client-b', 'client-g', 'beta', 'gamma'].map((from) => ({ from, to: 'inner' })),
  ],
  [
    'a cluster IP, on to the next node',
    [
      { from: 'client-g', to: 'web' },
      { from: 'client-b', to: 'web' },
      { from: 'client-g', to: 'lonely' },
      { from: 'gamma', to: 'lonely' },
      { from: 'alpha', to: 'web' },
    ],
  ],
  [
    'a Pod that reaches itself',
    [
      { from: 'lonely-a', to: 'lonely' },
      { from: 'web-a', to: 'web' },
      { from: 'web-c', to: 'inner' },
      { from: 'near-d', to: 'near' },
    ],
  ],
  [
    "a load balancer's address",
    [
      { from: 'outside', to: 'balancer web', via: 'gamma' },
      { from: 'outside', to: 'balancer local', via: 'beta' },
      { from: 'outside', to: 'balancer local', via: 'gamma' },
      { from: 'outside', to: 'balancer ranged', via: 'alpha' },
      { from: 'client-g', to: 'balancer web' },
      { from: 'client-g', to: 'balancer local' },
      { from: 'gamma', to: 'balancer local' },
    ],
  ],
  [
    'a cluster IP from outside, masqueraded',
    [
      { from: 'outside', to: 'web', via: 'beta' },
      { from: 'outside', to: 'lonely', via: 'gamma' },
    ],
  ],
  [
    'no endpoint',
    [
      { from: 'outside', to: 'beta idle' },
      { from: 'client-b', to: 'idle' },
      { from: 'gamma', to: 'idle' },
    ],
  ],
  [
    'Pods by their own addresses',
    [
      { from: 'client-b', to: 'web-a' },
      { from: 'gamma', to: 'lonely-a' },
      { from: 'outside', to: 'web-c', via: 'beta' },
    ],
  ],
];

interface Outcome {
  readonly verdict: 'ACCEPT' | 'DROP' | 'REJECT';
  readonly destination: string;
  readonly next?: readonly Pick<Outcome, 'verdict' | 'destination'>[];
  readonly seenAs?: string;
  readonly seenAsNode?: string;
  readonly reply?: { readonly comesBack: boolean };
}

interface Said {
  readonly assumptions: readonly string[];
  readonly outcomes: readonly Outcome[];
}

type Index = 0 | 1;
const families: readonly (readonly [string, Index])[] = [
  ['ipv4', 0],
  ['ipv6', 1],
];

describeUnless(missingForKernelTests('iptables-restore', 'nft', 'sysctl', 'bridge'), 'several nodes', () => {
  const network = new ClusterNetwork(`kn${process.pid}`, nodes);
  const directory = mkdtempSync(join(tmpdir(), 'kubechains-kernel-'));
  const file = join(directory, 'cluster.yaml');

  beforeAll(() => network.build(), 60_000);
  afterAll(() => {
    network.remove();
    rmSync(directory, { recursive: true });
  });

  /** Gives every node kube-proxy's rules. */
  let loaded = '';
  const load = async (configuration: string, mode = 'iptables'): Promise<void> => {
    if (loaded === `${mode} ${configuration}`) return;
    loaded = `${mode} ${configuration}`;
    const text = clusterManifests(nodes, services, configuration);
    writeFileSync(file, text);
    const completed = await completeText(text);
    for (const { name } of nodes) {
      const here = completedOn(completed, name);
      // nfacct counters need a kernel module of their own; without them, the rules handle traffic equally.
      const options = { ...here.options, host: { ...here.options.host, nfacct: false } };
      const texts = await generateTexts({ ...here, options }, mode);
      network.run(name, 'nft', ['flush', 'ruleset']);
      if (mode === 'iptables') {
        network.run(name, 'iptables-restore', [], texts.get('ipv4.save'));
        network.run(name, 'ip6tables-restore', [], texts.get('ipv6.save'));
      } else
        network.run(name, 'nft', ['-f', '-'], `${texts.get('ipv4.script') ?? ''}${texts.get('ipv6.script') ?? ''}`);
    }
  };

  /** The destination of a path, as trace accepts it and in numbers. */
  const placeOf = (
    to: string,
    index: Index,
  ): { readonly name: string; readonly address: string; readonly port: number } => {
    const [first = '', second] = to.split(' ');
    const number = numbers.get(second ?? first) ?? 0;
    const node = nodes.find(({ name }) => name === first);
    if (node !== undefined)
      return {
        name: `node/${first}:${30000 + number}`,
        address: nodeAddresses(node.number)[index],
        port: 30000 + number,
      };
    if (first === 'balancer') {
      const address = [`203.0.113.${number}`, `2001:db8:7::${number}`][index] ?? '';
      return { name: index === 0 ? `${address}:80` : `[${address}]:80`, address, port: 80 };
    }
    const home = nodes.find(({ pods }) => first in pods);
    if (home !== undefined)
      return {
        name: `pod/${first}:8080`,
        address: podAddresses(home.number, home.pods[first] ?? 0)[index],
        port: 8080,
      };
    return { name: `${first}:udp`, address: [`10.96.0.${number}`, `fd00:10:96::${number}`][index] ?? '', port: 80 };
  };

  const trace = async (words: readonly string[]): Promise<Said> => {
    const { out, err } = await run([
      'trace',
      '-q',
      '-n',
      'shop',
      '--format',
      'json',
      '--protocol',
      'udp',
      ...words,
      file,
    ]);
    if (out === '') throw new Error(err);
    return JSON.parse(out) as Said;
  };
  const said = async ({ from, to, via }: Way, index: Index, mode: string): Promise<string[]> => {
    const kind = nodes.some(({ name }) => name === from) ? 'node' : 'pod';
    const { name, address, port } = placeOf(to, index);
    // By the name of a Service, clients outside are taken to use its address for them; packets go to this one.
    const asked = from === 'outside' ? (index === 0 ? `${address}:${port}` : `[${address}]:${port}`) : name;
    const { outcomes } = await trace([
      ...['--from', from === 'outside' ? outsideAddresses[index] : `${kind}/${from}`],
      ...['--to', asked, '--ip-family', index === 0 ? 'ipv4' : 'ipv6', '--mode', mode],
      ...(via === undefined ? [] : ['--node', via]),
    ]);
    return sorted(outcomes.map(inWords));
  };
  const inWords = ({ verdict, destination, next = [], seenAs, seenAsNode, reply }: Outcome): string => {
    const last = next.at(-1) ?? { verdict, destination };
    if (last.verdict !== 'ACCEPT') return last.verdict === 'DROP' ? 'dropped' : 'refused';
    // A Pod drops packets from its own address.
    if (seenAs === undefined && seenAsNode === undefined) return 'dropped';
    const address = /^\[?(.*?)\]?:\d+$/.exec(last.destination)?.[1] ?? '';
    return arrival(network.ownerOf(address), seenAs ?? seenAsNode ?? '', reply?.comesBack !== false);
  };
  const arrival = (receiver: string, seenAs: string, isAnswered: boolean): string =>
    `${receiver} sees ${network.ownerOf(seenAs)}${isAnswered ? '' : ', no answer'}`;
  const observed = (answers: readonly Answer[]): string[] =>
    sorted(
      answers.map(({ error, receiver, seenAs, isAnswered }) =>
        receiver === ''
          ? ({ '': 'dropped', ECONNREFUSED: 'refused' }[error] ?? error)
          : arrival(receiver, seenAs, isAnswered),
      ),
    );
  /** A server sees no connection that is not answered. */
  const asConnections = (words: readonly string[]): string[] =>
    sorted(words.map((one) => (one.endsWith(', no answer') ? 'dropped' : one)));
  const sorted = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

  /** With three endpoints and forty connections, one endpoint is missed once in three million runs. */
  const ask = async (
    { from, to }: Way,
    index: Index,
    protocol: 'udp' | 'tcp',
    isShared: boolean,
  ): Promise<string[]> => {
    const { address: destination, port } = placeOf(to, index);
    const source = from === 'outside' ? outsideAddresses[index] : '';
    return observed(await network.ask(from, { protocol, source, destination, port, count: isShared ? 40 : 4 }));
  };

  /** Compares all paths of a scenario, a few of them at once. */
  const compare = async (ways: readonly Way[], index: Index, mode = 'iptables'): Promise<void> => {
    const told: Record<string, unknown> = {};
    const seen: Record<string, unknown> = {};
    const ready: { readonly way: Way; readonly name: string; readonly isShared: boolean }[] = [];
    for (const way of ways) {
      const words = await said(way, index, mode);
      const name = `${way.from} to ${way.to}${way.via === undefined ? '' : ` via ${way.via}`}`;
      told[name] = { udp: words, tcp: asConnections(words) };
      ready.push({ way, name, isShared: words.length > 1 });
    }
    for (const batch of batchesOf(ready)) {
      const via = batch[0]?.way.via;
      if (via !== undefined) network.sendBy(via);
      await Promise.all(
        batch.map(async ({ way, name, isShared }) => {
          const [udp, tcp] = await Promise.all([ask(way, index, 'udp', isShared), ask(way, index, 'tcp', isShared)]);
          seen[name] = { udp, tcp };
        }),
      );
    }
    expect(seen).toEqual(told);
  };
  /** A slow machine can answer only a limited number in time, and the client outside uses one node at a time. */
  const batchesOf = <Item extends { readonly way: Way }>(items: readonly Item[]): Item[][] => {
    const batches: Item[][] = [];
    for (const item of items) {
      const last = batches.at(-1);
      if (last !== undefined && last.length < 8 && last[0]?.way.via === item.way.via) last.push(item);
      else batches.push([item]);
    }
    return batches;
  };

  describe.each(families)('%s, as packets of three nodes go', (_, index) => {
    beforeAll(() => load(withPodRange), 60_000);
    it.each(scenarios)('%s', (_name, ways) => compare(ways, index), 60_000);
  });

  it.each(families)(
    '%s, without the range of Pods: no masquerade, and answers past the node that translated',
    async (_, index) => {
      await load('clusterCIDR: ""');
      const asymmetric: Way = { from: 'outside', to: 'lonely', via: 'beta' };
      expect(await said(asymmetric, index, 'iptables')).toEqual(['lonely-a sees outside, no answer']);
      await compare([asymmetric, { from: 'outside', to: 'web', via: 'alpha' }, { from: 'client-b', to: 'web' }], index);
    },
    60_000,
  );

  it.each(families)(
    '%s in nftables mode',
    async (_, index) => {
      await load(withPodRange, 'nftables');
      const ways = scenarios.flatMap(([, all]) => all.slice(0, 2));
      await compare(ways, index, 'nftables');
    },
    60_000,
  );

  it.each(families)(
    '%s: Pods on one bridge, whose frames iptables sees or does not',
    async (_, index) => {
      await load(withPodRange);
      const setting = `net.bridge.bridge-nf-call-${index === 0 ? 'iptables' : 'ip6tables'}`;
      network.run('delta', 'sysctl', ['-qw', `${setting}=1`]);
      const way: Way = { from: 'client-d', to: 'near' };
      await compare([way], index);
      network.run('delta', 'sysctl', ['-qw', `${setting}=0`]);
      expect(await ask(way, index, 'udp', false)).toEqual(['near-d sees client-d, no answer']);
      const { outcomes } = await trace(['--from', 'pod/client-d', '--to', 'near:udp']);
      expect(outcomes[0]?.reply).toMatchObject({
        words: expect.stringContaining('bridge-nf-call-iptables=1') as string,
      });
    },
    60_000,
  );

  it('a source that is routed by another interface: the strict reverse path filter drops it, the loose one does not', async () => {
    await load(withPodRange);
    network.addCable('alpha', '172.16.0.11/24', '172.16.0.1/24');
    const [addresses, routes] = ['address', 'route'].map((what) => {
      const path = join(directory, `${what}.json`);
      writeFileSync(path, network.run('alpha', 'ip', ['-json', what]));
      return path;
    });
    const { assumptions, outcomes } = await trace([
      ...['--node', 'alpha', '--host', addresses ?? '', '--host', routes ?? ''],
      ...['--from', outsideAddresses[0], '--in-interface', 'eth1', '--to', '172.16.0.11:30051'],
    ]);
    expect(assumptions.join(' ')).toContain(
      'reverse path filter accepts it by eth1, although 198.51.100.77 is routed by eth0',
    );
    const arrives = sorted(outcomes.map(inWords));
    for (const [filter, expected] of [
      [2, arrives],
      [1, ['dropped']],
    ] as const) {
      network.run('alpha', 'sysctl', [
        '-qw',
        `net.ipv4.conf.all.rp_filter=${filter}`,
        `net.ipv4.conf.eth1.rp_filter=${filter}`,
      ]);
      const answers = await network.ask('outside', {
        ...{ protocol: 'udp', source: outsideAddresses[0], destination: '172.16.0.11', port: 30051, count: 40 },
      });
      expect(observed(answers)).toEqual(expected);
    }
  }, 60_000);
});
