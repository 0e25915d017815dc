import { service, stateOf } from '../support/states.js';
import type { Service } from '../../src/cluster/types.js';

const portsOf = (services: readonly Service[], family: 'ipv4' | 'ipv6' = 'ipv4') =>
  stateOf({ services, family }).servicePorts;

describe('service ports', () => {
  it('stand in bytewise order of their whole names', () => {
    const port = (name: string) => ({ name, protocol: 'TCP' as const, port: 80, targetPort: 80, nodePort: 0 });
    const names = portsOf([
      service({ namespace: 'foo', name: 'api', ports: [port('x')] }),
      service({ namespace: 'foo', name: 'api0', ports: [port('')] }),
      service({ namespace: 'foo', name: 'api-v2', ports: [port('')] }),
      service({ namespace: 'foo-bar', name: 'z', ports: [port('')] }),
    ]).map((servicePort) => servicePort.name);
    expect(names).toEqual(['foo-bar/z', 'foo/api-v2', 'foo/api0', 'foo/api:x']);
  });

  it.each<[string, Partial<Service>]>([
    ['ExternalName', { type: 'ExternalName', clusterIPs: [] }],
    ['headless', { clusterIPs: ['None'] }],
    ['without a cluster IP', { clusterIPs: [] }],
    ['labelled for another proxy', { labels: { 'service.kubernetes.io/service-proxy-name': 'cilium' } }],
    ['of the other family', { clusterIPs: ['fd00::50'] }],
  ])('are not made of a Service %s', (_, changes) => {
    expect(portsOf([service(changes)])).toEqual([]);
  });

  it('keep to their family: addresses and ranges of the other are left out', () => {
    const [port] = portsOf(
      [
        service({
          type: 'LoadBalancer',
          clusterIPs: ['10.96.0.50', 'fd00::50'],
          externalIPs: ['198.51.100.1', '2001:db8::1'],
          loadBalancerIngress: [
            { ip: '203.0.113.7', ipMode: 'VIP' },
            { ip: '2001:db8::7', ipMode: 'VIP' },
          ],
          loadBalancerSourceRanges: ['10.0.0.0/8', ' 2001:db8::/32 '],
        }),
      ],
      'ipv6',
    );
    expect(port).toMatchObject({
      clusterIP: 'fd00::50',
      externalIPs: ['2001:db8::1'],
      loadBalancerVIPs: ['2001:db8::7'],
    });
    expect(port?.loadBalancerSourceRanges).toHaveLength(1);
  });

  it('do not know addresses of balancers that work as proxies (KEP-1860)', () => {
    const [port] = portsOf([
      service({ type: 'LoadBalancer', loadBalancerIngress: [{ ip: '203.0.113.7', ipMode: 'Proxy' }] }),
    ]);
    expect(port?.loadBalancerVIPs).toEqual([]);
  });

  it('have a health check only with a load balancer and policy Local', () => {
    const changes = { healthCheckNodePort: 31999, externalTrafficPolicy: 'Local' as const };
    expect(portsOf([service({ ...changes, type: 'LoadBalancer' })])[0]?.healthCheckNodePort).toBe(31999);
    expect(portsOf([service({ ...changes, type: 'NodePort' })])[0]?.healthCheckNodePort).toBe(0);
  });
});
