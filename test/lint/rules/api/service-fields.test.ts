import { faultsIn, serviceText } from '../../../support/lint.js';

const service = (spec: string): string => serviceText(`${spec}\nselector: {app: web}\nports: [{port: 80}]`);

describe('externalName', () => {
  const alias = (name: string): string => serviceText(`type: ExternalName\nexternalName: ${name}`);

  it.each(['billing.example.com', 'billing.example.com.', 'billing', '1.example.com'])('may be %s', async (name) => {
    expect(await faultsIn(alias(name))).toEqual([]);
  });

  it.each([
    '""',
    'https://example.com',
    'example.com:443',
    'example.com/path',
    'Example.com',
    'my_db.example.com',
    'example.com..',
    '"*.example.com"',
    '.',
    '-a.example.com',
    `${'a'.repeat(64)}.${'b'.repeat(190)}.com`,
  ])('may not be %s', async (name) => {
    expect(await faultsIn(alias(name))).toEqual(['api/external-name@7']);
  });

  it('is required, and matters on no other type', async () => {
    expect(await faultsIn(serviceText('type: ExternalName'))).toEqual(['api/external-name@5']);
    expect(await faultsIn(service('externalName: https://example.com'))).toEqual([]);
  });
});

describe('externalIPs', () => {
  it.each(['203.0.113.10', '2001:db8::10', '10.0.0.1', '224.0.1.1', 'ff05::1'])('may hold %s', async (address) => {
    expect((await faultsIn(service(`externalIPs:\n- ${address}`))).filter((place) => place.startsWith('api/'))).toEqual(
      [],
    );
  });

  it.each([
    '0.0.0.0',
    '"::"',
    '127.9.9.9',
    '"::1"',
    '169.254.169.254',
    'fe80::1',
    '224.0.0.251',
    'ff02::fb',
    'example.com',
    '203.0.113.0/24',
    '203.0.113.256',
    'fe80::1%eth0',
    '""',
  ])('may not hold %s', async (address) => {
    expect(await faultsIn(service(`externalIPs:\n- 203.0.113.10\n- ${address}`))).toEqual(['api/external-ip@8']);
  });

  it('are read strictly from 1.36 on', async () => {
    expect(await faultsIn(service('externalIPs: [203.000.113.010]'))).toEqual(['api/external-ip@6']);
    expect(await faultsIn(service('externalIPs: [203.000.113.010]'), ['--kube-version', '1.35'])).toEqual([]);
    expect(await faultsIn(service('externalIPs: ["::ffff:127.0.0.1"]'), ['--kube-version', '1.35'])).toEqual([
      'api/external-ip@6',
    ]);
  });
});

describe('source ranges', () => {
  const balancer = 'type: LoadBalancer\nallocateLoadBalancerNodePorts: false';
  const annotated = (value: string, type = 'LoadBalancer'): string => `apiVersion: v1
kind: Service
metadata:
  name: web
  annotations:
    service.beta.kubernetes.io/load-balancer-source-ranges: ${value}
spec: {type: ${type}, ${type === 'LoadBalancer' ? 'allocateLoadBalancerNodePorts: false, ' : ''}selector: {app: web}, ports: [{port: 80}]}
`;

  it.each(['198.51.100.0/24', '" 198.51.100.0/24 "', '2001:db8::/32', '0.0.0.0/0'])('may be %s', async (range) => {
    expect(await faultsIn(service(`${balancer}\nloadBalancerSourceRanges: [${range}]`))).toEqual([]);
  });

  it.each([
    '198.51.100.7',
    '198.51.100.0/33',
    'office',
    '2001:db8::/129',
    '""',
    '198.51.100.0/24,203.0.113.0/24',
    '198.51.100.7/24',
  ])('may not be %s', async (range) => {
    expect(
      await faultsIn(
        service(`${balancer}\nloadBalancerSourceRanges:\n- 203.0.113.0/24\n- "${range.replaceAll('"', '')}"`),
      ),
    ).toEqual(['api/source-ranges@10']);
  });

  it('may have bits beyond the prefix up to 1.35', async () => {
    expect(
      await faultsIn(service(`${balancer}\nloadBalancerSourceRanges: [198.51.100.7/24]`), ['--kube-version', '1.35']),
    ).toEqual([]);
  });

  it('want a load balancer', async () => {
    expect(await faultsIn(service('type: NodePort\nloadBalancerSourceRanges:\n- 198.51.100.7'))).toEqual([
      'api/source-ranges@7',
    ]);
    expect(await faultsIn(service('type: NodePort\nloadBalancerSourceRanges: []'))).toEqual([]);
  });

  it('count in the annotation where the field is empty', async () => {
    expect(await faultsIn(annotated('198.51.100.0/24, 203.0.113.0/24'))).toEqual([]);
    expect(await faultsIn(annotated('198.51.100.0/24;203.0.113.0/24'))).toEqual(['api/source-ranges@6']);
    expect(await faultsIn(annotated('198.51.100.0/24', 'ClusterIP'))).toEqual(['api/source-ranges@6']);
    expect(
      await faultsIn(annotated('office').replace('ports:', 'loadBalancerSourceRanges: [198.51.100.0/24], ports:')),
    ).toEqual([]);
  });
});

describe('fields of some types only', () => {
  it('externalTrafficPolicy wants outside traffic', async () => {
    for (const policy of ['Cluster', 'Local'])
      expect(await faultsIn(service(`externalTrafficPolicy: ${policy}`))).toEqual(['api/external-traffic-policy@6']);
    expect(
      await faultsIn(
        serviceText(
          'type: ExternalName\nexternalName: a.example\nexternalIPs: [203.0.113.1]\nexternalTrafficPolicy: Cluster',
        ),
      ),
    ).toEqual(['api/external-traffic-policy@9']);
    expect(await faultsIn(service('externalTrafficPolicy: ""'))).toEqual([]);
    expect(await faultsIn(service('externalTrafficPolicy: Local\nexternalIPs: [203.0.113.1]'))).toEqual([]);
    expect(await faultsIn(service('externalIPs: []\nexternalTrafficPolicy: Local'))).toEqual([
      'api/external-traffic-policy@7',
    ]);
    expect(await faultsIn(service('type: NodePort\nexternalTrafficPolicy: Local'))).toEqual([]);
  });

  it('load-balancer fields want a load balancer, whatever they say', async () => {
    expect(await faultsIn(service('allocateLoadBalancerNodePorts: true'))).toEqual(['api/load-balancer-fields@6']);
    expect(
      await faultsIn(service('type: NodePort\nallocateLoadBalancerNodePorts: false\nloadBalancerClass: a.example/b')),
    ).toEqual(['api/load-balancer-fields@7', 'api/load-balancer-fields@8']);
    expect(await faultsIn(service('type: LoadBalancer\nloadBalancerClass: a b'))).toEqual([
      'api/load-balancer-fields@7',
    ]);
    expect(await faultsIn(service('type: LoadBalancer\nloadBalancerClass: internal'))).toEqual([]);
  });

  it("the kubelet's port stays off load balancers", async () => {
    const kubelet = (type: string): string =>
      serviceText(`type: ${type}\nselector: {app: web}\nports:\n- name: a\n  port: 80\n- port: 10250\n  name: kubelet`);
    expect(await faultsIn(kubelet('LoadBalancer'))).toEqual(['api/load-balancer-fields@11']);
    expect(await faultsIn(kubelet('NodePort'))).toEqual([]);
  });
});

describe('sessionAffinity', () => {
  const affinity = (timeout: string, kind = 'ClientIP'): string =>
    service(`sessionAffinity: ${kind}\nsessionAffinityConfig:\n  clientIP:\n    timeoutSeconds: ${timeout}`);

  it('lasts from a second to a day', async () => {
    for (const timeout of ['1', '86400']) expect(await faultsIn(affinity(timeout))).toEqual([]);
    for (const timeout of ['0', '-1', '86401'])
      expect(await faultsIn(affinity(timeout))).toEqual(['api/session-affinity@9']);
  });

  it('without ClientIP has its configuration dropped', async () => {
    expect(await faultsIn(affinity('0', 'None'))).toEqual([]);
    expect(await faultsIn(service('sessionAffinity: ClientIP'))).toEqual([]);
  });
});

describe('trafficDistribution', () => {
  it.each([
    ['1.30', []],
    ['1.31', ['PreferClose']],
    ['1.33', ['PreferClose']],
    ['1.34', ['PreferClose', 'PreferSameNode', 'PreferSameZone']],
    ['1.37', ['PreferClose', 'PreferSameNode', 'PreferSameZone']],
  ])('in %s may be %j', async (version, served) => {
    for (const value of ['PreferClose', 'PreferSameNode', 'PreferSameZone', 'PreferLocal', 'preferClose']) {
      expect(await faultsIn(service(`trafficDistribution: ${value}`), ['--kube-version', version])).toEqual(
        served.includes(value) ? [] : ['api/traffic-distribution@6'],
      );
    }
  });
});
