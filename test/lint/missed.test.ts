import { readInputs } from '../../src/files/inputs.js';
import { faultsIn, lintText, stream } from '../support/lint.js';
import { messagesOfRule, placesOfRule, workload } from '../support/lint-set.js';

const service = (name: string, more: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec:\n  ports: [{port: 80}]\n  ${more}\n`;

describe('workload/governing-service', () => {
  const rule = 'workload/governing-service';
  const db = workload({ kind: 'StatefulSet', name: 'db', labels: '{app: db}' });

  it('reports a Service that is not there beside one that selects the Pods, and an info for one with a cluster IP', async () => {
    expect(await placesOfRule(rule, stream(db, service('shop-db', 'selector: {app: db}')))).toEqual(['4']);
    expect(await placesOfRule(rule, stream(db, service('db', 'selector: {app: db}')), [], 'warning')).toEqual([
      '4 info',
    ]);
    expect(await placesOfRule(rule, stream(db, service('db', 'clusterIP: None')))).toEqual([]);
  });

  it('takes a Service with another ending for the one that is meant', async () => {
    const set = db.replace('serviceName: db', 'serviceName: shop-orders-db-set');
    const beside = (name: string): Promise<string[]> =>
      placesOfRule(rule, stream(set, service(name, 'selector: {app: db}')), [], 'warning');
    expect(await beside('shop-orders-db-service')).toEqual(['4']);
    expect(await beside('shop-metrics-of-everything')).toEqual(['4 info']);
    expect(await beside('shop-orders')).toEqual(['4 info']);
  });

  it('takes a subdomain for a wish to be called by it', async () => {
    const pod = workload({ kind: 'Pod', name: 'a', labels: '{app: a}', pod: 'hostname: a, subdomain: db' });
    expect(await placesOfRule(rule, stream(pod, service('db', 'selector: {app: a}')), [], 'warning')).toEqual(['4']);
  });

  it('doubts itself where the Service may be elsewhere', async () => {
    const one = service('db-primary', 'selector: {statefulset.kubernetes.io/pod-name: db-0}');
    expect(await placesOfRule(rule, stream(db, one), [], 'warning')).toEqual(['4 info']);
    const nodes = db.replace('serviceName: db', 'serviceName: db-nodes');
    expect(await placesOfRule(rule, stream(nodes, service('db', 'selector: {app: db}')), [], 'warning')).toEqual([
      '4 info',
    ]);
    expect(await placesOfRule(rule, db)).toEqual([]);
  });
});

describe('Pods of a StatefulSet by number', () => {
  const asks = (name: string): Promise<string[]> => {
    const db = workload({ kind: 'StatefulSet', name: 'db', labels: '{app: db}', spec: 'replicas: 3' });
    return placesOfRule(
      'service/no-matching-pods',
      stream(db, service('one', `selector: {statefulset.kubernetes.io/pod-name: ${name}}`)),
    );
  };

  it('are there up to the number of replicas', async () => {
    expect(await asks('db-2')).toEqual([]);
    expect(await asks('db-3')).toHaveLength(1);
  });
});

describe('routes of the Gateway API', () => {
  const route = (backend: string, kind = 'HTTPRoute'): string =>
    `apiVersion: gateway.networking.k8s.io/v1\nkind: ${kind}\nmetadata: {name: r, namespace: shop}\nspec:\n  rules:\n  - backendRefs:\n    - ${backend}\n`;
  const web = service('web', 'selector: {app: web}');

  it.each(['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'])('%s: backends and their ports', async (kind) => {
    const found = async (backend: string): Promise<string[]> =>
      (await faultsIn(stream(route(backend, kind), web, workload()))).filter((place) => place.startsWith('ingress/'));
    expect(await found('{name: web, port: 80}')).toEqual([]);
    expect(await found('{name: wbe, port: 80}')).toEqual(['ingress/service-missing@7']);
    expect(await found('{name: web, port: 81}')).toEqual(['ingress/port-missing@7']);
    expect(await found('{name: other, kind: Backend, group: example.com}')).toEqual([]);
    expect(await found('{name: web, namespace: other, port: 80}')).toEqual([]);
  });
});

describe('endpoints/virtual-address', () => {
  const slice = (address: string, labels = 'kubernetes.io/service-name: two'): string =>
    `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: two-1, namespace: shop, labels: {${labels}}}\naddressType: IPv4\nports: [{port: 80}]\nendpoints: [{addresses: [${address}]}]\n`;
  const owner = service('one', 'clusterIP: 10.96.0.50');

  it('reports cluster IPs of the set, and leaves those of the controllers alone', async () => {
    const rule = 'endpoints/virtual-address';
    expect(await placesOfRule(rule, stream(slice('10.96.0.50'), owner))).toEqual(['6']);
    expect(await placesOfRule(rule, stream(slice('10.96.0.51'), owner))).toEqual([]);
    const managed = 'endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io';
    expect(await placesOfRule(rule, stream(slice('10.96.0.50', managed), owner))).toEqual([]);
  });
});

describe('a host port that is a node port', () => {
  it('is reported', async () => {
    const pod = workload({ ports: '[{containerPort: 80, hostPort: 30080}]' });
    const node = service('web', 'type: NodePort').replace('{port: 80}', '{port: 80, nodePort: 30080}');
    const rule = 'workload/host-port-conflict';
    expect(await messagesOfRule(rule, stream(pod, node))).toEqual([expect.stringContaining('node port of Service')]);
    expect(await placesOfRule(rule, stream(pod, node.replace('30080', '30081')))).toEqual([]);
  });
});

describe('apiVersion and kind', () => {
  const named = (head: string): string =>
    `${head}metadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n`;

  it.each([
    ['apiVerision: v1\nkind: Service\n', '1'],
    ['kind: Service\n', '1'],
    ['apiVersion: v1\nkid: Service\n', '2'],
    ['apiVersion: v1\n', '1'],
    ['apiVersion: v1\nkind: Servcie\n', '2'],
    ['apiVersion: v1\nkind: service\n', '2'],
  ])('%j is an error', async (head, line) => {
    const found = (await lintText(named(head))).filter(({ severity }) => severity === 'error');
    expect(found.map(({ rule, range }) => `${rule}@${range.start.line}`)).toEqual([`schema/invalid@${line}`]);
  });

  it.each(['apiVersion: example.com/v1\nkind: Servcie\n', 'apiVersion: v1\nkind: Template\n', 'kind: pipeline\n'])(
    '%j is nobody’s business',
    async (head) => {
      expect((await lintText(named(head))).filter(({ severity }) => severity === 'error')).toEqual([]);
    },
  );

  it('of a group that is none of Kubernetes’ is an error where its kind is', async () => {
    expect(await faultsIn(workload().replace('apps/v1', 'app/v1'))).toEqual(['schema/invalid@1']);
  });
});

describe('standard input', () => {
  it('that is empty cannot be read', async () => {
    const { unreadable } = await readInputs(['-'], { standardInput: () => Promise.resolve(new Uint8Array()) });
    expect(unreadable).toHaveLength(1);
  });
});
