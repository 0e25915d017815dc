/** Updates that the API server rejects, and similar ones that it accepts. */
import { refusedUpdates } from '../../src/diff/update-refusals.js';
import { parseManifests } from '../../src/manifests/read.js';
import type { ManifestSet } from '../../src/manifests/types.js';

function set(...documents: readonly string[]): ManifestSet {
  return parseManifests([{ name: 'a.yaml', text: documents.join('\n---\n') }]);
}

function refused(before: string, after: string): string[] {
  return refusedUpdates(set(before), set(after)).map(({ kind, field }) => `${kind} ${field}`);
}

const service = (spec: string, name = 'web'): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec: {${spec}}`;
const workload = (kind: string, spec: string): string =>
  `apiVersion: ${kind === 'Job' ? 'batch' : 'apps'}/v1\nkind: ${kind}\nmetadata: {name: web, namespace: shop}\nspec: {${spec}}`;

describe('Services', () => {
  it.each([
    ['clusterIP: 10.96.0.1', 'clusterIP: 10.96.0.2', ['Service spec.clusterIP']],
    ['clusterIP: None', 'clusterIP: 10.96.0.2', ['Service spec.clusterIP']],
    ['clusterIP: 10.96.0.1', 'type: NodePort', []],
    ['clusterIP: "fd00::1"', 'clusterIP: "FD00:0::1"', []],
    ['clusterIP: 10.96.0.1', 'type: ExternalName, externalName: a.example', []],
    ['ipFamilies: [IPv4, IPv6]', 'ipFamilies: [IPv6, IPv4]', ['Service spec.ipFamilies']],
    ['ipFamilies: [IPv4]', 'ipFamilies: [IPv4, IPv6]', []],
    ['type: LoadBalancer', 'type: LoadBalancer, loadBalancerClass: a/b', ['Service spec.loadBalancerClass']],
    ['type: ClusterIP', 'type: LoadBalancer, loadBalancerClass: a/b', []],
    ['ports: [{port: 80}]', 'ports: [{port: 81}], selector: {a: b}', []],
  ])('%s → %s', (before, after, expected) => {
    expect(refused(service(before), service(after))).toEqual(expected);
  });

  it('node ports that change hands', () => {
    const ports = (first: number, second: number): string =>
      [
        service(`type: NodePort, ports: [{port: 80, nodePort: ${first}}]`, 'one'),
        service(`type: NodePort, ports: [{port: 80, nodePort: ${second}}]`, 'two'),
      ].join('\n---\n');
    expect(refused(ports(30080, 30081), ports(30081, 30080))).toEqual([
      'Service spec.ports[0].nodePort',
      'Service spec.ports[0].nodePort',
    ]);
    expect(refused(ports(30080, 30081), ports(30080, 30082))).toEqual([]);
  });
});

describe('workloads', () => {
  const labels = (app: string): string => `selector: {matchLabels: {app: ${app}}}`;

  it.each([
    ['Deployment', labels('a'), labels('b'), ['Deployment spec.selector']],
    ['DaemonSet', labels('a'), labels('b'), ['DaemonSet spec.selector']],
    ['Deployment', `${labels('a')}, replicas: 1`, `replicas: 2, ${labels('a')}`, []],
    [
      'StatefulSet',
      `${labels('a')}, serviceName: a`,
      `${labels('a')}, serviceName: b`,
      ['StatefulSet spec.serviceName'],
    ],
    ['StatefulSet', labels('a'), `${labels('a')}, podManagementPolicy: OrderedReady`, []],
    [
      'StatefulSet',
      labels('a'),
      `${labels('a')}, podManagementPolicy: Parallel`,
      ['StatefulSet spec.podManagementPolicy'],
    ],
    [
      'Job',
      'template: {spec: {restartPolicy: Never}}',
      'template: {spec: {restartPolicy: OnFailure}}',
      ['Job spec.template'],
    ],
    ['Job', 'parallelism: 1, template: {}', 'parallelism: 2, template: {}', []],
  ])('%s: %s → %s', (kind, before, after, expected) => {
    expect(refused(workload(kind, before), workload(kind, after))).toEqual(expected);
  });

  it('another object of the name is none', () => {
    expect(refused(workload('Deployment', labels('a')), workload('StatefulSet', labels('b')))).toEqual([]);
  });

  it('says where, and of which object', () => {
    const [first] = refusedUpdates(set(workload('Deployment', labels('a'))), set(workload('Deployment', labels('b'))));
    expect(first).toMatchObject({ namespace: 'shop', name: 'web', file: 'a.yaml', line: 4 });
    expect(first?.sentence).toBe(
      'The API server would reject this update of Deployment shop/web: spec.selector: this field may not change',
    );
  });
});
