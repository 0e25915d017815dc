import type { Service, SliceEndpoint } from '../../src/cluster/types.js';
import { endpoint, service, slice, stateOf, type StateOptions } from '../support/states.js';

/**
 * Both sides of each difference between versions. The expected values are kube-proxy's own: the named cases are in its
 * recordings of 1.25 to 1.36.
 */
function chosen(minor: number, options: StateOptions): string[] {
  const state = stateOf({ ...options, minor });
  return state.servicePorts.flatMap((servicePort) => state.stateOf(servicePort).cluster.map(({ address }) => address));
}

const endpointsOf = (minor: number, endpoints: readonly SliceEndpoint[], options: StateOptions = {}): string[] =>
  chosen(minor, { slices: [slice(endpoints)], ...options });

const rangesOf = (minor: number, ranges: readonly string[]): number | undefined =>
  stateOf({ minor, services: [service({ type: 'LoadBalancer', loadBalancerSourceRanges: ranges })] }).servicePorts[0]
    ?.loadBalancerSourceRanges.length;

const nodeWithoutZone = { name: 'node-1', labels: {}, podCIDRs: [], addresses: ['192.168.0.2'] };

const portOf = (minor: number, changes: Partial<Service>, options: StateOptions = {}) =>
  stateOf({ services: [service(changes)], ...options, minor }).servicePorts[0];

describe('differences between versions', () => {
  it('1.26: endpoints that terminate stand in where none is ready (golden-by-version/terminating-only-1.25)', () => {
    const draining = [endpoint('10.244.2.5', { ready: false, terminating: true })];
    expect(endpointsOf(25, draining)).toEqual([]);
    expect(endpointsOf(26, draining)).toEqual(['10.244.2.5']);
  });

  it('1.26: node ports on loopback can be turned off', () => {
    const off = { configuration: { iptables: { localhostNodePorts: false } } };
    expect([25, 26].map((minor) => stateOf({ ...off, minor }).localhostNodePorts)).toEqual([true, false]);
  });

  it('1.27: the annotation topology-mode counts, with any value but disabled', () => {
    const asks = (minor: number, key: string, value: string): boolean | undefined =>
      portOf(minor, { annotations: { [`service.kubernetes.io/${key}`]: value } })?.asksForTopology;
    expect([26, 27].map((minor) => asks(minor, 'topology-mode', 'Auto'))).toEqual([false, true]);
    expect([26, 27].map((minor) => asks(minor, 'topology-aware-hints', 'any'))).toEqual([false, true]);
    expect([26, 27].map((minor) => asks(minor, 'topology-aware-hints', 'auto'))).toEqual([true, true]);
    expect([26, 27].map((minor) => asks(minor, 'topology-aware-hints', 'disabled'))).toEqual([false, false]);
  });

  it('1.28 and 1.29: the node knows its own IP, at first that of its primary family', () => {
    const host = { nodeIPs: ['192.168.0.2', 'fd00::2'] };
    const addresses = (family: 'ipv4' | 'ipv6') => [27, 28, 29].map((minor) => stateOf({ host, family, minor }).nodeIP);
    expect(addresses('ipv4')).toEqual(['0.0.0.0', '192.168.0.2', '192.168.0.2']);
    expect(addresses('ipv6')).toEqual(['::', '::', 'fd00::2']);
  });

  it('1.29: externalTrafficPolicy counts for external IPs of type ClusterIP', () => {
    const changes = { externalIPs: ['198.51.100.7'], externalTrafficPolicy: 'Local' } as const;
    expect([28, 29].map((minor) => portOf(minor, changes)?.externalPolicyLocal)).toEqual([false, true]);
  });

  it('1.30: ipMode Proxy passes an address over, and others are written canonically', () => {
    const balancer = {
      type: 'LoadBalancer',
      loadBalancerIngress: [
        { ip: '203.0.113.07', ipMode: 'VIP' },
        { ip: '203.0.113.8', ipMode: 'Proxy' },
      ],
    } as const;
    expect(portOf(29, balancer)?.loadBalancerVIPs).toEqual(['203.0.113.07', '203.0.113.8']);
    expect(portOf(30, balancer)?.loadBalancerVIPs).toEqual(['203.0.113.7']);
  });

  it('1.31: endpoint addresses become canonical (endpoint-address-forms-v4)', () => {
    const written = [endpoint('010.244.002.05'), endpoint('::ffff:10.244.2.6')];
    expect(endpointsOf(30, written)).toEqual(['010.244.002.05', '::ffff:10.244.2.6']);
    expect(endpointsOf(31, written)).toEqual(['10.244.2.5', '10.244.2.6']);
  });

  it('1.31: hints count without the annotation (topology-annotations)', () => {
    const hinted = [endpoint('10.244.2.5', { zoneHints: ['a'] }), endpoint('10.244.2.6', { zoneHints: ['b'] })];
    expect(endpointsOf(30, hinted)).toEqual(['10.244.2.5', '10.244.2.6']);
    expect(endpointsOf(31, hinted)).toEqual(['10.244.2.5']);
  });

  it('1.33: a hint with an empty name is that of a node without a zone (topology-node-without-zone)', () => {
    const hinted = [endpoint('10.244.2.5', { zoneHints: [''] }), endpoint('10.244.2.6', { zoneHints: ['b'] })];
    const options = { nodes: [nodeWithoutZone] };
    expect(endpointsOf(32, hinted, options)).toEqual(['10.244.2.5', '10.244.2.6']);
    expect(endpointsOf(33, hinted, options)).toEqual(['10.244.2.5']);
  });

  it('1.34: hints for nodes go first (hints-nodes-and-zones-disagree)', () => {
    const hinted = [
      endpoint('10.244.2.5', { zoneHints: ['a'], nodeHints: ['node-2'] }),
      endpoint('10.244.2.6', { zoneHints: ['b'], nodeHints: ['node-1'] }),
    ];
    expect(endpointsOf(33, hinted)).toEqual(['10.244.2.5']);
    expect(endpointsOf(34, hinted)).toEqual(['10.244.2.6']);
  });

  it('1.34: a source range of length 0 means none; one of the other family does not (lb-ranges-dual)', () => {
    expect(rangesOf(33, ['10.0.0.0/8', '0.0.0.0/0'])).toBe(2);
    expect(rangesOf(34, ['10.0.0.0/8', '0.0.0.0/0'])).toBe(0);
    expect(rangesOf(34, ['10.0.0.0/8', '::/0'])).toBe(1);
  });

  it('1.36: the later of two endpoints with one address stays, unless it is terminating (duplicate-endpoints)', () => {
    const notReady = { ready: false, serving: false };
    const twice = (later: Partial<SliceEndpoint>): readonly SliceEndpoint[] => [
      endpoint('10.244.2.5'),
      endpoint('10.244.2.5', later),
      endpoint('10.244.2.6'),
    ];
    expect(endpointsOf(35, twice(notReady))).toEqual(['10.244.2.5', '10.244.2.6']);
    expect(endpointsOf(36, twice(notReady))).toEqual(['10.244.2.6']);
    expect(endpointsOf(35, twice({ ...notReady, nodeName: 'node-1' }))).toEqual(['10.244.2.6']);
    expect(endpointsOf(36, twice({ ...notReady, terminating: true }))).toEqual(['10.244.2.5', '10.244.2.6']);
  });

  it('1.36: each label hides objects of one kind only (labels-hidden)', () => {
    const headless = { 'service.kubernetes.io/headless': '' };
    const otherProxy = { 'service.kubernetes.io/service-proxy-name': 'cilium' };
    const count = (minor: number, labels: Service['labels']): number =>
      stateOf({ minor, services: [service({ labels })] }).servicePorts.length;
    expect([count(35, headless), count(36, headless)]).toEqual([0, 1]);
    expect([count(35, otherProxy), count(36, otherProxy)]).toEqual([0, 0]);
    const slices = (labels: Service['labels']): StateOptions => ({
      slices: [slice([endpoint('10.244.2.5')], { labels })],
    });
    expect([chosen(35, slices(otherProxy)), chosen(36, slices(otherProxy))]).toEqual([[], ['10.244.2.5']]);
    expect([chosen(35, slices(headless)), chosen(36, slices(headless))]).toEqual([[], []]);
  });
});
