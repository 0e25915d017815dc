import { serviceText, stream } from '../../../support/lint.js';
import { placesOfRule, workload } from '../../../support/lint-set.js';

const ports = 'ports: [{name: a, port: 80}]';
const selecting = (fields: string, portList = ports): string =>
  serviceText(`${fields}\nselector: {app: web}\n${portList}`);
const annotated = (annotations: string): string =>
  selecting('type: ClusterIP').replace('namespace: shop}', `namespace: shop, annotations: {${annotations}}}`);
const nodes = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `apiVersion: v1\nkind: Node\nmetadata: {name: n${index}}\n`);

/** Rules about a single Service: what they report, by line, and what they accept. */
const cases: Readonly<
  Record<string, { readonly bad: readonly [text: string, ...lines: string[]][]; readonly good: readonly string[] }>
> = {
  'service/affinity-per-port': {
    bad: [
      [selecting('sessionAffinity: ClientIP', 'ports: [{name: a, port: 80}, {name: b, port: 81}]'), '6'],
      [serviceText('sessionAffinity: ClientIP\nports: [{name: a, port: 53}, {name: b, port: 53, protocol: UDP}]'), '6'],
    ],
    good: [
      selecting('sessionAffinity: ClientIP'),
      selecting('sessionAffinity: None', 'ports: [{name: a, port: 80}, {name: b, port: 81}]'),
      selecting('sessionAffinity: ClientIP\nclusterIP: None', 'ports: [{name: a, port: 80}, {name: b, port: 81}]'),
    ],
  },
  'service/external-ips-deprecated': {
    bad: [
      [selecting('externalIPs:\n- 203.0.113.1\n- 203.0.113.2'), '6'],
      [selecting('externalIPs: ["2001:db8::1"]'), '6'],
    ],
    good: [selecting('externalIPs: []'), selecting('type: LoadBalancer')],
  },
  'service/external-name-ignored-fields': {
    bad: [
      [serviceText(`type: ExternalName\nexternalName: example.com\n${ports}`), '8'],
      [serviceText(`type: ExternalName\nexternalName: example.com\nselector: {app: a}\n${ports}`), '8', '9'],
    ],
    good: [
      serviceText('type: ExternalName\nexternalName: example.com\nselector: {}\nports: []'),
      selecting('type: ClusterIP'),
    ],
  },
  'service/external-name-ip': {
    bad: [
      [serviceText('type: ExternalName\nexternalName: 10.0.0.1.'), '7'],
      [serviceText('type: ExternalName\nexternalName: 010.0.0.1'), '7'],
    ],
    good: [
      serviceText('type: ExternalName\nexternalName: 10.0.0.1.example.com'),
      serviceText('type: ExternalName\nexternalName: 1.2.3'),
      selecting('externalName: 10.0.0.1'),
    ],
  },
  'service/headless-ignored-fields': {
    bad: [
      [selecting('clusterIP: None\nexternalIPs:\n- 203.0.113.1'), '7'],
      [selecting('clusterIP: None\nloadBalancerIP: 203.0.113.1'), '7'],
      [selecting('clusterIP: None\nsessionAffinity: ClientIP\nexternalIPs: [203.0.113.1]'), '7', '8'],
    ],
    good: [
      selecting('clusterIP: None\nexternalIPs: []\nloadBalancerIP: ""'),
      selecting('sessionAffinity: ClientIP\nexternalIPs: [203.0.113.1]'),
    ],
  },
  'service/load-balancer-ip': {
    bad: [
      [selecting('type: LoadBalancer\nloadBalancerIP: "2001:db8::1"'), '7'],
      [selecting('type: LoadBalancer\nloadBalancerIP: 203.0.113.1\nloadBalancerClass: example.com/a'), '7'],
    ],
    good: [
      selecting('type: LoadBalancer\nloadBalancerIP: ""'),
      `${selecting('type: LoadBalancer')}status: {loadBalancer: {ingress: [{ip: 203.0.113.1}]}}\n`,
    ],
  },
  'service/publish-not-ready': {
    bad: [
      [selecting('publishNotReadyAddresses: true'), '6'],
      [selecting('type: NodePort\npublishNotReadyAddresses: true'), '7'],
    ],
    good: [
      selecting('publishNotReadyAddresses: false'),
      selecting('clusterIP: None\npublishNotReadyAddresses: true'),
      selecting('clusterIPs: [None]\nclusterIP: None\npublishNotReadyAddresses: true'),
    ],
  },
  'service/tolerate-unready-annotation': {
    bad: [
      [annotated('service.alpha.kubernetes.io/tolerate-unready-endpoints: "true"'), '3'],
      [
        annotated('service.alpha.kubernetes.io/tolerate-unready-endpoints: "false"').replace('ClusterIP', 'NodePort'),
        '3',
      ],
    ],
    good: [
      annotated('service.kubernetes.io/tolerate-unready-endpoints: "true"'),
      annotated('a: b').replace('annotations', 'labels'),
    ],
  },
  'service/topology-annotation': {
    bad: [
      [annotated('service.kubernetes.io/topology-aware-hints: auto'), '3'],
      [
        annotated('service.kubernetes.io/topology-aware-hints: auto, service.kubernetes.io/topology-mode: Auto'),
        '3',
        '3',
      ],
    ],
    good: [annotated('example.com/topology-mode: Auto'), annotated('a: service.kubernetes.io/topology-mode')],
  },
  'service/source-ranges-bypass': {
    bad: [
      [selecting('type: LoadBalancer\nloadBalancerSourceRanges:\n- 198.51.100.0/24'), '7'],
      [
        selecting(
          'type: LoadBalancer\nloadBalancerSourceRanges: [198.51.100.0/24]\nallocateLoadBalancerNodePorts: true',
        ),
        '7',
      ],
      [
        selecting(
          'type: LoadBalancer\nallocateLoadBalancerNodePorts: false\nloadBalancerSourceRanges: [198.51.100.0/24]',
          'ports: [{port: 80, nodePort: 30080}]',
        ),
        '8',
      ],
      [selecting('type: LoadBalancer\nloadBalancerSourceRanges: [0.0.0.0/0, "2001:db8::/32"]'), '7'],
    ],
    good: [
      selecting('type: LoadBalancer\nloadBalancerSourceRanges: []'),
      selecting('type: LoadBalancer\nloadBalancerSourceRanges: [0.0.0.0/0]'),
      selecting('type: NodePort\nloadBalancerSourceRanges: [198.51.100.0/24]'),
    ],
  },
  'service/port-name-protocol': {
    bad: [
      ['tcp', 'dns-udp', 'udp53', 'p2p-udp', 'quic', 'http3'].map(
        (name, index) => `{name: ${name}, port: ${index + 1}, protocol: ${name === 'tcp' ? 'UDP' : 'TCP'}}`,
      ),
      ['http', 'https-web', 'grpc-a', 'dns-tcp', 'http2', 'mysql'].map(
        (name, index) => `{name: ${name}, port: ${index + 1}, protocol: UDP}`,
      ),
      ['http', 'udp-a', 'tcp-a'].map((name, index) => `{name: ${name}, port: ${index + 1}, protocol: SCTP}`),
    ].map((list): [string, ...string[]] => [
      selecting('type: ClusterIP', `ports:\n${list.map((port) => `- ${port}`).join('\n')}`),
      ...list.map((_, index) => String(9 + index)),
    ]),
    good: [
      ...['dns', 'http', 'https-tcp', 'web', 'tcp-udp', 'syslog', 'metrics', 'udpate'].map((name) =>
        selecting('type: ClusterIP', `ports: [{name: ${name}, port: 80}]`),
      ),
      ...['dns', 'h3', 'https-udp', 'http-quic', 'sip', 'web', 'udp', '"53"'].map((name) =>
        selecting('type: ClusterIP', `ports: [{name: ${name}, port: 80, protocol: UDP}]`),
      ),
    ],
  },
};

describe.each(Object.entries(cases))('%s', (rule, { bad, good }) => {
  it.each(bad)('reports\n%s', async (text, ...lines) => {
    expect(await placesOfRule(rule, text)).toEqual(lines);
  });

  it.each(good.map((text) => [text]))('accepts\n%s', async (text) => {
    expect(await placesOfRule(rule, text)).toEqual([]);
  });
});

describe('service/external-ips-deprecated', () => {
  it('begins with 1.36', async () => {
    const text = selecting('externalIPs: [203.0.113.1]');
    expect(await placesOfRule('service/external-ips-deprecated', text, ['--kube-version', '1.35'])).toEqual([]);
    expect(await placesOfRule('service/external-ips-deprecated', text, ['--kube-version', '1.37'])).toEqual(['6']);
  });
});

describe('service/node-port-ephemeral', () => {
  const places = (nodePort: number, range = '30000-62000'): Promise<string[]> =>
    placesOfRule(
      'service/node-port-ephemeral',
      selecting('type: NodePort', `ports:\n- port: 80\n  nodePort: ${nodePort}`),
      ['--service-node-port-range', range],
    );

  it('holds both ends of the range', async () => {
    expect([await places(32767), await places(32768), await places(60999), await places(61000)]).toEqual([
      [],
      ['10'],
      ['10'],
      [],
    ]);
  });

  it('leaves a port that is refused alone', async () => {
    expect(await places(40000, '30000-32767')).toEqual([]);
  });
});

describe('service/local-policy-gap', () => {
  const places = (service: string, ...others: string[]): Promise<string[]> =>
    placesOfRule('service/local-policy-gap', stream(service, ...others), [], 'warning');
  const local = selecting('type: NodePort\nexternalTrafficPolicy: Local');
  const replicas = (count: number, name = 'web'): string => workload({ name, spec: `replicas: ${count}` });

  it('compares the replicas of all selected workloads with the nodes', async () => {
    expect(await places(local, replicas(2), ...nodes(3))).toEqual(['7']);
    expect(await places(local, workload(), ...nodes(2))).toEqual(['7']);
    expect(await places(local, workload({ kind: 'Pod' }), ...nodes(2))).toEqual(['7']);
    expect(await places(local, replicas(1), replicas(1, 'other'), ...nodes(3))).toEqual(['7']);
    expect(await places(local, replicas(1), replicas(2, 'other'), ...nodes(3))).toEqual([]);
    expect(await places(local, workload({ kind: 'Pod' }), ...nodes(1))).toEqual([]);
  });

  it('is an info where no Node is known', async () => {
    expect(await places(local, replicas(9))).toEqual(['7 info']);
  });

  it('accepts a DaemonSet, the policy Cluster, and a Service that selects nothing', async () => {
    expect(await places(local, workload({ kind: 'DaemonSet' }), ...nodes(3))).toEqual([]);
    expect(await places(local, workload({ kind: 'DaemonSet' }), replicas(1, 'other'), ...nodes(3))).toEqual([]);
    expect(await places(selecting('type: NodePort\nexternalTrafficPolicy: Cluster'), replicas(1), ...nodes(3))).toEqual(
      [],
    );
    expect(await places(local, ...nodes(3))).toEqual([]);
  });
});

describe('service/internal-policy-gap', () => {
  const places = (service: string, ...others: string[]): Promise<string[]> =>
    placesOfRule('service/internal-policy-gap', stream(service, ...others));
  const local = selecting('internalTrafficPolicy: Local');

  it('does not count replicas', async () => {
    expect(await places(local, workload({ spec: 'replicas: 9' }), ...nodes(2))).toEqual(['6']);
    expect(await places(local, workload({ kind: 'StatefulSet' }))).toEqual(['6']);
    expect(await places(selecting('type: NodePort\ninternalTrafficPolicy: Local'), workload({ kind: 'Pod' }))).toEqual([
      '7',
    ]);
  });

  it('accepts a DaemonSet, a headless Service, which no policy applies to, and one that selects nothing', async () => {
    expect(await places(local, workload({ kind: 'DaemonSet' }))).toEqual([]);
    expect(await places(selecting('clusterIP: None\ninternalTrafficPolicy: Local'), workload())).toEqual([]);
    expect(await places(local)).toEqual([]);
  });
});
