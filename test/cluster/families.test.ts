import { familiesOf } from '../../src/cluster/build.js';
import { parsePrefix, type Prefix } from '../../src/net/address.js';
import { build, findingsOf, node, service, serviceOf, slice } from './kinds.js';

const web = { ports: [{ port: 80 }] };

function prefixes(...texts: string[]): Prefix[] {
  return texts.flatMap((text) => parsePrefix(text) ?? []);
}

describe('the families of a cluster', () => {
  it('are IPv4 where nothing speaks of them', () => {
    const cluster = build([service('web', web)]);
    expect(familiesOf(cluster)).toEqual(['ipv4']);
    expect(cluster.nodes[0]?.addresses).toEqual(['192.0.2.1']);
  });

  it('are both where a Service prefers two', () => {
    const cluster = build([service('web', { ...web, ipFamilyPolicy: 'PreferDualStack' }), service('api', web)]);
    expect(serviceOf(cluster, 'web').ipFamilies).toEqual(['ipv4', 'ipv6']);
    expect(serviceOf(cluster, 'web').clusterIPs).toHaveLength(2);
    expect(serviceOf(cluster, 'api').clusterIPs).toHaveLength(1);
    expect(familiesOf(cluster)).toEqual(['ipv4', 'ipv6']);
  });

  it('are those of the service ranges: a preference for two is one there, a demand is refused', () => {
    const options = { serviceCIDRs: prefixes('10.0.0.0/16') };
    const prefers = service('web', { ...web, ipFamilyPolicy: 'PreferDualStack' });
    expect(serviceOf(build([prefers], options), 'web').clusterIPs).toHaveLength(1);
    expect(findingsOf([service('web', { ...web, ipFamilies: ['IPv6'] })], options)).toEqual([
      expect.objectContaining({
        rule: 'api/ip-families',
        severity: 'error',
        object: { kind: 'Service', namespace: 'shop', name: 'web' },
      }),
    ]);
  });

  it('start with the first range: that one is primary', () => {
    const cluster = build([service('web', web)], { serviceCIDRs: prefixes('fd00:1::/108', '10.0.0.0/16') });
    expect(serviceOf(cluster, 'web').ipFamilies).toEqual(['ipv6']);
    expect(serviceOf(cluster, 'web').clusterIPs[0]).toMatch(/^fd00:1::/);
  });

  it('start with that of the first Node', () => {
    expect(serviceOf(build([node('a', ['fd00:2::/64']), service('web', web)]), 'web').ipFamilies).toEqual(['ipv6']);
  });

  it('start with the one told, and a Service that names both still gets both', () => {
    const cluster = build(
      [
        service('web', web),
        service('both', { ...web, ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' }),
      ],
      { families: ['ipv6'] },
    );
    expect(cluster.services.map((found) => found.ipFamilies)).toEqual([['ipv6'], ['ipv4', 'ipv6']]);
    expect(cluster.services.map((found) => found.clusterIPs.length)).toEqual([1, 2]);
  });

  it('are inferred from cluster IPs', () => {
    expect(serviceOf(build([service('web', { ...web, clusterIP: 'fd00:10:96::99' })]), 'web').ipFamilies).toEqual([
      'ipv6',
    ]);
  });

  it('are both for a headless Service without selector, whatever the cluster', () => {
    expect(serviceOf(build([service('web', { clusterIP: 'None' })]), 'web').ipFamilies).toEqual(['ipv4', 'ipv6']);
    expect(
      serviceOf(build([service('web', { clusterIP: 'None', selector: { app: 'web' } })]), 'web').ipFamilies,
    ).toEqual(['ipv4']);
  });

  it('come from slices only where no Service has an address', () => {
    const six = slice('x', 'web', { addressType: 'IPv6' });
    expect(familiesOf(build([six]))).toEqual(['ipv6']);
    expect(familiesOf(build([six, service('web', web)]))).toEqual(['ipv4']);
  });
});
