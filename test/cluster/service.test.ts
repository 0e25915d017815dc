import { build, service, serviceOf } from './kinds.js';

const web = { ports: [{ port: 80 }] };

describe('a Service as the API server would store it', () => {
  it('has the static defaults of its API', () => {
    const found = serviceOf(build([service('web', web)]), 'web');
    expect(found).toMatchObject({
      namespace: 'shop',
      type: 'ClusterIP',
      sessionAffinity: 'None',
      externalTrafficPolicy: 'Cluster',
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['ipv4'],
      healthCheckNodePort: 0,
      publishNotReadyAddresses: false,
      ports: [{ name: '', protocol: 'TCP', port: 80, targetPort: 80, nodePort: 0 }],
    });
  });

  it('stands in namespace default where its manifest has none', () => {
    const [found] = build([service('web', web, { metadata: { name: 'web' } })]).services;
    expect(found?.namespace).toBe('default');
  });

  it('keeps ClientIP affinity for three hours unless told otherwise', () => {
    const cluster = build([
      service('a', { ...web, sessionAffinity: 'ClientIP' }),
      service('b', {
        ...web,
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
      }),
    ]);
    expect(cluster.services.map((found) => found.sessionAffinityTimeout)).toEqual([10800, 60]);
  });

  it('has no selector where the selector is empty', () => {
    expect(serviceOf(build([service('web', { ...web, selector: {} })]), 'web').selector).toBeUndefined();
  });

  it('does not take source ranges from the annotation, which kube-proxy never reads', () => {
    const annotated = service(
      'web',
      { ...web, type: 'LoadBalancer' },
      {
        metadata: {
          name: 'web',
          annotations: { 'service.beta.kubernetes.io/load-balancer-source-ranges': '10.0.0.0/8' },
        },
      },
    );
    expect(serviceOf(build([annotated]), 'web').loadBalancerSourceRanges).toEqual([]);
  });

  it('counts as its last definition where it is defined twice', () => {
    const cluster = build([service('web', { ports: [{ port: 80 }] }), service('web', { ports: [{ port: 81 }] })]);
    expect(cluster.services.map((found) => found.ports[0]?.port)).toEqual([81]);
  });

  it('of another API group is no Service', () => {
    expect(build([service('web', web, { apiVersion: 'serving.knative.dev/v1' })]).services).toEqual([]);
  });
});

describe('a load balancer', () => {
  it('has the addresses of its status, as VIPs where it does not say', () => {
    const status = {
      loadBalancer: {
        ingress: [{ ip: '203.0.113.7' }, { hostname: 'lb.example.com' }, { ip: '203.0.113.8', ipMode: 'Proxy' }],
      },
    };
    expect(
      serviceOf(build([service('web', { ...web, type: 'LoadBalancer' }, { status })]), 'web').loadBalancerIngress,
    ).toEqual([
      { ip: '203.0.113.7', ipMode: 'VIP' },
      { ip: '203.0.113.8', ipMode: 'Proxy' },
    ]);
  });

  it('without status has the address that it asks for', () => {
    const cluster = build([service('web', { ...web, type: 'LoadBalancer', loadBalancerIP: '203.0.113.7' })]);
    expect(serviceOf(cluster, 'web').loadBalancerIngress).toEqual([{ ip: '203.0.113.7', ipMode: 'VIP' }]);
    expect(cluster.madeUp).toContainEqual({
      kind: 'loadBalancerIP',
      object: 'Service shop/web',
      detail: '203.0.113.7, from spec.loadBalancerIP',
    });
  });

  it('without status or request has no address, and that is told', () => {
    const cluster = build([service('web', { ...web, type: 'LoadBalancer' })]);
    expect(serviceOf(cluster, 'web').loadBalancerIngress).toEqual([]);
    expect(cluster.madeUp.filter((made) => made.kind === 'loadBalancerIP').map((made) => made.detail)).toEqual([
      expect.stringContaining('unknown'),
    ]);
  });

  it('that a cluster keeps waiting has no address, and nothing is made up about it', () => {
    const pending = service(
      'web',
      { ...web, type: 'LoadBalancer', loadBalancerIP: '203.0.113.7' },
      { status: { loadBalancer: {} } },
    );
    const cluster = build([pending]);
    expect(serviceOf(cluster, 'web').loadBalancerIngress).toEqual([]);
    expect(cluster.madeUp.filter((made) => made.kind === 'loadBalancerIP')).toEqual([]);
  });
});
