import { parsePrefix } from '../../src/net/address.js';
import { build, deployment, node, pod, readyOf, service } from './kinds.js';

const web = service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] });

describe('nodes', () => {
  it('are those of the set, with InternalIP addresses before ExternalIP ones', () => {
    const given = node('a', [], {
      addresses: [
        { type: 'ExternalIP', address: '203.0.113.1' },
        { type: 'Hostname', address: 'a' },
        { type: 'InternalIP', address: '10.0.0.1' },
      ],
    });
    expect(build([given]).nodes).toEqual([
      { name: 'a', labels: {}, podCIDRs: [], addresses: ['10.0.0.1', '203.0.113.1'] },
    ]);
  });

  it('may have podCIDR alone, as old ones do', () => {
    expect(build([node('a', [], { spec: { podCIDR: '10.1.0.0/24' } })]).nodes[0]?.podCIDRs).toEqual(['10.1.0.0/24']);
  });

  it('are one made up where the set has none, and that is told first', () => {
    const cluster = build([web], { nodeName: 'worker' });
    expect(cluster.nodes.map((found) => found.name)).toEqual(['worker']);
    expect(cluster.madeUp[0]).toMatchObject({ kind: 'node', object: 'Node worker' });
  });

  it('made up keep clear of the service range', () => {
    const range = parsePrefix('10.244.128.0/20');
    expect(
      build([web, deployment('web', 1)], { serviceCIDRs: range === undefined ? [] : [range] }).nodes[0]?.podCIDRs,
    ).toEqual(['10.200.0.0/16']);
  });

  it('made up have no podCIDR where no Pod is planned: detectLocalMode NodeCIDR would take it for a fact', () => {
    expect(build([service('web', { ports: [{ port: 80 }] })]).nodes[0]?.podCIDRs).toEqual([]);
  });

  it('get a podCIDR where Pods have to be planned on them', () => {
    const cluster = build([web, deployment('web', 1), node('a', []), node('b', ['10.1.0.0/24'])]);
    expect(cluster.nodes.map((found) => found.podCIDRs)).toEqual([
      [expect.stringMatching(/^10\.\d+\.\d+\.0\/24$/)],
      ['10.1.0.0/24'],
    ]);
    expect(cluster.madeUp).toContainEqual({ kind: 'podCIDR', object: 'Node a', detail: cluster.nodes[0]?.podCIDRs[0] });
    expect(build([web, node('a', [])]).nodes[0]?.podCIDRs).toEqual([]);
  });

  it('get podCIDRs that do not overlap those of others', () => {
    const lonely = build([web, deployment('web', 1), node('a', [])]).nodes[0]?.podCIDRs[0] ?? '';
    const cluster = build([web, deployment('web', 1), node('a', []), node('b', [lonely.replace('/24', '/16')])]);
    expect(cluster.nodes[0]?.podCIDRs[0]?.split('.').slice(0, 2)).not.toEqual(lonely.split('.').slice(0, 2));
  });

  it('that a Pod names but the set lacks give their Pods addresses all the same', () => {
    const cluster = build([web, pod('one', { app: 'web' }, { spec: { nodeName: 'elsewhere' } })]);
    expect(readyOf(cluster, 'web')).toHaveLength(1);
    expect(cluster.endpointSlices[0]?.endpoints[0]?.nodeName).toBe('elsewhere');
    expect(cluster.nodes.map((found) => found.name)).toEqual(['node-1']);
  });
});
