/** Compares explain with what a kernel with kube-proxy's own rules did with packets. */
import { readFileSync } from 'node:fs';
import { memoized } from '../../src/diagnostics/memoized.js';
import type { Client, ClientKind } from '../../src/explain/traffic/client.js';
import { trafficOf, type AddressTraffic } from '../../src/explain/explain-traffic.js';
import type { FamilyView } from '../../src/explain/node.js';
import { deliver, type Delivery } from '../../src/explain/traffic/delivery.js';
import type { TrafficContext } from '../../src/explain/traffic/context.js';
import type { Json } from '../../src/manifests/types.js';
import type { FoundServicePort } from '../../src/node/found-service-port.js';
import { parseManifests } from '../../src/manifests/read.js';
import { describeWithSharedData, hasSharedData, sharedPath } from '../support/shared.js';
import { firstView, fromDump, fromManifests } from './support/knowledge.js';

interface Flow {
  readonly kind: string;
  readonly src: string | null;
  readonly inInterface: string | null;
  readonly dst: string;
  readonly proto: string;
  readonly dport: number;
  readonly outcomes: readonly {
    readonly destination: string;
    readonly masqueraded: boolean | null;
    readonly count: number;
  }[];
  readonly blocked: number;
}
interface Case {
  readonly case: string;
  readonly affinity: boolean;
  readonly flows: readonly Flow[];
}

const kinds: Record<string, ClientKind> = {
  local: 'node',
  pod: 'podHere',
  endpoint: 'podHere',
  'remote-pod': 'podElsewhere',
  external: 'outside',
};

/** How the explanation of a flow differs from the kernel; undefined if it does not. */
function difference(delivery: Delivery, flow: Flow, affinity: boolean): string | undefined {
  const said = `${delivery.fate} ${delivery.source} ${delivery.endpoints.map(({ endpoint, share }) => `${endpoint}*${share.toFixed(3)}`).join(' ')}`;
  const seen = flow.outcomes
    .map(({ destination, masqueraded }) => `${destination}${masqueraded === true ? ' masqueraded' : ''}`)
    .join(', ');
  const wrong = `${flow.kind} ${flow.src ?? '?'} to ${flow.proto} ${flow.dst}:${flow.dport}: said ${said}; seen ${seen || 'blocked'}`;
  if (flow.outcomes.length === 0) return delivery.fate === 'delivered' ? wrong : undefined;
  // Packets that no rule rewrote go to the node's own port. Packets from the node to itself were recorded when leaving,
  // before INPUT could drop them.
  if (flow.outcomes.every(({ destination }) => [flow.dst, `${flow.dst}:${flow.dport}`].includes(destination)))
    return delivery.fate === 'untouched' || flow.kind === 'local' ? undefined : wrong;
  const sent = flow.blocked + flow.outcomes.reduce((sum, { count }) => sum + count, 0);
  const unforeseen = flow.outcomes.some(
    ({ destination }) => !delivery.endpoints.some(({ endpoint }) => endpoint === destination),
  );
  const unseen =
    !affinity &&
    delivery.endpoints.some(
      ({ endpoint, share }) =>
        (1 - share) ** sent < 1e-4 && !flow.outcomes.some(({ destination }) => destination === endpoint),
    );
  const source = flow.outcomes.some(
    ({ masqueraded }) => masqueraded !== null && delivery.source === (masqueraded ? 'client' : 'node'),
  );
  return unforeseen || unseen || source || delivery.fate !== 'delivered' ? wrong : undefined;
}

/** The explanation for a packet of this exact client. */
function ofThisClient(traffic: TrafficContext, nodeAddresses: ReadonlySet<string>, flow: Flow): Delivery {
  const client: Client = {
    kind: kinds[flow.kind] ?? 'outside',
    words: '',
    address: flow.src ?? undefined,
    interface: flow.inInterface ?? '',
  };
  const isOwn = nodeAddresses.has(flow.dst) || flow.dst.startsWith('127.');
  const to = { protocol: flow.proto, address: flow.dst, port: flow.dport, isOwn };
  const [only, ...others] = deliver(traffic, client, to);
  if (only === undefined || others.length > 0) throw new Error('one client fares in one way');
  return only.delivery;
}

/** The explanation for this kind of clients; undefined if there is none, or if ranges divide the kind. */
function ofThisKind(
  view: FamilyView,
  traffic: (found: FoundServicePort) => readonly AddressTraffic[],
  { kind, proto, dst, dport }: Flow,
): Delivery | undefined {
  const isNoNodePort = view.reach?.all === false && !view.reach.addresses.includes(dst);
  if (kind === 'endpoint' || dst.startsWith('127.')) return undefined;
  for (const found of view.found.filter(({ protocol, chains }) => protocol === proto && !chains.has('firewall'))) {
    const there = traffic(found).find(
      ({ address }) =>
        address.port === dport &&
        (address.address === dst ||
          (address.kind === 'nodePort' &&
            !isNoNodePort &&
            !view.found.some(({ addresses }) => addresses.some((one) => one.address === dst)))),
    );
    if (there !== undefined) return there.deliveries.find(({ client }) => client.kind === kinds[kind])?.delivery;
  }
  return undefined;
}

interface Recorded extends Case {
  readonly mode: 'iptables' | 'nftables';
  readonly name: string;
  readonly minor: number;
  readonly dump: string;
}

/** Which rules the recorded packets matched; every n-th flow of each case. */
function recordings(
  mode: Recorded['mode'],
  file: string,
  every: number,
  minor: number,
  dump: (name: string) => string,
): Recorded[] {
  if (!hasSharedData) return [];
  const cases = JSON.parse(readFileSync(sharedPath('conformance', file), 'utf8')) as readonly Case[];
  return cases.map((one) => ({
    ...one,
    flows: one.flows.filter((_, index) => index % every === 0),
    mode,
    name: one.case,
    minor,
    dump: sharedPath('conformance', dump(one.case)),
  }));
}

const recorded = [
  ...recordings('iptables', 'flows.json', 1, 30, (name) => `kube-proxy-1.30/${name}/expected/iptables.ipv4.save`),
  ...recordings(
    'nftables',
    'flows/nftables.json',
    4,
    36,
    (name) => `kube-proxy-versions/1.36/${name}/expected/nftables.ipv4.list`,
  ),
];

describeWithSharedData('connections go where explain says', () => {
  const text = (name: string, file: string): string =>
    readFileSync(sharedPath('conformance', 'kube-proxy-1.30', name, file), 'utf8');

  it.each(recorded)('$mode $name', async ({ mode, minor, dump, name, flows, affinity }) => {
    const host = JSON.parse(text(name, 'host.json')) as { interfaces: { addresses: string[] }[] };
    const addresses = new Set(
      host.interfaces.flatMap((one) => one.addresses.map((address) => address.replace(/\/.*/, ''))),
    );
    const sources = [
      fromDump(readFileSync(dump, 'utf8')),
      await fromManifests(text(name, 'objects.json'), {
        mode,
        kubeVersion: { minor },
        ipFamily: 'ipv4',
        configuration: parseManifests([{ name: 'kube-proxy.yaml', text: text(name, 'kube-proxy.yaml') }]),
        host: host as unknown as Json,
      }),
    ];
    for (const knowledge of sources) {
      const view = firstView(knowledge);
      expect(
        flows.flatMap((flow) => difference(ofThisClient(view.traffic, addresses, flow), flow, affinity) ?? []),
      ).toEqual([]);
      if (knowledge.node.source === 'dump') continue;
      const traffic = memoized((found: FoundServicePort) => trafficOf(view, found));
      const said = flows.map((flow) => ({ flow, delivery: ofThisKind(view, traffic, flow) }));
      expect(
        said.flatMap(({ flow, delivery }) =>
          delivery === undefined ? [] : (difference(delivery, flow, affinity) ?? []),
        ),
      ).toEqual([]);
    }
  });
});
