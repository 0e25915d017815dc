/** One known mistake each, in the forms in which manifests are stored: the expected finding and its place. */
import { lint } from '../../src/lint/run.js';
import { readManifests } from '../../src/pipeline/read-manifests.js';
import { factsFrom, stream } from '../support/lint.js';

type Files = Readonly<Record<string, string>>;

/** Errors and warnings as `file:line severity rule`. */
async function found(files: Files): Promise<string[]> {
  const sources = Object.entries(files).map(([name, text]) => ({ name, text, found: true as const }));
  const { findings } = await lint(readManifests(sources), { facts: factsFrom() });
  return findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule, severity, file, range }) => `${file}:${range.start.line} ${severity} ${rule}`);
}

/** A Deployment of 18 lines; its Pods have the label app=NAME and listen on 8080, named http. */
const deployment = (
  name: string,
  more: { namespace?: string; labels?: string; ports?: string } = {},
): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}${more.namespace === undefined ? '' : `, namespace: ${more.namespace}`}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: ${more.labels ?? `{app: ${name}}`}}
    spec:
      containers:
      - name: main
        image: registry.example.com/${name}:1
        ports: ${more.ports ?? '[{name: http, containerPort: 8080}]'}
        readinessProbe: {httpGet: {path: /, port: 8080}}
`;

/** The selector is on line 5, the port on line 6. */
const service = (
  name: string,
  more: { namespace?: string; selector?: string; port?: string; spec?: string } = {},
): string => `apiVersion: v1
kind: Service
metadata: {name: ${name}${more.namespace === undefined ? '' : `, namespace: ${more.namespace}`}}
spec:
  selector: ${more.selector ?? `{app: ${name}}`}
  ports: [${more.port ?? '{name: http, port: 80, targetPort: http}'}]
${more.spec === undefined ? '' : `  ${more.spec}\n`}`;

/** The backend is on line 10. */
const ingress = (name: string, port = '{number: 80}', namespace?: string): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: site${namespace === undefined ? '' : `, namespace: ${namespace}`}}
spec:
  rules:
  - host: www.example.com
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {
          name: ${name},
          port: ${port}}}}
`;

const statefulSet = (serviceName: string): string =>
  deployment('db', { labels: '{app: db}' })
    .replace('kind: Deployment', 'kind: StatefulSet')
    .replace('spec:\n', `spec:\n  serviceName: ${serviceName}\n`);

const list = (...objects: string[]): string =>
  `apiVersion: v1\nkind: List\nitems:\n${objects.map((text) => text.replace(/^/gm, '  ').replace(/^ {2}/, '- ').trimEnd()).join('\n')}\n`;

/** The form of helm template: a comment with the template's name, and Helm's labels. */
const chart = (template: string, text: string): string =>
  `# Source: shop/templates/${template}\n${text.replace('metadata: {', 'metadata: {labels: {app.kubernetes.io/managed-by: Helm}, ')}`;

const kustomization = (...lines: string[]): string => `${lines.join('\n')}\n`;
const base = (web = deployment('web'), more = service('web')): Files => ({
  'base/kustomization.yaml': kustomization('resources: [web.yaml, service.yaml]'),
  'base/web.yaml': web,
  'base/service.yaml': more,
});

const cases: readonly (readonly [string, Files, readonly string[]])[] = [
  [
    'a selector that misspells a label, in one file',
    { 'all.yaml': stream(deployment('web'), service('web', { selector: '{app: wbe}' })) },
    ['all.yaml:19 error service/no-matching-pods'],
  ],
  [
    'a selector that misspells a label, in the file beside the Deployment',
    { 'web/deployment.yaml': deployment('web'), 'web/service.yaml': service('web', { selector: '{app: webb}' }) },
    ['web/service.yaml:5 error service/no-matching-pods'],
  ],
  [
    'Pods in another namespace',
    {
      'all.yaml': stream(deployment('web', { namespace: 'shop' }), service('web', { namespace: 'shop2' })),
      'more.yaml': stream(deployment('api', { namespace: 'shop2' }), service('api', { namespace: 'shop2' })),
    },
    ['all.yaml:19 error service/no-matching-pods'],
  ],
  [
    'a selector that an overlay changes on one side',
    {
      ...base(),
      'prod/kustomization.yaml': kustomization('resources: [../base]', 'patches:', '- path: patch.yaml'),
      'prod/patch.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: web-prod}\n',
    },
    ['prod/patch.yaml:5 error service/no-matching-pods'],
  ],
  [
    'a name of a port that no container has, in a List',
    { 'all.yaml': list(deployment('web'), service('web', { port: '{name: http, port: 80, targetPort: htpp}' })) },
    ['all.yaml:22 error service/target-port-missing'],
  ],
  [
    "a name of a port that no container has, in Helm's output",
    {
      'all.yaml': stream(
        chart('deployment.yaml', deployment('web', { ports: '[{name: web, containerPort: 8080}]' })),
        chart('service.yaml', service('web')),
      ),
    },
    ['all.yaml:22 error service/target-port-missing'],
  ],
  [
    'TCP declared, UDP sent',
    {
      'a/web.yaml': deployment('dns', { ports: '[{name: http, containerPort: 53}]' }),
      'a/service.yaml': service('dns', { port: '{name: http, port: 53, protocol: UDP, targetPort: http}' }),
    },
    ['a/service.yaml:6 error service/target-port-protocol'],
  ],
  [
    'a container port declared and probed beside a Service that targets another',
    { 'all.yaml': stream(deployment('web'), service('web', { port: '{port: 80, targetPort: 8081}' })) },
    ['all.yaml:20 warning service/target-port-undeclared'],
  ],
  [
    'an Ingress for a Service of a near name, in another file',
    {
      'web.yaml': stream(deployment('web'), service('web-svc')).replace(
        'selector: {app: web-svc}',
        'selector: {app: web}',
      ),
      'ingress.yaml': ingress('web-service'),
    },
    ['ingress.yaml:10 error ingress/service-missing'],
  ],
  [
    'an Ingress in another namespace than its Service',
    {
      'shop/all.yaml': stream(
        deployment('web', { namespace: 'shop' }),
        service('web', { namespace: 'shop' }),
        deployment('api', { namespace: 'edge' }),
        service('api', { namespace: 'edge' }),
        ingress('web', '{number: 80}', 'edge'),
      ),
    },
    ['shop/all.yaml:52 error ingress/service-missing'],
  ],
  [
    'an Ingress that asks for the targetPort',
    { 'all.yaml': stream(deployment('web'), service('web'), ingress('web', '{number: 8080}')) },
    ['all.yaml:32 error ingress/port-missing'],
  ],
  [
    'an Ingress of an overlay for a Service that its prefix renames',
    {
      ...base(),
      'prod/kustomization.yaml': kustomization('resources: [ns]', 'namePrefix: prod-'),
      'prod/ns/kustomization.yaml': kustomization('resources: [../../base, ingress.yaml]'),
      'prod/ns/ingress.yaml': ingress('web', '{name: https}'),
    },
    ['prod/ns/ingress.yaml:11 error ingress/port-missing'],
  ],
  [
    'an HTTPRoute for a port that the Service does not have',
    {
      'a.yaml': stream(
        deployment('web'),
        service('web'),
        'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r}\nspec:\n  rules:\n  - backendRefs: [{name: web, port: 8080}]\n',
      ),
    },
    ['a.yaml:27 error ingress/port-missing'],
  ],
  [
    'a StatefulSet for a Service of another name',
    {
      'db.yaml': stream(
        statefulSet('database'),
        service('db', { spec: 'clusterIP: None', port: '{name: http, port: 8080}' }),
      ),
    },
    ['db.yaml:5 warning workload/governing-service'],
  ],
  [
    'one node port for two Services, in two files',
    Object.fromEntries(
      ['web', 'api'].map((name) => [
        `${name}.yaml`,
        stream(
          deployment(name),
          service(name, { port: '{name: http, port: 80, targetPort: http, nodePort: 30080}', spec: 'type: NodePort' }),
        ),
      ]),
    ),
    ['api.yaml:20 error api/node-port-conflict'],
  ],
  [
    'labels that a Deployment does not select',
    {
      ...base(deployment('web', { labels: '{app: website}' }), service('web', { selector: '{app: website}' })),
      'prod/kustomization.yaml': kustomization('resources: [../base]', 'namespace: prod'),
    },
    ['base/web.yaml:7 error api/workload-selector'],
  ],
  [
    'a misspelt apiVersion',
    { 'svc.yaml': service('web').replace('apiVersion', 'apiVerison'), 'web.yaml': deployment('web') },
    ['svc.yaml:1 error schema/invalid'],
  ],
  [
    'an Ingress of a removed version whose Service is not there',
    {
      'all.yaml': stream(
        deployment('web'),
        service('web'),
        'apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: site}\nspec:\n  backend: {serviceName: wbe, servicePort: 80}\n',
      ),
    },
    ['all.yaml:22 error schema/removed-api', 'all.yaml:26 error ingress/service-missing'],
  ],
  [
    'a probe for a port that the container does not name',
    { 'web.yaml': stream(deployment('web').replace('port: 8080}}', 'port: web}}'), service('web')) },
    ['web.yaml:13 error workload/probe-port-missing'],
  ],
  [
    'endpoints that are the cluster IP of another Service',
    {
      'all.yaml': stream(
        deployment('web'),
        service('web', { spec: 'clusterIP: 10.96.0.50' }),
        service('alias').replace('  selector: {app: alias}\n', ''),
        'apiVersion: v1\nkind: Endpoints\nmetadata: {name: alias}\nsubsets:\n- addresses: [{ip: 10.96.0.50}]\n  ports: [{name: http, port: 80}]\n',
      ),
    },
    ['all.yaml:33 warning endpoints/virtual-address'],
  ],
  [
    'two applications behind one label',
    {
      'all.yaml': stream(
        deployment('web', { labels: '{app: web, tier: front}' }),
        deployment('search', { labels: '{app: search, tier: front}' }),
        service('web', { selector: '{tier: front}' }),
      ),
    },
    ['all.yaml:33 warning service/selects-many-workloads'],
  ],
  [
    'a port that a JSON patch takes from the Service',
    {
      ...base(),
      'prod/kustomization.yaml': kustomization(
        'resources: [../base, ingress.yaml]',
        'patches:',
        '- target: {kind: Service, name: web}',
        '  patch: |-',
        '    - {op: replace, path: /spec/ports/0/port, value: 8080}',
      ),
      'prod/ingress.yaml': ingress('web'),
    },
    ['prod/ingress.yaml:11 error ingress/port-missing'],
  ],
];

describe('a known mistake is found at its place', () => {
  it.each(cases)('%s', async (_, files, expected) => {
    expect(await found(files)).toEqual(expected);
  });
});

describe('without the mistake nothing is found', () => {
  it.each([
    ['in one file', { 'all.yaml': stream(deployment('web'), service('web'), ingress('web')) }],
    ['in a List', { 'all.yaml': list(deployment('web'), service('web'), ingress('web')) }],
    ["in Helm's output", { 'all.yaml': stream(chart('a.yaml', deployment('web')), chart('b.yaml', service('web'))) }],
    [
      'in an overlay',
      {
        ...base(),
        'prod/kustomization.yaml': kustomization('resources: [../base, ingress.yaml]', 'namePrefix: prod-'),
        'prod/ingress.yaml': ingress('web'),
      },
    ],
  ])('%s', async (_, files) => {
    expect(await found(files)).toEqual([]);
  });
});
