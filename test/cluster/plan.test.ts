import fc from 'fast-check';
import { parseAddress, parsePrefix, prefixContains } from '../../src/net/address.js';
import type { JsonObject } from '../../src/manifests/types.js';
import { build, deployment, node, pod, readyOf, service, slice, slicesOf, workload } from './kinds.js';

const web = service('web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] });
const owner = (kind: string, name: string): JsonObject => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: 'u', controller: true }],
});
const running = (ip: string, ready = 'True'): JsonObject => ({
  phase: 'Running',
  podIP: ip,
  podIPs: [{ ip }],
  conditions: [{ type: 'Ready', status: ready }],
});

function countOf(...objects: JsonObject[]): number {
  return readyOf(build([web, ...objects]), 'web').length;
}

describe('Pods of a workload', () => {
  it('are as many as its replicas, one where it does not say', () => {
    expect(countOf(deployment('web', 3))).toBe(3);
    expect(countOf(deployment('web', 0))).toBe(0);
    expect(countOf(workload('Deployment', 'web', {}))).toBe(1);
    expect(countOf(workload('StatefulSet', 'web', { replicas: 2 }))).toBe(2);
    expect(countOf(workload('ReplicationController', 'web', { replicas: 2 }))).toBe(2);
    expect(countOf(pod('one', { app: 'web' }))).toBe(1);
  });

  it('are as many as the parallelism of a Job that still runs', () => {
    expect(countOf(workload('Job', 'web', { parallelism: 3, completions: 2 }))).toBe(2);
    expect(countOf(workload('Job', 'web', { suspend: true }))).toBe(0);
  });

  it('are one on each node for a DaemonSet, less those whose taint it does not tolerate', () => {
    const nodes = [
      node('a', ['10.1.0.0/24']),
      node('b', ['10.1.1.0/24']),
      node('c', ['10.1.2.0/24'], { spec: { taints: [{ key: 'control', effect: 'NoSchedule' }] } }),
      node('d', ['10.1.3.0/24'], { spec: { unschedulable: true } }),
    ];
    const nodesOf = (podSpec: JsonObject): string[] =>
      slicesOf(build([web, ...nodes, workload('DaemonSet', 'web', {}, podSpec)]), 'web')
        .flatMap((found) => found.endpoints.map((endpoint) => endpoint.nodeName))
        .sort();
    expect(nodesOf({})).toEqual(['a', 'b', 'd']);
    expect(nodesOf({ tolerations: [{ operator: 'Exists' }] })).toEqual(['a', 'b', 'c', 'd']);
    expect(nodesOf({ tolerations: [{ key: 'control', effect: 'NoSchedule' }] })).toEqual(['a', 'b', 'c', 'd']);
    expect(nodesOf({ tolerations: [{ key: 'control', value: 'other' }] })).toEqual(['a', 'b', 'd']);
  });

  it('of a ReplicaSet that belongs to a Deployment of the set count once', () => {
    const replicaSet = workload('ReplicaSet', 'web-5d4', { replicas: 2 }, {}, { app: 'web' });
    expect(
      countOf(deployment('web', 2), {
        ...replicaSet,
        metadata: { name: 'web-5d4', namespace: 'shop', ...owner('Deployment', 'web') },
      }),
    ).toBe(2);
  });

  it('that are in the set stand for the workload they belong to', () => {
    const labels = { app: 'web', 'pod-template-hash': '5d4' };
    const ofReplicaSet = { metadata: owner('ReplicaSet', 'web-5d4'), status: running('10.1.0.9') };
    expect(readyOf(build([web, deployment('web', 3), pod('web-5d4-x', labels, ofReplicaSet)]), 'web')).toEqual([
      '10.1.0.9:8080',
    ]);
  });

  it('spread evenly over nodes', () => {
    const nodes = ['a', 'b', 'c'].map((name, index) => node(name, [`10.1.${index}.0/24`]));
    const [found] = slicesOf(build([web, ...nodes, deployment('web', 6)]), 'web');
    const perNode = ['a', 'b', 'c'].map(
      (name) => found?.endpoints.filter((endpoint) => endpoint.nodeName === name).length,
    );
    expect(perNode).toEqual([2, 2, 2]);
  });

  it('go where nodeSelector and nodeName say, and nowhere if no Node fits', () => {
    const nodes = [node('a', ['10.1.0.0/24']), node('b', ['10.1.1.0/24'], { labels: { disk: 'ssd' } })];
    const nodesOf = (podSpec: JsonObject): (string | undefined)[] =>
      slicesOf(build([web, ...nodes, deployment('web', 2, podSpec)]), 'web').flatMap((found) =>
        found.endpoints.map((endpoint) => endpoint.nodeName),
      );
    expect(nodesOf({ nodeSelector: { disk: 'ssd' } })).toEqual(['b', 'b']);
    expect(nodesOf({ nodeName: 'a' })).toEqual(['a', 'a']);
    expect(nodesOf({ nodeSelector: { disk: 'tape' } })).toEqual([]);
    expect(build([web, ...nodes, deployment('web', 2, { nodeSelector: { disk: 'tape' } })]).madeUp).toContainEqual({
      kind: 'endpoints',
      object: 'Service shop/web',
      detail: 'no Pod of Deployment web: no Node matches',
    });
  });

  it("on the host network have their node's address", () => {
    const there = node('a', ['10.1.0.0/24'], {
      addresses: [
        { type: 'Hostname', address: 'a' },
        { type: 'ExternalIP', address: '203.0.113.1' },
        { type: 'InternalIP', address: '192.168.0.7' },
      ],
    });
    expect(readyOf(build([web, there, workload('DaemonSet', 'web', {}, { hostNetwork: true })]), 'web')).toEqual([
      '192.168.0.7:8080',
    ]);
  });

  it('of a StatefulSet can be selected one by one', () => {
    const first = service('web', {
      selector: { 'statefulset.kubernetes.io/pod-name': 'web-1' },
      ports: [{ port: 80 }],
    });
    expect(readyOf(build([first, workload('StatefulSet', 'web', { replicas: 3 })]), 'web')).toHaveLength(1);
    expect(
      readyOf(build([first, workload('StatefulSet', 'web', { replicas: 3, ordinals: { start: 5 } })]), 'web'),
    ).toHaveLength(0);
  });

  it('are not made for absurd replicas', () => {
    expect(countOf(deployment('web', 2147483647))).toBe(10000);
  });
});

describe('a Pod with a status', () => {
  const endpointOf = (status: JsonObject, metadata: JsonObject = {}, spec: JsonObject = {}): unknown =>
    slicesOf(
      build([
        service('web', { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec }),
        pod('one', { app: 'web' }, { status, metadata, spec: { nodeName: 'a' } }),
      ]),
      'web',
    )[0]?.endpoints[0];

  it('keeps its address and readiness', () => {
    expect(endpointOf(running('10.9.9.9'))).toMatchObject({
      addresses: ['10.9.9.9'],
      ready: true,
      serving: true,
      terminating: false,
      nodeName: 'a',
    });
    expect(endpointOf(running('10.9.9.9', 'False'))).toMatchObject({
      ready: false,
      serving: false,
      terminating: false,
    });
  });

  it('that is being deleted serves but is not ready', () => {
    expect(endpointOf(running('10.9.9.9'), { deletionTimestamp: '2026-01-01T00:00:00Z' })).toMatchObject({
      ready: false,
      serving: true,
      terminating: true,
    });
  });

  it('is ready in any case where the Service publishes addresses that are not', () => {
    expect(endpointOf(running('10.9.9.9', 'False'), {}, { publishNotReadyAddresses: true })).toMatchObject({
      ready: true,
      serving: false,
    });
  });

  it('is no endpoint once it is done, or before it has an address', () => {
    expect(endpointOf({ ...running('10.9.9.9'), phase: 'Succeeded' })).toBeUndefined();
    expect(endpointOf({ ...running('10.9.9.9'), phase: 'Failed' })).toBeUndefined();
    expect(endpointOf({ phase: 'Pending' })).toBeUndefined();
  });
});

describe('a named target port', () => {
  const named = service('web', {
    selector: { app: 'web' },
    ports: [
      { name: 'a', port: 80, targetPort: 'http' },
      { name: 'b', port: 53, protocol: 'UDP', targetPort: 'dns' },
    ],
  });
  const ports = (...list: JsonObject[]): JsonObject => ({ containers: [{ name: 'c', ports: list }] });
  const portsOf = (...objects: JsonObject[]): unknown[] =>
    slicesOf(build([named, ...objects]), 'web').map((found) => found.ports);

  it('is the container port of that name and protocol', () => {
    const podSpec = ports(
      { name: 'dns', containerPort: 5300 },
      { name: 'dns', containerPort: 5353, protocol: 'UDP' },
      { name: 'http', containerPort: 8080 },
    );
    expect(portsOf(deployment('web', 1, podSpec))).toEqual([
      [
        { name: 'a', protocol: 'TCP', port: 8080 },
        { name: 'b', protocol: 'UDP', port: 5353 },
      ],
    ]);
  });

  it('that a Pod does not have is left out of its slice, and a Pod that has none of them altogether', () => {
    expect(portsOf(deployment('web', 1, ports({ name: 'http', containerPort: 8080 })))).toEqual([
      [{ name: 'a', protocol: 'TCP', port: 8080 }],
    ]);
    expect(portsOf(deployment('web', 1))).toEqual([]);
  });

  it('that means different numbers makes different slices', () => {
    const [one, two] = [
      deployment('one', 1, ports({ name: 'http', containerPort: 8080 }), { app: 'web' }),
      deployment('two', 1, ports({ name: 'http', containerPort: 9090 }), { app: 'web' }),
    ];
    expect(portsOf(one, two)).toEqual([
      [{ name: 'a', protocol: 'TCP', port: 8080 }],
      [{ name: 'a', protocol: 'TCP', port: 9090 }],
    ]);
  });

  it('may be that of a sidecar, but not of an ordinary init container', () => {
    const init = { name: 'i', ports: [{ name: 'http', containerPort: 8080 }] };
    expect(portsOf(deployment('web', 1, { initContainers: [init], containers: [] }))).toEqual([]);
    expect(
      portsOf(deployment('web', 1, { initContainers: [{ ...init, restartPolicy: 'Always' }], containers: [] })),
    ).toHaveLength(1);
  });
});

describe('planned slices', () => {
  it('hold a hundred endpoints at most', () => {
    expect(slicesOf(build([web, deployment('web', 250)]), 'web').map((found) => found.endpoints.length)).toEqual([
      100, 100, 50,
    ]);
  });

  it('are made for each family of the Service', () => {
    const dual = service('web', {
      selector: { app: 'web' },
      ipFamilyPolicy: 'RequireDualStack',
      ports: [{ port: 80 }],
    });
    expect(
      slicesOf(build([dual, deployment('web', 2)]), 'web').map((found) => [found.addressType, found.endpoints.length]),
    ).toEqual([
      ['IPv4', 2],
      ['IPv6', 2],
    ]);
  });

  it('are not made where the set holds one, where nothing is selected, or where nothing is to be planned', () => {
    expect(
      slicesOf(build([web, deployment('web', 2), slice('given', 'web')]), 'web').map((found) => found.name),
    ).toEqual(['given']);
    expect(
      build([service('web', { selector: {}, ports: [{ port: 80 }] }), deployment('web', 2)]).endpointSlices,
    ).toEqual([]);
    expect(
      build([web, { ...deployment('web', 2), metadata: { name: 'web', namespace: 'elsewhere' } }]).endpointSlices,
    ).toEqual([]);
    expect(build([web, deployment('web', 2)], { plan: false }).endpointSlices).toEqual([]);
  });

  it('of a headless Service carry the label that makes kube-proxy pass them over', () => {
    const headless = service('web', { selector: { app: 'web' }, clusterIP: 'None' });
    const [found] = slicesOf(build([headless, deployment('web', 2)]), 'web');
    expect(found?.labels).toHaveProperty(['service.kubernetes.io/headless'], '');
    expect(found?.endpoints).toHaveLength(2);
  });

  it.each([
    ['PreferClose', 30, undefined, undefined],
    ['PreferClose', 31, ['z'], undefined],
    ['PreferSameZone', 33, undefined, undefined],
    ['PreferSameZone', 34, ['z'], undefined],
    ['PreferSameNode', 34, ['z'], ['a']],
  ])('have hints for trafficDistribution %s in 1.%d', (trafficDistribution, minor, zoneHints, nodeHints) => {
    const near = service('web', { selector: { app: 'web' }, trafficDistribution, ports: [{ port: 80 }] });
    const there = node('a', ['10.1.0.0/24'], { labels: { 'topology.kubernetes.io/zone': 'z' } });
    const [endpoint] =
      slicesOf(build([near, there, deployment('web', 1)], { version: { minor } }), 'web')[0]?.endpoints ?? [];
    expect([endpoint?.zoneHints, endpoint?.nodeHints]).toEqual([zoneHints, nodeHints]);
  });

  it('are told, workload by workload', () => {
    const details = build([web, deployment('web', 2), pod('one', { app: 'web' })])
      .madeUp.filter((made) => made.kind === 'endpoints')
      .map((made) => made.detail);
    expect(details).toEqual([
      expect.stringMatching(/^2 Pods of Deployment web: 10\.244\.\d+\.\d+, 10\.244\.\d+\.\d+$/),
      expect.stringMatching(/^Pod one: 10\.244\./),
    ]);
  });
});

const workloads = fc.uniqueArray(
  fc.record({ name: fc.stringMatching(/^[a-z]{1,6}$/), replicas: fc.integer({ min: 0, max: 12 }) }),
  { minLength: 1, maxLength: 8, selector: (item) => item.name },
);
const nodes = ['a', 'b', 'c'].map((name, index) => node(name, [`10.1.${index}.0/24`, `fd00:1:${index}::/64`]));
const serviceFor = (name: string): JsonObject =>
  service(name, { selector: { app: name }, ipFamilyPolicy: 'PreferDualStack', ports: [{ port: 80 }] });

describe('planning', () => {
  it("makes as many endpoints as replicas, each in its node's podCIDR, no two with one address", () => {
    fc.assert(
      fc.property(workloads, (list) => {
        const cluster = build([
          ...nodes,
          ...list.flatMap(({ name, replicas }) => [serviceFor(name), deployment(name, replicas)]),
        ]);
        const all = cluster.endpointSlices.flatMap((found) => found.endpoints);
        expect(all).toHaveLength(2 * list.reduce((sum, { replicas }) => sum + replicas, 0));
        expect(new Set(all.flatMap((endpoint) => endpoint.addresses)).size).toBe(all.length);
        for (const endpoint of all) {
          const podCIDRs = cluster.nodes.find((candidate) => candidate.name === endpoint.nodeName)?.podCIDRs ?? [];
          const address = parseAddress(endpoint.addresses[0] ?? '');
          const inside = podCIDRs.some((text) => {
            const prefix = parsePrefix(text);
            return prefix !== undefined && address !== undefined && prefixContains(prefix, address);
          });
          expect(inside).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('leaves Pods where they are when a workload is added, unless it took their address', () => {
    fc.assert(
      fc.property(workloads, (list) => {
        const [added, ...others] = list;
        const objects = (items: typeof list): JsonObject[] => [
          ...nodes,
          ...items.flatMap(({ name, replicas }) => [serviceFor(name), deployment(name, replicas)]),
        ];
        const [before, after] = [
          build(objects(others)),
          build([...objects(others), ...objects(added === undefined ? [] : [added]).slice(nodes.length)]),
        ];
        const now = new Set(others.flatMap(({ name }) => readyOf(after, name)));
        const taken = new Set(readyOf(after, added?.name ?? ''));
        const moved = others.flatMap(({ name }) => readyOf(before, name)).filter((address) => !now.has(address));
        expect(moved.every((address) => taken.has(address))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('avoids addresses that the set knows', () => {
    const first = readyOf(build([web, deployment('web', 1)]), 'web')[0]?.split(':')[0] ?? '';
    const other = slice('x', 'other', { endpoints: [{ addresses: [first] }] });
    expect(readyOf(build([web, deployment('web', 1), other]), 'web')[0]?.split(':')[0]).not.toBe(first);
  });

  it('leaves most Pods on their nodes when a node joins', () => {
    const nodesOf = (count: number): string[] =>
      slicesOf(
        build([
          ...Array.from({ length: count }, (_, index) => node(`node-${index}`, [`10.1.${index}.0/24`])),
          web,
          deployment('web', 4),
        ]),
        'web',
      ).flatMap((found) => found.endpoints.map((endpoint) => endpoint.nodeName));
    const [before, after] = [nodesOf(50), nodesOf(51)];
    expect(before.filter((name) => after.includes(name)).length).toBeGreaterThanOrEqual(3);
  });
});
