import { faultsIn, serviceText, stream } from '../../../support/lint.js';
import { filesOfRule, messagesOfRule, placesOfRule } from '../../../support/lint-set.js';

const web = serviceText('selector: {app: web}\nports: [{name: http, port: 80, targetPort: 8080}]');

interface IngressParts {
  readonly name?: string;
  readonly namespace?: string;
  readonly className?: string;
  readonly host?: string;
  readonly path?: string;
  readonly type?: string;
  readonly backend?: string;
  readonly annotations?: string;
}

/** An Ingress with its route on line 8 and its backend on line 9. */
function ingress({
  name = 'a',
  namespace = 'shop',
  className = 'nginx',
  host = 'shop.example.com',
  path = '/',
  type = 'Prefix',
  backend = '{name: web, port: {number: 80}}',
  annotations = '',
}: IngressParts = {}): string {
  return `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: ${name}, namespace: ${namespace}, annotations: {${annotations}}}\nspec:\n  ${className === '' ? '{}' : `ingressClassName: ${className}`}\n  rules:\n  - ${host === '' ? '' : `host: ${host}\n    `}http: {paths: [{path: ${path}, pathType: ${type},\n      backend: {service: ${backend}}}]}\n`.replace(
    '  {}\n',
    '',
  );
}

describe('ingress/service-missing', () => {
  const rule = 'ingress/service-missing';
  const places = (...texts: string[]): Promise<string[]> => placesOfRule(rule, stream(...texts), [], 'error');

  it('reports backends of paths and the default backend', async () => {
    expect(await places(ingress({ backend: '{name: www, port: {number: 80}}' }), web)).toEqual(['9']);
    expect(
      await places(
        'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, namespace: shop}\nspec:\n  defaultBackend:\n    service:\n      name: errors\n      port: {name: http}\n',
        web,
      ),
    ).toEqual(['7']);
  });

  it("looks in the Ingress' own namespace", async () => {
    const other = serviceText('ports: [{port: 1}]\nselector: {a: b}', 'other', 'edge');
    expect(await places(ingress({ namespace: 'edge' }), web, other)).toEqual(['9']);
    expect(
      (
        await messagesOfRule(
          rule,
          stream(
            ingress({ namespace: 'edge', backend: '{name: storefront, port: {number: 80}}' }),
            serviceText('ports: [{port: 80}]', 'storefront'),
            other,
            serviceText('ports: [{port: 1}]', 'xyz', 'edge'),
          ),
        )
      )[0],
    ).toContain('namespace "shop" has one');
    expect(await places(ingress({ namespace: 'default' }), serviceText('ports: [{port: 80}]', 'web', '""'))).toEqual(
      [],
    );
  });

  it('says nothing where the namespace holds no Service, of resources, of actions in annotations, and of what an operator makes', async () => {
    expect(await places(ingress())).toEqual([]);
    expect(
      await places(
        'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, namespace: shop}\nspec: {defaultBackend: {resource: {apiGroup: example.com, kind: Bucket, name: b}}}\n',
        web,
      ),
    ).toEqual([]);
    expect(await places(ingress({ backend: '{name: ssl-redirect, port: {name: use-annotation}}' }), web)).toEqual([]);
    expect(
      await places(
        ingress({ backend: '{name: logs-es-http, port: {number: 9200}}' }),
        web,
        'apiVersion: elasticsearch.k8s.elastic.co/v1\nkind: Elasticsearch\nmetadata: {name: logs, namespace: shop}\n',
      ),
    ).toEqual([]);
  });

  it('doubts itself in kube-system, unless a name is near', async () => {
    const dashboard = serviceText('ports: [{port: 80}]', 'dashboard', 'kube-system');
    expect(
      await places(
        ingress({ namespace: 'kube-system', backend: '{name: metrics-server, port: {number: 80}}' }),
        dashboard,
      ),
    ).toEqual(['9 info']);
    expect(
      await places(ingress({ namespace: 'kube-system', backend: '{name: dashbord, port: {number: 80}}' }), dashboard),
    ).toEqual(['9']);
  });

  it('doubts itself in a collection of many files, unless neighbours are there', async () => {
    const others = Object.fromEntries(
      Array.from({ length: 25 }, (_, index) => [
        `other/${index}.yaml`,
        serviceText('ports: [{port: 80}]', `a${index}`, '""'),
      ]),
    );
    const unnamed = ingress({ namespace: '""' });
    expect(await filesOfRule(rule, { ...others, 'web/ingress.yaml': unnamed })).toEqual(['web/ingress.yaml info']);
    expect(
      await filesOfRule(rule, {
        ...others,
        'web/a.yaml': unnamed,
        'web/b.yaml': ingress({ name: 'b', namespace: '""', backend: '{name: b, port: {number: 80}}' }),
      }),
    ).toEqual(['web/a.yaml info', 'web/b.yaml info']);
    expect(
      await filesOfRule(rule, {
        ...others,
        'web/ingress.yaml': unnamed,
        'web/service.yaml': serviceText('ports: [{port: 80}]', 'wbe', '""'),
      }),
    ).toEqual(['web/ingress.yaml error']);
    expect(
      await filesOfRule(rule, {
        ...others,
        'web/a.yaml': unnamed,
        'web/b.yaml': ingress({ name: 'b', namespace: '""', backend: '{name: a1, port: {number: 80}}' }),
      }),
    ).toEqual(['web/a.yaml error']);
  });
});

describe('ingress/service-missing and what cannot be read', () => {
  it('is silent about a Service with a faulty kind or apiVersion, which is reported itself', async () => {
    const faults = async (written: string, misspelt: string): Promise<string[]> =>
      faultsIn(stream(web.replace(written, misspelt), serviceText('ports: [{port: 80}]', 'other'), ingress()));
    for (const [written, misspelt] of [
      ['kind: Service', 'kind: Sevice'],
      ['apiVersion: v1', 'apiVersion: v2'],
    ] as const)
      expect((await faults(written, misspelt)).filter((fault) => /schema|ingress/.test(fault))).toEqual([
        expect.stringContaining('schema/invalid@'),
      ]);
    expect(await faults('name: web', 'name: wbe')).toContain('ingress/service-missing@24');
  });

  it('doubts itself where a broken document speaks of the Service', async () => {
    const broken = (name: string): string => serviceText('ports: [{port: 80}', name);
    const severities = (name: string): Promise<string[]> =>
      filesOfRule('ingress/service-missing', {
        'a.yaml': stream(ingress(), serviceText('ports: [{port: 80}]', 'search'), broken(name)),
      });
    expect(await severities('web')).toEqual(['a.yaml info']);
    expect(await severities('web-ui')).toEqual(['a.yaml error']);
  });
});

describe('ingress/port-missing', () => {
  const places = (backend: string, service = web): Promise<string[]> =>
    placesOfRule('ingress/port-missing', stream(ingress({ backend }), service));

  it('reports numbers and names that the Service has not', async () => {
    expect(await places('{name: web, port: {number: 8080}}')).toEqual(['9']);
    expect(await places('{name: web, port: {name: https}}')).toEqual(['9']);
    expect(
      await places('{name: web, port: {name: web}}', serviceText('selector: {app: web}\nports: [{port: 80}]')),
    ).toEqual(['9']);
  });

  it('accepts numbers and names, headless Services too, and leaves other faults to other rules', async () => {
    expect(await places('{name: web, port: {name: http}}')).toEqual([]);
    expect(
      await places('{name: web, port: {number: 80}}', web.replace('selector', 'clusterIP: None\n  selector')),
    ).toEqual([]);
    expect(await places('{name: www, port: {number: 1}}')).toEqual([]);
    expect(await places('{name: web}')).toEqual([]);
    expect(await places('{name: web, port: {name: "80"}}')).toEqual([]);
    expect(
      await places(
        '{name: web, port: {name: web-ui}}',
        serviceText('selector: {app: web}\nports: [{name: web_ui, port: 80}]'),
      ),
    ).toEqual([]);
    expect(
      await places('{name: web, port: {number: 443}}', serviceText('type: ExternalName\nexternalName: example.com')),
    ).toEqual([]);
    expect(
      await places(
        '{name: web, port: {number: 81}}',
        stream(web, serviceText('selector: {app: web}\nports: [{port: 81}]')),
      ),
    ).toEqual([]);
  });

  it('says what was meant', async () => {
    const advice = async (backend: string): Promise<string | undefined> =>
      (await messagesOfRule('ingress/port-missing', stream(ingress({ backend }), web)))[0];
    expect(await advice('{name: web, port: {number: 8080}}')).toContain('the targetPort of its port 80: use 80');
    expect(await advice('{name: web, port: {name: htp}}')).toContain('did you mean "http"');
  });
});

describe('ingress/external-name-backend', () => {
  const places = (text: string): Promise<string[]> =>
    placesOfRule(
      'ingress/external-name-backend',
      stream(
        text,
        serviceText('type: ExternalName\nexternalName: example.com'),
        serviceText('ports: [{port: 80}]', 'other'),
      ),
    );

  it('reports the backend, by whatever port', async () => {
    expect(await places(ingress())).toEqual(['9']);
    expect(await places(ingress({ backend: '{name: web, port: {name: https}}' }))).toEqual(['9']);
  });

  it('accepts other Services, and one of that name elsewhere', async () => {
    expect(await places(ingress({ backend: '{name: other, port: {number: 80}}' }))).toEqual([]);
    expect(await places(ingress({ namespace: 'elsewhere' }))).toEqual([]);
  });
});

describe('ingress/duplicate-route', () => {
  const places = (second: IngressParts, first: IngressParts = {}): Promise<string[]> =>
    placesOfRule('ingress/duplicate-route', stream(ingress(first), ingress({ name: 'b', ...second })));
  const line = '18';

  it('reports the later route, in other namespaces and spellings too', async () => {
    expect(await places({})).toEqual([line]);
    expect(await places({ namespace: 'other' })).toEqual([line]);
    expect(await places({ path: '/a/' }, { path: '/a' })).toEqual([line]);
    expect(await places({ type: 'ImplementationSpecific' })).toEqual([line]);
    expect(await places({ className: '', annotations: 'kubernetes.io/ingress.class: nginx' })).toEqual(['17']);
    expect(await places({ className: '' }, { className: '' })).toEqual(['16']);
  });

  it('accepts another host, path, class or exactness, canaries, and Ingresses with a balancer each', async () => {
    expect(await places({ host: 'www.example.com' })).toEqual([]);
    expect(await places({ host: '' })).toEqual([]);
    expect(await places({ path: '/b' })).toEqual([]);
    expect(await places({ path: '/A' }, { path: '/a' })).toEqual([]);
    expect(await places({ className: 'other' })).toEqual([]);
    expect(await places({ className: '' })).toEqual([]);
    expect(await places({ type: 'Exact' })).toEqual([]);
    expect(await places({ path: '/a/', type: 'Exact' }, { path: '/a', type: 'Exact' })).toEqual([]);
    expect(await places({ annotations: 'nginx.ingress.kubernetes.io/canary: "true"' })).toEqual([]);
    expect(await places({ annotations: 'nginx.org/mergeable-ingress-type: minion' })).toEqual([]);
    expect(await places({ className: 'alb' }, { className: 'alb' })).toEqual([]);
    expect(await places({ name: 'a' })).toEqual([]);
  });

  it('is one finding for all routes of two Ingresses, and one more for those of a third', async () => {
    const routes = (name: string, ...paths: string[]): string =>
      `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: ${name}}\nspec:\n  rules:\n  - http:\n      paths:\n${paths
        .map(
          (path) => `      - {path: ${path}, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}\n`,
        )
        .join('')}`;
    const text = stream(routes('one', '/a', '/b', '/c'), routes('two', '/d'), routes('three', '/a', '/b', '/c', '/d'));
    expect(await messagesOfRule('ingress/duplicate-route', text)).toEqual([
      'Ingress one at input.yaml:3 already routes every host with path "/a" and 2 other routes of this Ingress, and which of the two gets the requests is up to the controller; keep the routes in one Ingress.',
      'Ingress two at input.yaml:14 already routes every host with path "/d", and which of the two gets the requests is up to the controller; keep the route in one Ingress.',
    ]);
  });

  it.each([
    ['web', 'websecure', []],
    ['web', 'websecure, web', [line]],
    ['websecure', undefined, [line]],
  ])('compares the entry points of Traefik: %s with %s', async (first, second, wanted) => {
    const at = (points?: string): string =>
      points === undefined ? '' : `traefik.ingress.kubernetes.io/router.entrypoints: "${points}"`;
    expect(await places({ annotations: at(second) }, { annotations: at(first) })).toEqual(wanted);
  });

  it('takes Ingresses of one group of the AWS controller for one balancer', async () => {
    const group = { className: 'alb', annotations: 'alb.ingress.kubernetes.io/group.name: shop' };
    expect(await places(group, group)).toEqual([line]);
  });
});
