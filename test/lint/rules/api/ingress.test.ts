import { faultsIn } from '../../../support/lint.js';

const refused = async (text: string, args: readonly string[] = []): Promise<string[]> =>
  (await faultsIn(text, args)).filter((place) => /^(?:api|schema)/.test(place));

const backend = '{service: {name: web, port: {number: 80}}}';
const ingress = (spec: string, metadata = '{name: shop}'): string =>
  `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: ${metadata}\nspec:\n${spec.replace(/^/gm, '  ')}\n`;
const withHost = (host: string): string =>
  ingress(`rules:\n- host: ${host}\n  http:\n    paths:\n    - {path: /, pathType: Prefix, backend: ${backend}}`);
const withPath = (path: string): string =>
  ingress(`rules:\n- http:\n    paths:\n    - backend: ${backend}\n${path.replace(/^/gm, '      ')}`);
const withBackend = (text: string): string =>
  ingress(`rules:\n- http:\n    paths:\n    - path: /\n      pathType: Prefix\n      ${text}`);

describe('an Ingress', () => {
  it('has rules or a default backend', async () => {
    expect(await refused(ingress('ingressClassName: nginx'))).toEqual(['api/ingress@4']);
    expect(await refused(ingress('rules: []'))).toEqual(['api/ingress@4']);
    expect(await refused(ingress(`defaultBackend: ${backend}`))).toEqual([]);
    expect(await refused(ingress('rules:\n- host: shop.example.com'))).toEqual([]);
  });

  it.each(['shop.example.com', '"*.example.com"', '""', 'localhost'])('may have the host %s', async (host) => {
    expect(await refused(withHost(host))).toEqual([]);
  });

  it.each([
    '192.0.2.1',
    '"2001:db8::1"',
    'Shop.example.com',
    'shop.example.com:80',
    'https://shop.example.com',
    '"*"',
    '"*.*.example.com"',
    '"shop.*.example.com"',
    '"*example.com"',
    'my_shop.example.com',
    'a..b',
  ])('may not have the host %s', async (host) => {
    expect(await refused(withHost(host))).toEqual(['api/ingress@6']);
  });

  it('says what each path means', async () => {
    expect(await refused(withPath('path: /'))).toEqual(['api/ingress@8']);
    expect(await refused(withPath('path: shop//'))).toEqual(['api/ingress@8']);
    expect(await refused(withPath('path: /\npathType: prefix'))).toEqual(['schema/invalid@10']);
  });

  it.each([
    'path: /\npathType: Exact',
    'path: /a.b/..c/%2e\npathType: Prefix',
    'path: /a//b/%2f/..\npathType: ImplementationSpecific',
    'pathType: ImplementationSpecific',
  ])('may have %j', async (path) => {
    expect(await refused(withPath(path))).toEqual([]);
  });

  it.each(['shop', '"*"', '/a//b', '/a/./b', '/a/../b', '/a%2fb', '/a%2Fb', '/a/.', '/a/..'])(
    'may not have the path %s with Exact or Prefix',
    async (path) => {
      expect(await refused(withPath(`path: ${path}\npathType: Exact`))).toEqual(['api/ingress@9']);
      expect(await refused(withPath(`path: ${path}\npathType: Prefix`))).toEqual(['api/ingress@9']);
    },
  );

  it('has an absolute path with any type', async () => {
    expect(await refused(withPath('path: shop\npathType: ImplementationSpecific'))).toEqual(['api/ingress@9']);
    expect(await refused(withPath('pathType: Prefix'))).toEqual(['api/ingress@8']);
  });

  it('has a backend that is a service or a resource', async () => {
    const resource = 'resource: {apiGroup: example.com, kind: Bucket, name: a}';
    expect(await refused(withBackend(`backend: {${resource}}`))).toEqual([]);
    expect(await refused(withBackend(`backend: {service: {name: web, port: {number: 80}}, ${resource}}`))).toEqual([
      'api/ingress@10',
    ]);
    expect(await refused(withBackend('backend: {}'))).toEqual(['api/ingress@10']);
    expect(await refused(ingress('defaultBackend: {}'))).toEqual(['api/ingress@5']);
  });

  it('has a backend port by name or by number', async () => {
    const port = (text: string): string => withBackend(`backend:\n        service:\n          name: web\n${text}`);
    expect(await refused(port('          port: {name: http}'))).toEqual([]);
    expect(await refused(port('          port: {name: http, number: 0}'))).toEqual([]);
    expect(await refused(port('          port: {name: http, number: 80}'))).toEqual(['api/ingress@10']);
    expect(await refused(port('          port: {}'))).toEqual(['api/ingress@10']);
    expect(await refused(port('          port: {number: 0}'))).toEqual(['api/ingress@10']);
    expect(await refused(port(''))).toEqual(['api/ingress@10']);
    expect(await refused(port('          port:\n            name: "80"'))).toEqual(['api/ingress@14']);
    expect(await refused(port('          port:\n            number: 70000'))).toEqual(['api/ingress@14']);
  });

  it('names its class once', async () => {
    const annotated = (value: string, name: string): string =>
      ingress(
        `ingressClassName: ${name}\ndefaultBackend: ${backend}`,
        `\n  name: shop\n  annotations:\n    kubernetes.io/ingress.class: ${value}`,
      );
    expect(await refused(annotated('nginx', 'nginx'))).toEqual([]);
    expect(await refused(annotated('haproxy', 'nginx'))).toEqual(['api/ingress@6']);
  });

  it('of a removed version is not looked at further', async () => {
    expect(await faultsIn(withPath('path: /').replace('networking.k8s.io/v1', 'extensions/v1beta1'))).toEqual([
      'schema/removed-api@1',
    ]);
  });
});
