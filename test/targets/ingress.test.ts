/**
 * Which route matches a request: kubernetes.io/docs/concepts/services-networking/ingress (path types, multiple matches,
 * hostname wildcards) and the Gateway API's HTTPRoute.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifests } from '../../src/pipeline/read-manifests.js';
import { chooseRoute, httpRoutes } from '../../src/targets/ingress-routes.js';
import { readUrl } from '../../src/targets/read-url.js';
import { run } from '../support/run.js';

const route = (path: string, pathType: string, service: string): string =>
  `{path: ${path}, pathType: ${pathType}, backend: {service: {name: ${service}, port: {number: 80}}}}`;
const ingress = (rules: string, more = ''): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec: {${more}rules: [${rules}]}
---
`;

function taker(text: string, host: string, path: string): string | undefined {
  const routes = httpRoutes(readManifests([{ name: 'a.yaml', text }]).objects);
  return chooseRoute(routes, { host, path, query: new Map() })?.routes[0]?.backend.service;
}

describe('paths', () => {
  // The examples of the documentation's table.
  it.each([
    ['/', 'Prefix', '/foo/bar', true],
    ['/foo', 'Exact', '/foo', true],
    ['/foo', 'Exact', '/bar', false],
    ['/foo', 'Exact', '/foo/', false],
    ['/foo/', 'Exact', '/foo', false],
    ['/foo', 'Prefix', '/foo/', true],
    ['/foo/', 'Prefix', '/foo', true],
    ['/aaa/bb', 'Prefix', '/aaa/bbb', false],
    ['/aaa/bbb', 'Prefix', '/aaa/bbb', true],
    ['/aaa/bbb/', 'Prefix', '/aaa/bbb', true],
    ['/aaa/bbb', 'Prefix', '/aaa/bbb/ccc', true],
    ['/aaa/bbb', 'Prefix', '/aaa/bbbxyz', false],
  ])('%s (%s) and a request for %s: %s', (path, type, asked, takes) => {
    const text = ingress(`{http: {paths: [${route(path, type, 'web')}]}}`);
    expect(taker(text, 'shop.example.com', asked) === 'web').toBe(takes);
  });

  it('the longest path goes first, an exact one before all', () => {
    const paths = [route('/', 'Prefix', 'root'), route('/aaa', 'Prefix', 'long'), route('/aaa', 'Exact', 'exact')];
    const text = ingress(`{http: {paths: [${paths.join(', ')}]}}`);
    expect(['/ccc', '/aaa/b', '/aaa'].map((path) => taker(text, 'x', path))).toEqual(['root', 'long', 'exact']);
  });

  it('what no rule takes goes to the default backend', () => {
    const text = ingress(
      `{host: shop.example.com, http: {paths: [${route('/a', 'Prefix', 'web')}]}}`,
      'defaultBackend: {service: {name: other, port: {number: 80}}}, ',
    );
    expect(taker(text, 'shop.example.com', '/a')).toBe('web');
    expect(taker(text, 'shop.example.com', '/b')).toBe('other');
  });
});

describe('hosts', () => {
  const rule = (host: string, service: string): string =>
    `{host: "${host}", http: {paths: [${route('/', 'Prefix', service)}]}}`;

  it.each([
    ['bar.foo.com', true],
    ['baz.bar.foo.com', false],
    ['foo.com', false],
  ])('*.foo.com and %s: %s', (host, takes) => {
    expect(taker(ingress(rule('*.foo.com', 'web')), host, '/') === 'web').toBe(takes);
  });

  it('a host in full goes before a wildcard', () => {
    const text = ingress(`${rule('*.foo.com', 'wild')}, ${rule('bar.foo.com', 'own')}`);
    expect(taker(text, 'bar.foo.com', '/')).toBe('own');
  });

  it('HTTPRoutes have hostnames and matches', () => {
    const text = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop, namespace: shop}
spec:
  hostnames: [shop.example.com]
  rules:
  - {matches: [{path: {type: PathPrefix, value: /cart}}], backendRefs: [{name: cart, port: 80}]}
  - {backendRefs: [{name: web, port: 80}]}
`;
    expect(['/cart/1', '/x'].map((path) => taker(text, 'shop.example.com', path))).toEqual(['cart', 'web']);
    expect(taker(text, 'other.example.com', '/')).toBeUndefined();
  });
});

describe('conditions of HTTPRoutes', () => {
  // gateway.networking.k8s.io/v1, HTTPRouteRule.matches: precedence by path, then method, headers and query parameters.
  const text = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: api, namespace: shop}
spec:
  hostnames: [api.example.com, "*.deep.example.com"]
  rules:
  - matches: [{headers: [{name: x-canary, value: "true"}]}]
    backendRefs: [{name: canary, port: 80}]
  - backendRefs: [{name: web, port: 80, weight: 9}, {name: next, port: 80}, {name: off, port: 80, weight: 0}]
  - matches: [{path: {value: /v2}}]
    backendRefs: [{name: old, port: 80}]
  - matches: [{path: {value: /v2}, queryParams: [{name: v, value: "2"}]}]
    backendRefs: [{name: new, port: 80}]
  - matches: [{path: {value: /save}, method: POST}]
    backendRefs: [{name: save, port: 80}]
`;
  const choose = (url: string) => {
    const wanted = readUrl(url);
    const routes = httpRoutes(readManifests([{ name: 'a.yaml', text }]).objects);
    return wanted === undefined ? undefined : chooseRoute(routes, wanted);
  };
  const services = (url: string) => choose(url)?.routes.map(({ backend }) => backend.service);

  it('a GET without headers of its own takes the rules that ask for none; weights share it out', () => {
    expect(services('http://api.example.com/')).toEqual(['web', 'next']);
    const others = choose('http://api.example.com/')?.others.map(({ conditions }) => conditions[0]?.words);
    expect(others).toEqual(['header x-canary: true']);
  });

  it('a query meets what its parameters say, and goes before none', () => {
    expect(services('http://api.example.com/v2?a=1&v=2')).toEqual(['new']);
    expect(services('http://api.example.com/v2?v=3')).toEqual(['old']);
    expect(services('http://api.example.com/save')).toEqual(['web', 'next']);
  });

  it('a wildcard of a hostname stands for one label or more', () => {
    expect(services('http://a.b.deep.example.com/v2')).toEqual(['old']);
  });

  it('takes a rule whose conditions are not met only where no other does', () => {
    const only = text.replace(
      '  - backendRefs: [{name: web',
      '  - matches: [{path: {value: /web}}]\n    backendRefs: [{name: web',
    );
    const routes = httpRoutes(readManifests([{ name: 'a.yaml', text: only }]).objects);
    const choice = chooseRoute(routes, { host: 'api.example.com', path: '/', query: new Map() });
    expect([choice?.isMet, choice?.routes[0]?.backend.service]).toEqual([false, 'canary']);
  });
});

it('reads URLs', () => {
  expect(readUrl('https://Shop.example.com:8443/cart?x=1#y')).toMatchObject({
    isTls: true,
    host: 'shop.example.com',
    path: '/cart',
  });
  expect(['shop.example.com', 'ftp://a', 'https://', 'https://a b'].map(readUrl)).toEqual(Array(4).fill(undefined));
});

describe('on the command line', () => {
  let directory = '';
  let file = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'kubechains-ingress-'));
    file = join(directory, 'ingress.yaml');
    const paths = [
      '{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}',
      '{path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {number: 9000}}}}',
      '{path: /admin, pathType: Prefix, backend: {service: {name: admin, port: {number: 80}}}}',
    ];
    writeFileSync(
      file,
      ingress(
        `{host: shop.example.com, http: {paths: [${paths.join(', ')}]}}`,
        'ingressClassName: nginx, tls: [{hosts: [shop.example.com], secretName: shop-tls}], ',
      ),
    );
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it.each([['ingress/shop'], ['ing', 'shop']])('explain %s leads down to the Pods', async (...words) => {
    const { out, status } = await run(['explain', '-q', ...words, '-n', 'shop', file, 'examples/shop']);
    expect(status).toBe(0);
    expect(out).toContain('The Secret shop/shop-tls of its certificate is not in the inputs');
    expect(out).toContain('Service shop/admin has no port 80; it has 443 (https)');
    expect(out).toMatch(/shop\.example\.com {2}\/cart +Prefix +shop\/cart +9000 +10\.244\.\d\.\d+:9000 and/);
  });

  it('trace takes a URL', async () => {
    const url = 'https://shop.example.com/cart/1';
    const { out, status } = await run(['trace', '-q', '--to', url, '--from', 'node/node-1', file, 'examples/shop']);
    expect(status).toBe(0);
    expect(out).toMatch(
      /^tcp 192\.168\.0\.11 \(node node-1\) → 10\.244\.\d\.\d+:9000 \(a Pod of Deployment shop\/cart on/,
    );
    const missing = await run(['trace', '--to', 'https://other.example.com/', file, 'examples/shop']);
    expect([missing.status, missing.err]).toEqual([2, expect.stringContaining('there are rules for shop.example.com')]);
  });

  it('trace takes ingress/NAME, from its controller where that is known', async () => {
    const controller = join(directory, 'controller.yaml');
    writeFileSync(
      controller,
      'apiVersion: v1\nkind: Pod\nmetadata: {name: controller, namespace: ingress-nginx, labels: {app: c}}\n' +
        'spec: {nodeName: node-2, containers: [{name: c, image: registry.k8s.io/ingress-nginx/controller:v1.12.0}]}\n' +
        'status: {phase: Running, podIP: 10.244.2.77}\n',
    );
    const words = ['trace', '-q', '-n', 'shop', '--to'];
    const { out } = await run([...words, 'ingress/shop', file, controller, 'examples/shop']);
    expect(out).toMatch(/^tcp 10\.244\.2\.77 \(Pod ingress-nginx\/controller on node-2\) → 10\.244\.\d\.\d+:8080 /);
    expect(out).toContain('it is the first of 3 routes (--to https://HOST/PATH chooses another)');
    const missing = await run([...words, 'ingress/shpo', file, 'examples/shop']);
    expect([missing.status, missing.err]).toEqual([2, expect.stringContaining('did you mean shop/shop?')]);
  });

  it('takes ingress/NAME for a Service of a namespace called ingress where there is no such Ingress', async () => {
    const service = join(directory, 'service.yaml');
    writeFileSync(
      service,
      'apiVersion: v1\nkind: Service\nmetadata: {name: nginx, namespace: ingress}\nspec: {clusterIP: 10.96.7.7, ports: [{port: 80}]}\n',
    );
    const { out, status } = await run(['explain', '-q', 'ingress/nginx', service]);
    expect([status, out]).toEqual([0, expect.stringContaining('Service ingress/nginx')]);
  });

  it('says what is there where nothing is', async () => {
    const { err, status } = await run(['explain', 'ingress/shpo', '-n', 'shop', file, 'examples/shop']);
    expect([status, err]).toEqual([2, expect.stringContaining('did you mean shop/shop?')]);
  });
});
