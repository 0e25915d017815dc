/**
 * What makes a set of manifests fail, what is left out of it with a note, and objects that a cluster already stores.
 */
import { parseManifests } from '../../src/manifests/read.js';
import { completeCluster, type CompleteOptions } from '../../src/pipeline/complete.js';
import { lint } from '../../src/lint/run.js';

const complete = async (text: string, options: CompleteOptions = {}) => {
  const { completed, refusals } = await completeCluster(parseManifests([{ name: 'test.yaml', text }]), options);
  return { completed, refused: refusals.map(({ rule, range }) => `${range.start.line} ${rule}`) };
};
const configuration = `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clusterCIDR: 10.244.0.0/16
---
`;
const service = (metadata: string, spec: string): string => `apiVersion: v1
kind: Service
metadata: {name: web, ${metadata}}
spec: {type: LoadBalancer, ports: [{port: 80}], ${spec}}
---
`;
const sloppy = 'loadBalancerSourceRanges: [192.168.5.115/24]';

describe('objects that a cluster holds already', () => {
  it.each([
    ['a uid', 'uid: 1-2-3', sloppy],
    ['a resourceVersion', "resourceVersion: '17'", sloppy],
    ['its clusterIPs', '', `clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7], ${sloppy}`],
  ])('are not refused for what only a create would be: %s', async (_, metadata, spec) => {
    expect((await complete(service(metadata, spec))).refused).toEqual([]);
  });

  it('are refused for it where they are still to be created', async () => {
    expect((await complete(service('', sloppy))).refused).toEqual(['4 api/source-ranges']);
    expect((await complete(service('', sloppy), { kubeVersion: { minor: 35 } })).refused).toEqual([]);
  });

  it('are refused for what no version takes: nothing of a manifest may reach a rule unread', async () => {
    const injected = String.raw`uid: 1-2-3, annotations: {a: "x"}, labels: {"a b\n": c}`;
    expect((await complete(service(injected, sloppy))).refused).toEqual(['3 api/label-syntax']);
    expect((await complete(service('uid: 1-2-3', 'externalIPs: [10.0.0.300]'))).refused).toEqual(['4 api/external-ip']);
  });

  it('take their EndpointSlices along', async () => {
    const slice = (name: string): string => `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, labels: {kubernetes.io/service-name: ${name}}}
addressType: IPv4
ports: [{name: '', port: 8080}]
endpoints: [{addresses: [010.244.002.036]}]
`;
    expect((await complete(service('uid: 1-2-3', 'clusterIP: 10.96.0.7') + slice('web'))).refused).toEqual([]);
    expect((await complete(slice('web'))).refused).toEqual(['6 api/endpoint-slice']);
  });

  it('are still told of by lint', async () => {
    const { findings } = await lint(parseManifests([{ name: 'test.yaml', text: service('uid: 1-2-3', sloppy) }]), {
      facts: { version: { minor: 36 }, serviceCIDRs: [], nodePortRange: { from: 30000, to: 32767 } },
    });
    expect(findings.map(({ rule }) => rule)).toContain('api/source-ranges');
  });
});

describe('objects that a cluster can do without', () => {
  const fine = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
`;
  const deployment = (fields: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  ${fields}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}
---
`;
  const endpointCount = (completed: Awaited<ReturnType<typeof complete>>['completed']): number | undefined =>
    completed?.cluster.endpointSlices.flatMap(({ endpoints }) => endpoints).length;

  it('are told of with their place, and left out', async () => {
    const { completed } = await complete(configuration + fine + deployment('replicas: many'));
    expect(completed?.notes).toEqual([
      'test.yaml:15:13: spec.replicas must be a whole number of at least 0, but is the string "many": the API server refuses the Deployment. (schema/invalid); the object is left out',
    ]);
    expect(endpointCount(completed)).toBe(0);
  });

  it('stay where an API server takes them all the same', async () => {
    const { completed } = await complete(configuration + fine + deployment('replica: 3'));
    expect(completed?.notes).toEqual([
      'test.yaml:15:3: There is no field "replica" in spec: the API server refuses it, or drops it where validation is off; did you mean replicas? (schema/unknown-field)',
    ]);
    expect(endpointCount(completed)).toBe(1);
  });

  it.each([
    ['CronJob', 'apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: x}\nspec: {schedule: 5}\n'],
    ['Ingress', 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: x}\nspec: {rules: 5}\n'],
  ])('%s is a note; the rest is generated', async (_, text) => {
    const { completed, refused } = await complete(configuration + fine + text);
    expect(refused).toEqual([]);
    expect(completed?.notes.length).toBeGreaterThan(0);
    expect(completed?.notes.join()).toContain('the object is left out');
  });

  it('are counted where there are many', async () => {
    const { completed } = await complete(configuration + fine + deployment('replicas: many').repeat(5));
    expect(completed?.notes.slice(0, 4).at(-1)).toBe('2 more errors of this kind; kubechains lint shows all');
  });

  it.each([
    ['Service', 'apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: 5}\n'],
    ['Node', 'apiVersion: v1\nkind: Node\nmetadata: {name: x}\nspec: {podCIDR: 5}\n'],
    ['ServiceCIDR', 'apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: x}\nspec: {cidrs: 5}\n'],
  ])('%s is not one of them', async (_, text) => {
    expect((await complete(configuration + fine + text)).refused).toHaveLength(1);
  });
});

describe('nodePortAddresses: [primary]', () => {
  it('keeps kube-proxy 1.30 from starting, and no later one', async () => {
    const text = configuration.replace('clusterCIDR', 'nodePortAddresses: [primary]\nclusterCIDR');
    expect((await complete(text, { kubeVersion: { minor: 30 } })).refused).toEqual(['3 schema/invalid']);
    expect((await complete(text, { kubeVersion: { minor: 31 } })).refused).toEqual([]);
  });
});

describe('ServiceCIDR objects', () => {
  const range = (cidrs: string): string =>
    `apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: kubernetes}\nspec: {cidrs: [${cidrs}]}\n---\n`;
  const fine = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n';

  it('give cluster IPs out of their range', async () => {
    const { completed } = await complete(configuration + range('172.20.0.0/24') + fine);
    expect(completed?.cluster.services[0]?.clusterIPs[0]).toMatch(/^172\.20\.0\./);
    const given = await complete(configuration + range('172.20.0.0/24') + fine, {
      serviceCIDRs: [{ family: 'ipv4', bytes: [10, 1, 2, 0], length: 24 }],
    });
    expect(given.completed?.cluster.services[0]?.clusterIPs[0]).toMatch(/^10\.1\.2\./);
  });

  it.each([
    ['10.96.0.1/12', 'spec.cidrs[0] "10.96.0.1/12" is not a prefix in canonical form'],
    ['10.96.0.0', 'spec.cidrs[0] "10.96.0.0" is not a prefix in canonical form'],
    ['10.96.0.0/12, 10.0.0.0/16', 'one of each IP family'],
  ])('with cidrs [%s] are refused', async (cidrs, message) => {
    const { refusals } = await completeCluster(parseManifests([{ name: 'test.yaml', text: range(cidrs) }]), {});
    expect(refusals.map((refusal) => refusal.message).join()).toContain(message);
  });
});
