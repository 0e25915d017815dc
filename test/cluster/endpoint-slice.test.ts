import { build, endpoints, service, slice, slicesOf } from './kinds.js';

const selectorless = service('db', { ports: [{ port: 5432 }] });

describe('EndpointSlices of the set', () => {
  it('are taken as they are, absent conditions read as ready and serving', () => {
    const given = slice('db-1', 'db', {
      endpoints: [
        { addresses: ['010.0.0.1'] },
        {
          addresses: ['10.0.0.2'],
          conditions: { ready: false },
          nodeName: 'a',
          hints: { forZones: [{ name: 'z' }], forNodes: [{ name: 'a' }] },
        },
      ],
      ports: [
        { name: '', port: 5432 },
        { name: 'all', protocol: 'UDP' },
      ],
    });
    const [found] = build([selectorless, given]).endpointSlices;
    expect(found?.endpoints).toEqual([
      { addresses: ['010.0.0.1'], ready: true, serving: true, terminating: false, nodeName: '' },
      {
        addresses: ['10.0.0.2'],
        ready: false,
        serving: true,
        terminating: false,
        nodeName: 'a',
        zoneHints: ['z'],
        nodeHints: ['a'],
      },
    ]);
    expect(found?.ports).toEqual([
      { name: '', protocol: 'TCP', port: 5432 },
      { name: 'all', protocol: 'UDP', port: undefined },
    ]);
  });

  it('get the empty name for ports without one, as the API server stores them', () => {
    expect(
      build([selectorless, slice('db-1', 'db', { ports: [{ port: 5432 }] })]).endpointSlices[0]?.ports[0]?.name,
    ).toBe('');
  });

  it('keep nameless ports nameless next to a Service that no manifest was written for', () => {
    const stored = service('db', { ports: [{ port: 5432 }], clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9'] });
    expect(
      build([stored, slice('db-1', 'db', { ports: [{ port: 5432 }] })]).endpointSlices[0]?.ports[0]?.name,
    ).toBeUndefined();
  });
});

describe('Endpoints', () => {
  const subset = {
    addresses: [{ ip: '10.0.0.1', nodeName: 'a' }, { ip: 'fd00:0::1' }],
    notReadyAddresses: [{ ip: '10.0.0.2' }],
    ports: [{ port: 5432 }],
  };

  it('of a Service without selector are mirrored, by family', () => {
    const cluster = build([selectorless, endpoints('db', [subset], { labels: { tier: 'data' } })]);
    expect(slicesOf(cluster, 'db').map((found) => [found.addressType, found.endpoints, found.ports])).toEqual([
      [
        'IPv4',
        [
          { addresses: ['10.0.0.1'], ready: true, serving: true, terminating: false, nodeName: 'a' },
          { addresses: ['10.0.0.2'], ready: false, serving: true, terminating: false, nodeName: '' },
        ],
        [{ name: '', protocol: 'TCP', port: 5432 }],
      ],
      [
        'IPv6',
        [{ addresses: ['fd00::1'], ready: true, serving: true, terminating: false, nodeName: '' }],
        [{ name: '', protocol: 'TCP', port: 5432 }],
      ],
    ]);
    expect(slicesOf(cluster, 'db')[0]?.labels).toEqual({
      tier: 'data',
      'kubernetes.io/service-name': 'db',
      'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
    });
  });

  it('with the same ports in two subsets share a slice, with other ports they do not', () => {
    const same = build([
      selectorless,
      endpoints('db', [subset, { addresses: [{ ip: '10.0.0.3' }], ports: [{ port: 5432 }] }]),
    ]);
    expect(slicesOf(same, 'db').map((found) => found.endpoints.length)).toEqual([3, 1]);
    const other = build([
      selectorless,
      endpoints('db', [subset, { addresses: [{ ip: '10.0.0.3' }], ports: [{ port: 5433 }] }]),
    ]);
    expect(slicesOf(other, 'db').map((found) => found.endpoints.length)).toEqual([2, 1, 1]);
  });

  it.each([
    ['the Service has a selector', service('db', { ports: [{ port: 5432 }], selector: { app: 'db' } }), {}],
    ['there is no Service', service('other', { ports: [{ port: 5432 }] }), {}],
    ['a label says so', selectorless, { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }],
    ['they are a lock of leaders', selectorless, { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } }],
  ])('are not mirrored where %s', (_, owner, metadata) => {
    expect(build([owner, endpoints('db', [subset], metadata)]).endpointSlices).toEqual([]);
  });

  it('are not mirrored twice where the set holds the mirror', () => {
    const mirror = slice('db-x', 'db', {
      metadata: {
        name: 'db-x',
        namespace: 'shop',
        labels: {
          'kubernetes.io/service-name': 'db',
          'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
        },
      },
    });
    expect(build([selectorless, endpoints('db', [subset]), mirror]).endpointSlices.map((found) => found.name)).toEqual([
      'db-x',
    ]);
  });

  it('kept by a controller stand in where nothing else tells of the Pods', () => {
    const owner = service('db', { ports: [{ port: 5432 }], selector: { app: 'db' } });
    const kept = endpoints('db', [subset], {
      annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z' },
    });
    expect(slicesOf(build([owner, kept]), 'db')).toHaveLength(2);
  });

  it('do not count with --no-plan, when nothing stands in for controllers', () => {
    expect(build([selectorless, endpoints('db', [subset])], { plan: false }).endpointSlices).toEqual([]);
  });
});
