/** Leaving out what two clusters share changes no report: random clusters in which Services share addresses and ports. */
import { compareRules, compareSides } from '../../src/diff/report.js';
import { printJson } from '../../src/diff/print-json.js';
import { withChangedServices } from '../../src/diff/changed-services.js';
import { parseManifests } from '../../src/manifests/read.js';
import type { NodeModel } from '../../src/node/types.js';
import { nodeFromManifests } from '../../src/node/from-manifests.js';
import { completeCluster } from '../../src/pipeline/complete.js';
import { modeNamed } from '../../src/pipeline/modes.js';
import { random } from '../walk/support/regions.js';

type Next = () => number;
type Fields = Record<string, unknown>;

const pick = <Item>(next: Next, ...items: readonly Item[]): Item => items[Math.floor(next() * items.length)] as Item;
const maybe = (next: Next, chance: number, fields: Fields): Fields => (next() < chance ? fields : {});

const nodeAddress = '192.168.0.4';
const names = ['api', 'cart', 'db', 'mail', 'search', 'shop', 'stock', 'web'];
const clusterIP = (name: string): string => `10.96.0.${names.indexOf(name) + 10}`;
const clusterIPv6 = (name: string): string => `fd00:96::${names.indexOf(name) + 10}`;
const sharedIPs = ['203.0.113.7', '203.0.113.8', nodeAddress];

const node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-0', labels: { 'topology.kubernetes.io/zone': 'a' } },
  spec: { podCIDRs: ['10.244.0.0/24', 'fd00:244::/64'] },
  status: { addresses: [nodeAddress, 'fd00::4'].map((address) => ({ type: 'InternalIP', address })) },
};

function service(name: string, next: Next): Fields {
  const type = pick(next, 'ClusterIP', 'NodePort', 'LoadBalancer');
  const isExternal = type !== 'ClusterIP';
  const nodePort = 30080 + names.indexOf(name);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop' },
    spec: {
      type,
      clusterIP: clusterIP(name),
      clusterIPs: [clusterIP(name), clusterIPv6(name)],
      ipFamilyPolicy: 'PreferDualStack',
      ipFamilies: ['IPv4', 'IPv6'],
      ports: [
        { name: 'http', port: pick(next, 80, 8080, 30081), ...(isExternal ? { nodePort } : {}) },
        ...(next() < 0.2 ? [{ name: 'dns', port: 53, protocol: 'UDP' }] : []),
      ].map((port, index) => (isExternal && index === 1 ? { ...port, nodePort: nodePort + 20 } : port)),
      ...maybe(next, 0.3, { externalIPs: [pick(next, ...sharedIPs)] }),
      ...maybe(next, 0.3, { sessionAffinity: 'ClientIP' }),
      ...maybe(next, 0.2, { internalTrafficPolicy: 'Local' }),
      ...(type === 'LoadBalancer'
        ? maybe(next, 0.5, { externalTrafficPolicy: 'Local', healthCheckNodePort: nodePort + 40 })
        : {}),
      ...(type === 'LoadBalancer' ? maybe(next, 0.5, { loadBalancerSourceRanges: ['198.51.100.0/24'] }) : {}),
    },
    ...(type === 'LoadBalancer' ? { status: { loadBalancer: { ingress: [{ ip: pick(next, ...sharedIPs) }] } } } : {}),
  };
}

/** Endpoints may be cluster IPs of other Services, or the node itself with a port that is a node port, too. */
function slice(name: string, next: Next): Fields {
  const isIPv6 = next() < 0.2;
  const other = pick(next, ...names);
  const strange = pick(next, isIPv6 ? clusterIPv6(other) : clusterIP(other), isIPv6 ? 'fd00::4' : nodeAddress);
  const count = pick(next, 0, 1, 2, 3);
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${name}-1`, namespace: 'shop', labels: { 'kubernetes.io/service-name': name } },
    addressType: isIPv6 ? 'IPv6' : 'IPv4',
    ports: [{ name: 'http', port: pick(next, 80, 8080, 30081, 30082) }],
    endpoints: [
      ...[...Array(count).keys()].map((index) => ({
        addresses: [`${isIPv6 ? `fd00:244:0:${index}::` : `10.244.${index}.`}${names.indexOf(name) + 10}`],
        nodeName: `node-${index}`,
        conditions: { ready: next() < 0.9 },
      })),
      ...(next() < 0.2 ? [{ addresses: [strange], conditions: { ready: true } }] : []),
    ],
  };
}

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'proxy', namespace: 'shop' },
  spec: { nodeName: 'node-0', containers: [{ name: 'proxy', ports: [{ containerPort: 80, hostPort: 30083 }] }] },
  status: { podIP: '10.244.0.99', podIPs: [{ ip: '10.244.0.99' }] },
};

type Objects = ReadonlyMap<string, Fields>;

function cluster(next: Next): Objects {
  const objects = new Map<string, Fields>([['node', node]]);
  for (const name of names) {
    objects.set(`service ${name}`, service(name, next));
    objects.set(`slice ${name}`, slice(name, next));
  }
  return objects;
}

/** One or two objects replaced, removed or added. */
function changed(objects: Objects, next: Next): Objects {
  const after = new Map(objects);
  for (let count = pick(next, 1, 1, 2); count > 0; count--) {
    const name = pick(next, ...names);
    const kind = pick(next, 'service', 'slice', 'slice', 'both', 'gone', 'pod', 'nothing');
    if (kind === 'service' || kind === 'both') after.set(`service ${name}`, service(name, next));
    if (kind === 'slice' || kind === 'both') after.set(`slice ${name}`, slice(name, next));
    if (kind === 'gone') after.delete(`service ${name}`);
    if (kind === 'pod') after.set('pod', pod);
  }
  return after;
}

async function nodeOf(objects: Objects, mode: string, minor: number): Promise<NodeModel | undefined> {
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...objects.values()] });
  const manifests = parseManifests([{ name: 'objects.json', text }]);
  const { completed } = await completeCluster(manifests, { node: 'node-0', mode, kubeVersion: { minor } });
  const chosen = modeNamed(mode);
  return completed && chosen && nodeFromManifests(completed, chosen, { manifests });
}

it.each([
  ['iptables', 40],
  // Nothing is left out in this mode.
  ['nftables', 10],
] as const)('%s', async (mode, rounds) => {
  const next = random(7);
  let [compared, differing, narrowed] = [0, 0, 0];
  for (let round = 0; round < rounds; round++) {
    const objects = cluster(next);
    const minor = pick(next, 30, 33, 36);
    const [before, after] = [await nodeOf(objects, mode, minor), await nodeOf(changed(objects, next), mode, minor)];
    if (before === undefined || after === undefined) continue;
    compared++;
    const [whole, some] = [compareRules(before, after), compareSides(before, after)];
    expect({ round, report: JSON.parse([...printJson(some)].join('')) as unknown }).toEqual({
      round,
      report: JSON.parse([...printJson(whole)].join('')) as unknown,
    });
    if (whole.differs) differing++;
    if (withChangedServices([before, after])[0] !== before) narrowed++;
  }
  expect(compared).toBeGreaterThan(rounds / 2);
  expect(differing).toBeGreaterThan(rounds / 4);
  // Otherwise the test would not show that leaving out Services is right.
  expect(narrowed > compared / 3).toBe(mode === 'iptables');
});
