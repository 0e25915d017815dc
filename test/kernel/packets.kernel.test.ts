/**
 * Real connections through generated rules: a client, a node with the rules, and three Pods, each a network namespace.
 */
import { completeText, generateTexts } from '../support/generate.js';
import { describeUnless, Hosts, missingForKernelTests } from './network.js';
import { answeringServer, askingClient, connectingClient } from './programs.js';

const pods = ['pod1', 'pod2', 'pod3'];
const podAddress = (pod: string): string => `10.244.1.1${pod.slice(3)}`;

const service = (name: string, spec: string): string => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {selector: {app: web}, ${spec}}
`;
const slice = (name: string, ready: boolean): string => `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}-1, namespace: shop, labels: {kubernetes.io/service-name: ${name}}}
addressType: IPv4
ports: [{name: tcp, port: 8080, protocol: TCP}, {name: udp, port: 8080, protocol: UDP}]
endpoints:
${pods.map((pod) => `- {addresses: [${podAddress(pod)}], nodeName: node-1, conditions: {ready: ${ready}}}`).join('\n')}
`;
const ports =
  'ports: [{name: tcp, port: 80, protocol: TCP, nodePort: 30080}, {name: udp, port: 80, protocol: UDP, nodePort: 30080}]';

const manifests = [
  service('web', `type: LoadBalancer, clusterIP: 10.96.0.50, ${ports}`) +
    'status: {loadBalancer: {ingress: [{ip: 203.0.113.7}]}}\n',
  slice('web', true),
  service('sticky', 'clusterIP: 10.96.0.51, sessionAffinity: ClientIP, ports: [{name: tcp, port: 80}]'),
  slice('sticky', true),
  service('idle', 'clusterIP: 10.96.0.52, ports: [{name: tcp, port: 80}]'),
  slice('idle', false),
  `
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
hostnameOverride: node-1
clusterCIDR: 10.244.0.0/16
`,
].join('---');

type Tally = Record<string, number>;

describeUnless(missingForKernelTests('iptables-restore', 'sysctl'), 'packets', () => {
  const hosts = new Hosts(`kc${process.pid}`);

  beforeAll(async () => {
    hosts.add('client', 'node', 'uplink', ...pods);
    hosts.connect('client', 'node');
    hosts.ip('node', 'address add 192.168.0.2/24 dev client');
    hosts.ip('client', 'address add 192.168.0.100/24 dev node');
    hosts.ip('client', 'route add default via 192.168.0.2');
    // As on any node: without a route the kernel would reject a packet before the rules determine its destination.
    hosts.connect('node', 'uplink');
    hosts.ip('node', 'route add default dev uplink');
    hosts.setting('node', 'net.ipv4.ip_forward', 1);
    // The kernel limits the rate of ICMP errors to one peer; one that it omits looks like a lost packet.
    hosts.setting('node', 'net.ipv4.icmp_ratelimit', 0);
    for (const pod of pods) {
      hosts.connect('node', pod);
      hosts.ip('node', `address add 10.244.1.1/32 dev ${pod}`);
      hosts.ip('node', `route add ${podAddress(pod)}/32 dev ${pod}`);
      hosts.ip(pod, `address add ${podAddress(pod)}/32 dev node`);
      hosts.ip(pod, 'route add 10.244.1.1/32 dev node');
      hosts.ip(pod, 'route add default via 10.244.1.1');
    }
    // nfacct counters need a kernel module of their own; without them, the rules handle traffic equally.
    const completed = await completeText(manifests, { host: { nodeIPs: ['192.168.0.2'], nfacct: false } });
    hosts.run('node', 'iptables-restore', [], (await generateTexts(completed)).get('ipv4.save'));
    await Promise.all(pods.map((pod) => hosts.start(pod, answeringServer(pod))));
  }, 60_000);

  afterAll(() => {
    hosts.remove();
  });

  const connect = (from: string, address: string, port: number, count: number): Tally =>
    JSON.parse(hosts.run(from, process.execPath, ['-e', connectingClient(address, port, count)])) as Tally;
  const ask = (from: string, address: string, port: number, count: number): Tally =>
    JSON.parse(hosts.run(from, process.execPath, ['-e', askingClient(address, port, count)])) as Tally;
  const podsIn = (tally: Tally): string[] =>
    Object.keys(tally)
      .map((answer) => answer.split(' ')[0] ?? '')
      .sort();
  const sourcesIn = (tally: Tally): Set<string> =>
    new Set(Object.keys(tally).map((answer) => answer.split(' ')[1] ?? ''));

  it('spreads 2000 connections to a cluster IP evenly: each share within 5 % of a third', () => {
    const tally = connect('pod1', '10.96.0.50', 80, 2000);
    const perPod = pods.map((pod) =>
      Object.entries(tally).reduce((sum, [answer, count]) => (answer.startsWith(`${pod} `) ? sum + count : sum), 0),
    );
    expect(perPod.reduce((sum, count) => sum + count)).toBe(2000);
    for (const count of perPod) expect(Math.abs(count / 2000 - 1 / 3)).toBeLessThan(0.05);
  }, 60_000);

  it.each([
    ['cluster IP', '10.96.0.50', 80],
    ['load balancer', '203.0.113.7', 80],
    ['node port', '192.168.0.2', 30080],
  ])(
    'reaches all endpoints over TCP and UDP through the %s from outside, masqueraded',
    (_, address, port) => {
      for (const tally of [connect('client', address, port, 60), ask('client', address, port, 60)]) {
        expect(new Set(podsIn(tally))).toEqual(new Set(pods));
        expect(sourcesIn(tally)).toEqual(new Set(['10.244.1.1']));
      }
    },
    60_000,
  );

  it('shows Pods the address of the Pod that called them', () => {
    const tally = connect('pod2', '10.96.0.50', 80, 60);
    expect(tally[`pod1 ${podAddress('pod2')}`]).toBeGreaterThan(0);
    expect(tally[`pod3 ${podAddress('pod2')}`]).toBeGreaterThan(0);
  });

  it('reaches a Pod that calls itself through its Service, with the node as source (hairpin)', () => {
    expect(connect('pod2', '10.96.0.50', 80, 60)['pod2 10.244.1.1']).toBeGreaterThan(0);
  });

  it('answers on the node itself', () => {
    expect(new Set(podsIn(connect('node', '10.96.0.50', 80, 60)))).toEqual(new Set(pods));
    expect(new Set(podsIn(connect('node', '192.168.0.2', 30080, 60)))).toEqual(new Set(pods));
  });

  it('keeps a client with its endpoint (ClientIP affinity)', () => {
    for (const from of ['client', 'pod1', 'pod3'])
      expect(Object.values(connect(from, '10.96.0.51', 80, 60))).toEqual([60]);
  });

  it('refuses at once where no endpoint is ready', () => {
    expect(connect('client', '10.96.0.52', 80, 3)).toEqual({ ECONNREFUSED: 3 });
    expect(connect('pod1', '10.96.0.52', 80, 3)).toEqual({ ECONNREFUSED: 3 });
  });
});
