import { faultsIn, serviceText, stream } from '../support/lint.js';

/** A Pod with a container that declares this port on line 9. */
function pod(port: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web}}\nspec:\n  containers:\n  - name: web\n    image: example\n    ports:\n    - ${port}\n    readinessProbe: {exec: {command: [check]}}\n`;
}

const rest = 'selector: {a: b}\nports: [{port: 80}]';
const named = serviceText('selector: {app: web}\nports: [{name: http, port: 80, targetPort: http}]');
const selectorless = (port: string): string => serviceText(`ports:\n- ${port}`);
const slice = (port = '{name: http, port: 8080}', ready = true): string =>
  'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n' +
  `metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}\naddressType: IPv4\nports:\n- ${port}\nendpoints: [{addresses: [10.0.0.1], conditions: {ready: ${ready}}}]\n`;
const ingress = (port: string): string =>
  'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, namespace: shop}\n' +
  `spec: {defaultBackend: {service: {name: web, port: ${port}}}}\n`;

describe('a value that is refused is not looked at further', () => {
  it.each([
    [
      'the protocol of a Service port',
      stream(
        pod('{name: http, containerPort: 8080}'),
        serviceText('selector: {app: web}\nports:\n- {name: http, port: 80, targetPort: http, protocol: tcp}'),
      ),
      'schema/invalid@19',
    ],
    [
      'the protocol of a container port',
      stream(pod('{name: http, containerPort: 8080, protocol: tcp}'), named),
      'schema/invalid@9',
    ],
    ['the number of a container port', stream(pod('{name: http, containerPort: "8080"}'), named), 'schema/invalid@9'],
    ['a container port without a number', stream(pod('{name: http}'), named), 'schema/invalid@9'],
    ['a selector that is no mapping', serviceText('selector: app=web\nports: [{port: 80}]'), 'schema/invalid@6'],
    [
      'the number of a port that an Ingress wants',
      stream(serviceText('selector: {a: b}\nports:\n- {port: "80"}'), ingress('{number: 80}')),
      'schema/invalid@8',
    ],
    [
      'ports that are missing, one of which an Ingress wants',
      stream(serviceText('selector: {a: b}'), ingress('{number: 80}')),
      'api/ports-required@5',
    ],
    [
      'the protocol of a port that a slice serves',
      stream(selectorless('{name: http, port: 80, protocol: tcp}'), slice()),
      'schema/invalid@7',
    ],
    [
      "the protocol of a slice's port",
      stream(selectorless('{name: http, port: 80}'), slice('{name: http, port: 80, protocol: tcp}')),
      'schema/invalid@14',
    ],
    [
      'a targetPort in base 60',
      serviceText('selector: {a: b}\nports:\n- port: 22\n  targetPort: 22:22'),
      'yaml/ambiguous-scalar@9',
    ],
    [
      'an octal nodePort outside the range',
      serviceText('type: NodePort\nselector: {a: b}\nports:\n- port: 22\n  nodePort: 0514'),
      'yaml/ambiguous-scalar@10',
    ],
    ['a spec that is a list', 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: []\n', 'schema/invalid@4'],
    [
      'an apiVersion that the kind never had',
      'apiVersion: apps/v1\nkind: Service\nmetadata: {name: a_b}\n',
      'schema/invalid@1',
    ],
    [
      'the port of a backend',
      stream(named.replace('targetPort: http', 'targetPort: 80'), ingress('80')),
      'schema/invalid@12',
    ],
    [
      'a policy, with the health check that it is for',
      serviceText(`type: LoadBalancer\nexternalTrafficPolicy: local\nhealthCheckNodePort: 31000\n${rest}`),
      'schema/invalid@7',
    ],
    [
      'addresses that make a policy possible',
      serviceText(`externalIPs: 203.0.113.1\nexternalTrafficPolicy: Cluster\n${rest}`),
      'schema/invalid@6',
    ],
    [
      'headless, by a type that cannot be',
      serviceText('type: NodePort\nclusterIP: None\nselector: {a: b}\nports: [{port: 80, targetPort: 8080}]'),
      'api/headless-type@7',
    ],
  ])('%s', async (_, text, place) => {
    expect(await faultsIn(text)).toEqual([place]);
  });
});

describe('what depends on a type that nobody knows is left alone', () => {
  const fields = `loadBalancerClass: a.b/c\nallocateLoadBalancerNodePorts: false\nloadBalancerSourceRanges: [10.0.0.0/8]\nexternalTrafficPolicy: Local\nhealthCheckNodePort: 31000\n${rest}`;

  it.each([
    ['type: Loadbalancer', 'schema/invalid@6'],
    ['type: [LoadBalancer]', 'schema/invalid@6'],
    ['type: yes', 'yaml/ambiguous-scalar@6'],
    ['tpye: LoadBalancer', 'schema/unknown-field@6'],
  ])('%s', async (type, place) => {
    expect(await faultsIn(serviceText(`${type}\n${fields}`))).toEqual([place]);
    expect(await faultsIn(serviceText(`${type}\nselector: {a: b}\nports: [{port: 80, nodePort: 30080}]`))).toEqual([
      place,
    ]);
    expect(await faultsIn(serviceText(`${type}\nexternalName: example.com`))).toEqual([place]);
  });

  it('nor is what a misspelt field would have allowed', async () => {
    expect(await faultsIn(serviceText('clusterIp: None\nselector: {a: b}'))).toEqual(['schema/unknown-field@6']);
    expect(await faultsIn(serviceText(`externalIps: [203.0.113.1]\nexternalTrafficPolicy: Cluster\n${rest}`))).toEqual([
      'schema/unknown-field@6',
    ]);
    const misplaced =
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {rules: [{http: {paths: [{path: /, pathType: Prefix,\n  service: {name: web, port: {number: 80}}}]}}]}\n';
    expect(await faultsIn(misplaced)).toEqual(['schema/unknown-field@5']);
  });
});

it('a second definition of a slice is one finding, whatever its conditions', async () => {
  expect(await faultsIn(stream(selectorless('{name: http, port: 80}'), slice(), slice(undefined, false)))).toEqual([
    'api/duplicate-object@19',
  ]);
});
