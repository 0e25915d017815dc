/** Kinds of false alarms and noise that public repositories showed. */
import { faultsIn, serviceText, stream } from '../support/lint.js';
import { filesOfRule, messagesOfRule, placesOfRule, workload } from '../support/lint-set.js';

const service = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec:\n  selector: {app: ${name}}\n  ports: [{port: 80${more}}]\n`;
const ingress = (name: string, backend: string, path = '/'): string =>
  `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: ${name}, namespace: shop}\nspec:\n  rules:\n  - host: a.example.com\n    http: {paths: [{path: ${path}, pathType: Prefix, backend: {service: {name: ${backend}, port: {number: 80}}}}]}\n`;

describe('node ports of lessons', () => {
  it('are an info also where the first of all definitions is elsewhere', async () => {
    const nodePort = (name: string): string =>
      service(name, ', nodePort: 31000').replace('spec:', 'spec:\n  type: NodePort');
    const files = {
      'now/1/web.yaml': service('web'),
      'old/1/web.yaml': service('web'),
      'old/2/web.yaml': service('web'),
      'old/3/a.yaml': nodePort('a'),
      'old/4/b.yaml': nodePort('b'),
    };
    expect(await filesOfRule('api/node-port-conflict', files)).toEqual(['old/4/b.yaml info']);
  });
});

describe('routes of two files', () => {
  const rule = 'ingress/duplicate-route';

  it('are an info where one Ingress adds to the other', async () => {
    const more = ingress('two', 'web').replace(
      'paths: [',
      'paths: [{path: /b, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}, ',
    );
    expect(await filesOfRule(rule, { 'a/1.yaml': ingress('one', 'web'), 'a/2.yaml': more })).toEqual(['a/2.yaml info']);
    expect(await filesOfRule(rule, { 'a/all.yaml': stream(ingress('one', 'web'), more) })).toEqual([
      'a/all.yaml warning',
    ]);
  });
});

describe('a backend that is not there', () => {
  const severityOf = async (name: string, source = 'web'): Promise<string[]> =>
    placesOfRule('ingress/service-missing', stream(ingress(source, name), service('echo-v1')), [], 'error');

  it.each(['echo-v3', 'default-http-backend', 'nonexistent'])('called %s is an info', async (name) => {
    expect(await severityOf(name)).toEqual(['7 info']);
  });

  it('is an error otherwise, unless the Ingress says that it is wrong', async () => {
    expect(await severityOf('other')).toEqual(['7']);
    expect(await severityOf('other', 'invalid-backend')).toEqual(['7 info']);
  });
});

describe('Pods that operators make', () => {
  const rule = 'service/no-matching-pods';

  it('of Prometheus are an info', async () => {
    const selecting = serviceText('selector: {app: prometheus}\nports: [{port: 9090}]');
    expect(await placesOfRule(rule, stream(selecting, workload()), [], 'error')).toEqual(['6 info']);
    const own = workload({ labels: '{app: prometheus}', name: 'own' });
    expect(await faultsIn(stream(selecting, own))).toEqual([]);
  });

  it('of a bundle are in any namespace', async () => {
    const bundle =
      'apiVersion: operators.coreos.com/v1alpha1\nkind: ClusterServiceVersion\nmetadata: {name: op, namespace: placeholder}\n' +
      'spec: {install: {spec: {deployments: [{spec: {template: {metadata: {labels: {app: op}}}}}]}}}\n';
    expect(
      await placesOfRule(rule, stream(serviceText('selector: {app: op}\nports: [{port: 80}]'), workload(), bundle)),
    ).toEqual([]);
  });
});

describe('host ports', () => {
  it('are told once for each pair of workloads', async () => {
    const ports = '[{containerPort: 80, hostPort: 80}, {containerPort: 443, hostPort: 443}]';
    const pair = stream(workload({ name: 'a', ports }), workload({ name: 'b', ports }));
    expect(await messagesOfRule('workload/host-port-conflict', pair)).toHaveLength(1);
  });
});

describe('an object that kops keeps', () => {
  it('may have long labels', async () => {
    const group = (apiVersion: string): string =>
      `apiVersion: ${apiVersion}\nkind: InstanceGroup\nmetadata: {name: a, labels: {a: ${'x'.repeat(64)}}}\n`;
    expect(await faultsIn(group('kops.k8s.io/v1alpha2'))).toEqual([]);
    expect(await faultsIn(group('example.com/v1'))).toEqual(['api/label-syntax@3']);
  });
});

describe('Endpoints without addresses', () => {
  it('are a lock', async () => {
    const endpoints = 'apiVersion: v1\nkind: Endpoints\nmetadata: {name: lock, namespace: shop}\n';
    expect(await faultsIn(stream(endpoints, service('web'), workload()))).toEqual([]);
  });
});

describe('warnings that are not wanted', () => {
  const endless = service('legacy').replace('  selector: {app: legacy}\n', '');

  it('a Service without selector with no workload beside it is an info', async () => {
    expect(
      await filesOfRule('service/no-endpoints', { 'routes/legacy.yaml': endless, 'web/web.yaml': workload() }),
    ).toEqual(['routes/legacy.yaml info']);
    expect(
      await filesOfRule('service/no-endpoints', { 'web/legacy.yaml': endless, 'web/web.yaml': workload() }),
    ).toEqual(['web/legacy.yaml warning']);
  });

  it('canaries by name, and workloads that lie apart where nothing says the namespace, are an info', async () => {
    const rule = 'service/selects-many-workloads';
    const more = (name: string, namespace = 'shop'): string =>
      workload({ name, namespace, container: `env: [{name: NAME, value: ${name}}]` });
    expect(await filesOfRule(rule, { 'a.yaml': stream(service('web'), more('web'), more('web-canary')) })).toEqual([
      'a.yaml info',
    ]);
    expect(await filesOfRule(rule, { 'a.yaml': stream(service('web'), more('web'), more('search')) })).toEqual([
      'a.yaml warning',
    ]);
    const apart = (namespace: string): Record<string, string> => ({
      'service/web.yaml': service('web').replace('namespace: shop', `namespace: ${namespace}`),
      'one/web.yaml': more('web', namespace),
      'two/search.yaml': more('search', namespace),
    });
    expect(await filesOfRule(rule, apart('default'))).toEqual(['service/web.yaml info']);
    expect(await filesOfRule(rule, apart('shop'))).toEqual(['service/web.yaml warning']);
  });

  it('one workload as two kinds, replicas that keep apart and Jobs', async () => {
    const ports = '[{name: http, containerPort: 80, hostPort: 80}]';
    const both = { 'a.yaml': workload({ ports }), 'b.yaml': workload({ ports, kind: 'DaemonSet' }) };
    expect(await filesOfRule('workload/host-port-conflict', both)).toEqual(['b.yaml info']);
    const replicas = (pod: string): string => workload({ ports, spec: 'replicas: 2', pod });
    const apart =
      'affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname}]}}';
    expect(await filesOfRule('workload/host-port-conflict', { 'a.yaml': replicas('') })).toEqual(['a.yaml warning']);
    expect(await filesOfRule('workload/host-port-conflict', { 'a.yaml': replicas(apart) })).toEqual(['a.yaml info']);
    const named = service('web', ', targetPort: http');
    const partial = async (kind: string): Promise<string[]> =>
      filesOfRule('service/target-port-partial', {
        'a.yaml': stream(named, workload(), workload({ kind, name: 'make', ports: '[]' })),
      });
    expect(await partial('Job')).toEqual([]);
    expect(await partial('DaemonSet')).toEqual(['a.yaml warning']);
  });
});
