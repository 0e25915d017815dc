import { faultsIn, serviceText, stream } from '../support/lint.js';

/** A Pod whose container declares this port on line 9. */
function pod(port: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web}}\nspec:\n  containers:\n  - name: web\n    image: example\n    ports:\n    - ${port}\n    readinessProbe: {exec: {command: [check]}}\n`;
}

const named = serviceText('selector: {app: web}\nports: [{name: http, port: 80, targetPort: http}]');
const selectorless = (port: string): string => serviceText(`ports:\n- ${port}`);
const slice = (port = '{name: http, port: 8080}', ready = true): string => 'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n'
  + `metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}\naddressType: IPv4\nports:\n- ${port}\nendpoints: [{addresses: [10.0.0.1], conditions: {ready: ${ready}}}]\n`;
const ingress = (port: string): string => 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, namespace: shop}\n'
  + `spec: {defaultBackend: {service: {name: web, port: ${port}}}}\n`;

describe('a value that is refused is not looked at further', () => {
  it.each([
    ['the protocol of a Service port', stream(pod('{name: http, containerPort: 8080}'), serviceText('selector: {app: web}\nports:\n- {name: http, port: 80, targetPort: http, protocol: tcp}')), 'schema/invalid@19'],
    ['the protocol of a container port', stream(pod('{name: http, containerPort: 8080, protocol: tcp}'), named), 'schema/invalid@9'],
    ['the number of a container port', stream(pod('{name: http, containerPort: "8080"}'), named), 'schema/invalid@9'],
    ['a container port without a number', stream(pod('{name: http}'), named), 'schema/invalid@9'],
    ['a selector that is no mapping', serviceText('selector: app=web\nports: [{port: 80}]'), 'schema/invalid@6'],
    ['the number of a port that an Ingress wants', stream(serviceText('selector: {a: b}\nports:\n- {port: "80"}'), ingress('{number: 80}')), 'schema/invalid@8'],
    ['ports that are missing, one of which an Ingress wants', stream(serviceText('selector: {a: b}'), ingress('{number: 80}')), 'api/ports-required@5'],
    ['the protocol of a port that a slice serves', stream(selectorless('{name: http, port: 80, protocol: tcp}'), slice()), 'schema/invalid@7'],
    ['the protocol of a slice\'s port', stream(selectorless('{name: http, port: 80}'), slice('{name: http, port: 80, protocol: tcp}')), 'schema/invalid@14'],
    ['a targetPort in base 60', serviceText('selector: {a: b}\nports:\n- port: 22\n  targetPort: 22:22'), 'yaml/ambiguous-scalar@9'],
    ['an octal nodePort outside the range', serviceText('type: NodePort\nselector: {a: b}\nports:\n- port: 22\n  nodePort: 0514'), 'yaml/ambiguous-scalar@10'],
  ])('%s', async (_, text, place) => {
    expect(await faultsIn(text)).toEqual([place]);
  });
});

it('a second definition of a slice is one finding, whatever its conditions', async () => {
  expect(await faultsIn(stream(selectorless('{name: http, port: 80}'), slice(), slice(undefined, false)))).toEqual(['api/duplicate-object@19']);
});
