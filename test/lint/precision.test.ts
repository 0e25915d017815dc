/** Kinds of false alarms and noise found in public repositories. */
import { lint } from '../../src/lint/run.js';
import { readManifests } from '../../src/pipeline/read-manifests.js';
import { factsFrom, faultsIn, serviceText, stream } from '../support/lint.js';
import { filesOfRule, messagesIn, messagesOfRule, placesOfRule, workload } from '../support/lint-set.js';

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
    expect(await filesOfRule(rule, { 'a.yaml': stream(service('web'), more('web'), more('web-1-10-0')) })).toEqual([
      'a.yaml info',
    ]);
    expect(await filesOfRule(rule, { 'a.yaml': stream(service('web'), more('web'), more('web-api')) })).toEqual([
      'a.yaml warning',
    ]);
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
    // No connection reaches Pods that are endpoints of no port.
    const set = { 'a.yaml': stream(named, workload(), workload({ name: 'make', ports: '[]' })) };
    expect(await filesOfRule('service/selects-many-workloads', set)).toEqual([]);
  });
});

describe('backends that no request reaches, or that a chart makes', () => {
  const rule = 'ingress/service-missing';
  const redirecting = (annotation: string): string =>
    ingress('old', 'nothing').replace('namespace: shop}', `namespace: shop, annotations: {${annotation}}}`);

  it.each([
    ['nginx.ingress.kubernetes.io/permanent-redirect: "https://new.example.com"', []],
    ['nginx.ingress.kubernetes.io/configuration-snippet: "return 301 https://new.example.com$request_uri;"', []],
    ['nginx.ingress.kubernetes.io/configuration-snippet: "if ($a) { return 403; }"', ['7']],
    ['nginx.ingress.kubernetes.io/rewrite-target: /', ['7']],
  ])('%s', async (annotation, places) => {
    expect(await placesOfRule(rule, stream(redirecting(annotation), service('web')), [], 'error')).toEqual(places);
  });

  it('are an info beside the values of a chart or what installs one', async () => {
    const files = { 'app/all.yaml': stream(ingress('a', 'shop-search'), service('web')) };
    const release =
      'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a, namespace: argocd}\nspec: {source: {chart: search}}\n';
    expect(await filesOfRule(rule, files)).toEqual(['app/all.yaml error']);
    expect(await filesOfRule(rule, { ...files, 'app/values.yaml': 'replicas: 1\n' })).toEqual(['app/all.yaml info']);
    expect(await filesOfRule(rule, { ...files, 'app/search.yaml': release })).toEqual(['app/all.yaml info']);
    expect(await filesOfRule(rule, { ...files, 'other/values.yaml': 'replicas: 1\n' })).toEqual(['app/all.yaml error']);
  });

  it('are an info where the file says that it is wrong', async () => {
    const wrong = stream(ingress('a', 'other'), service('web'));
    expect(await filesOfRule(rule, { 'route-invalid-listener.yaml': wrong })).toEqual([
      'route-invalid-listener.yaml info',
    ]);
  });
});

describe('a headless Service that maps its port', () => {
  const headless = service('web', ', targetPort: 8080').replace('spec:', 'spec:\n  clusterIP: None');
  const places = async (...texts: string[]): Promise<string[]> =>
    placesOfRule('service/headless-port-mapping', stream(headless, workload(), ...texts), [], 'warning');

  it('is an info behind an Ingress, whose controller reads targetPorts', async () => {
    expect(await places()).toEqual(['7']);
    expect(await places(ingress('a', 'web'))).toEqual(['7 info']);
    expect(await places(ingress('a', 'other'), service('other'))).toEqual(['7']);
  });

  it('says nothing where its endpoints are written by hand', async () => {
    const byHand = headless.replace('  selector: {app: web}\n', '');
    expect(await placesOfRule('service/headless-port-mapping', byHand)).toEqual([]);
  });
});

describe('Endpoints for volumes', () => {
  it('of GlusterFS need no Service', async () => {
    const endpoints =
      'apiVersion: v1\nkind: Endpoints\nmetadata: {name: storage, namespace: shop}\nsubsets: [{addresses: [{ip: 192.0.2.1}], ports: [{port: 1}]}]\n';
    const pod = 'volumes: [{name: data, glusterfs: {endpoints: storage, path: kube}}]';
    const places = async (more: string): Promise<string[]> =>
      placesOfRule('endpoints/orphan', stream(endpoints, service('web'), workload({ pod: more })));
    expect(await places('hostNetwork: false')).toEqual(['3']);
    expect(await places(pod)).toEqual([]);
  });
});

describe('a question', () => {
  it('ends with its mark', async () => {
    const messages = await messagesOfRule('ingress/service-missing', stream(ingress('a', 'wbe'), service('web')));
    expect(messages[0]).toMatch(/; did you mean "web"\?$/);
  });
});

describe('Pods that a chart may make', () => {
  it('are an info beside its values, unless a label is near', async () => {
    const rule = 'service/no-matching-pods';
    const files = (selector: string): Record<string, string> => ({
      'app/all.yaml': stream(service('health').replace('{app: health}', selector), workload()),
    });
    const values = { 'app/search-values.yaml': 'replicas: 1\n' };
    expect(await filesOfRule(rule, files('{app: search}'))).toEqual(['app/all.yaml error']);
    expect(await filesOfRule(rule, { ...files('{app: search}'), ...values })).toEqual(['app/all.yaml info']);
    expect(await filesOfRule(rule, { ...files('{app: wbe}'), ...values })).toEqual(['app/all.yaml error']);
  });
});

describe('a Service that several name and that is not there', () => {
  const rule = 'ingress/service-missing';

  it('is one finding for each Ingress, and an info where three name it alike', async () => {
    const twice = ingress('a', 'office').replace(
      'paths: [',
      'paths: [{path: /b, pathType: Prefix, backend: {service: {name: office, port: {number: 80}}}}, ',
    );
    expect(await placesOfRule(rule, stream(twice, service('web')), [], 'error')).toEqual(['7']);
    const all = (name: string): string =>
      stream(ingress('a', name), ingress('b', name, '/b'), ingress('c', name, '/c'), service('web'));
    expect(await placesOfRule(rule, all('office'), [], 'error')).toEqual(['7 info', '15 info', '23 info']);
    expect(await placesOfRule(rule, all('wbe'), [], 'error')).toEqual(['7', '15', '23']);
  });

  it('may come from a release of a chart in its namespace', async () => {
    const application = (namespace: string): string =>
      `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: office, namespace: argocd}\nspec: {destination: {namespace: ${namespace}}, source: {chart: online}}\n`;
    const files = (namespace: string): Record<string, string> => ({
      'shop/all.yaml': stream(ingress('a', 'office-online'), service('web')),
      'argocd/office.yaml': application(namespace),
    });
    expect(await filesOfRule(rule, files('shop'))).toEqual([]);
    expect(await filesOfRule(rule, files('other'))).toEqual(['shop/all.yaml error']);
  });
});

describe('a host port of two workloads', () => {
  it('of one image is an info: one of them is meant to be chosen', async () => {
    const ports = '[{containerPort: 80, hostPort: 80}]';
    const places = async (image: string): Promise<string[]> =>
      placesOfRule(
        'workload/host-port-conflict',
        stream(workload({ ports }), workload({ name: 'web-2', ports }).replace('image: example', `image: ${image}`)),
        [],
        'warning',
      );
    expect(await places('example:2')).toEqual(['9 info']);
    expect(await places('other')).toEqual(['9']);
  });
});

describe('numbers beyond 64 bits', () => {
  // go-yaml v2, resolve.go: ParseInt and ParseUint of 64 bits, then decimal floats only.
  it.each([
    ['0xA906863d7ad7D14721e819bCA6f3c50CAbD0dA98', []],
    ['0xFFFFFFFFFFFFFFFF', ['yaml/ambiguous-scalar@4']],
    ['0x10000000000000000', []],
    ['+0xFFFFFFFFFFFFFFFF', []],
    ['-0x8000000000000000', ['yaml/ambiguous-scalar@4']],
    ['-0x8000000000000001', []],
    ['07777777777777777777777777', ['yaml/ambiguous-scalar@4']],
    ['0o7777777777777777777777777', []],
  ])('%s', async (text, faults) => {
    expect(await faultsIn(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: ${text}}\n`)).toEqual(
      faults,
    );
  });
});

describe('examples, lessons and documentation', () => {
  const headless = service('web', ', targetPort: 8080').replace('spec:', 'spec:\n  clusterIP: None');

  it.each([
    'examples/dns/a.yaml',
    'Chapter11/a.yaml',
    'lessons/163/a.yaml',
    'day07-services/a.yaml',
    'test/e2e/a.yaml',
    'practice/05-web/a.yaml',
    'integrationtests/a.yaml',
    'pkg/build/testdata/a.yaml',
    'internal/fixtures/a.yaml',
  ])('what surprises is an info in %s', async (file) => {
    expect(await filesOfRule('service/headless-port-mapping', { [file]: headless, 'a.yaml': '' })).toEqual([
      `${file} info`,
    ]);
  });

  it('is a warning elsewhere', async () => {
    for (const file of ['shop/a.yaml', 'charter/a.yaml', 'examples.yaml', 'latest/a.yaml', 'best-practices/a.yaml'])
      expect(await filesOfRule('service/headless-port-mapping', { [file]: headless, 'a.yaml': '' })).toEqual([
        `${file} warning`,
      ]);
    // Whoever lints one folder of examples wants to know about these.
    const both = { '/home/examples/one/a.yaml': headless, '/home/examples/two/b.yaml': '' };
    expect(await filesOfRule('service/headless-port-mapping', both)).toEqual(['/home/examples/one/a.yaml warning']);
  });

  it('may leave out a Service or Pods on a page, but misspell none', async () => {
    const files = (folder: string, backend: string): Record<string, string> => ({
      'a.yaml': '',
      [`${folder}/a.yaml`]: stream(ingress('web', backend), service('shop'), workload({ labels: '{app: shop}' })),
    });
    const rule = 'ingress/service-missing';
    expect(await filesOfRule(rule, files('docs/routing', 'whoami'))).toEqual(['docs/routing/a.yaml info']);
    expect(await filesOfRule(rule, files('docs/routing', 'shopp'))).toEqual(['docs/routing/a.yaml error']);
    expect(await filesOfRule(rule, files('tests/routing', 'whoami'))).toEqual(['tests/routing/a.yaml info']);
    expect(await filesOfRule(rule, files('routing', 'whoami'))).toEqual(['routing/a.yaml error']);
    const pods = (folder: string): Record<string, string> => ({
      'a.yaml': '',
      [`${folder}/a.yaml`]: stream(service('whoami'), workload()),
    });
    expect(await filesOfRule('service/no-matching-pods', pods('docs'))).toEqual(['docs/a.yaml info']);
    expect(await filesOfRule('service/no-matching-pods', pods('deploy'))).toEqual(['deploy/a.yaml error']);
  });
});

describe('several Services of a file without Pods', () => {
  it('are infos beside a Pod of something else', async () => {
    const one = { 'a/pod.yaml': stream(service('quote'), service('quiz'), workload({ kind: 'Pod', name: 'kiada' })) };
    expect(await filesOfRule('service/no-matching-pods', one)).toEqual(['a/pod.yaml info', 'a/pod.yaml info']);
    const both = {
      'a/pod.yaml': stream(service('quote'), service('quiz'), workload({ name: 'one' }), workload({ name: 'two' })),
    };
    expect(await filesOfRule('service/no-matching-pods', both)).toEqual(['a/pod.yaml error', 'a/pod.yaml error']);
  });
});

describe('a copy of a file', () => {
  const wrong = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 0}]}\n';

  it('repeats its errors as infos that name it', async () => {
    const files = { 'a/web.yaml': wrong, 'backup/web.yaml': wrong, 'c/web.yaml': `${wrong}# changed\n` };
    expect(await filesOfRule('schema/invalid', files)).toEqual([
      'a/web.yaml error',
      'backup/web.yaml info',
      'c/web.yaml error',
    ]);
  });
});

describe('parts of objects that Argo CD merges', () => {
  const part = (options: string): string =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, annotations: {argocd.argoproj.io/sync-options: "${options}"}}\nspec: {replicas: 0, template: {spec: {containers: [{name: a}]}}}\n`;

  it('lack what is in the cluster, also in a kustomization', async () => {
    for (const [options, severities] of [
      ['ServerSideApply=true,Validate=false', ['info']],
      ['ServerSideApply=true', ['error', 'error']],
    ] as const) {
      const files = { 'k/kustomization.yaml': 'resources: [web.yaml]\n', 'k/web.yaml': part(options) };
      const set = readManifests(Object.entries(files).map(([name, text]) => ({ name, text, found: true })));
      const { findings } = await lint(set, { facts: factsFrom() });
      expect(findings.map(({ severity }) => severity)).toEqual(severities);
      expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(['schema/invalid']));
    }
  });
});

describe('files that a kustomization has in comments', () => {
  const old =
    'apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: web}\nspec: {rules: [{host: a.example}]}\n';

  it.each([
    ['#- patches/web.yaml', 'info'],
    ['#- patches/db.yaml', 'error'],
  ])('are infos, also those of folders below: %s', async (line, severity) => {
    const files = { 'k/kustomization.yaml': `${line}\nresources: [a.yaml]\n`, 'k/patches/web.yaml': old };
    const a = { 'k/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' };
    const set = readManifests(Object.entries({ ...files, ...a }).map(([name, text]) => ({ name, text, found: true })));
    const { findings } = await lint(set, { facts: factsFrom() });
    expect(findings.map((one) => `${one.rule} ${one.severity}`)).toEqual([`schema/removed-api ${severity}`]);
  });
});

describe('files named as patches', () => {
  const severities = async (name: string, text: string): Promise<string[]> => {
    const { findings } = await lint(
      readManifests([
        { name: 'a.yaml', text: '' },
        { name, text, found: true },
      ]),
      {
        facts: factsFrom(),
      },
    );
    return findings.map((one) => `${one.rule} ${one.severity}`);
  };
  const ingress = 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {ingressClassName: b}\n';
  const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: LoadBalancer}\n';

  it('lack rules and ports', async () => {
    expect(await severities('k/web.patch.yaml', ingress)).toEqual(['schema/invalid info']);
    expect(await severities('k/web.patch.yaml', ingress.replace(/spec: .*\n/, ''))).toEqual(['schema/invalid info']);
    expect(await severities('k/patch-web.yaml', service)).toEqual(['schema/invalid info']);
    expect(await severities('k/web.yaml', ingress)).toEqual(['api/ingress error']);
    expect(await severities('k/web.yaml', service)).toEqual(['api/ports-required error']);
    expect(await severities('k/web-patch.yaml', service.replace('LoadBalancer', 'Loadbalancer'))).toContain(
      'schema/invalid error',
    );
  });
});

describe('Services without ports among the resources of a kustomization', () => {
  const built = async (file: string): Promise<string[]> => {
    const files = {
      'k/kustomization.yaml': `resources: [${file}]\n`,
      [`k/${file}`]: 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ipFamilyPolicy: PreferDualStack}\n',
    };
    const set = readManifests(Object.entries(files).map(([name, text]) => ({ name, text, found: true })));
    const { findings } = await lint(set, { facts: factsFrom() });
    return findings.map((one) => `${one.rule} ${one.severity}`);
  };

  it('are parts that are merged into what is there, if their file is called a patch', async () => {
    expect(await built('services-patch.yaml')).toEqual(['schema/invalid info']);
    expect(await built('services.yaml')).toEqual(['api/ports-required error']);
  });
});

describe('folders that say that they are no longer used', () => {
  it.each([
    ['ingress/superseded--nginx/web.yaml', 'info'],
    ['obsolete/web.yaml', 'info'],
    ['unused-ports/web.yaml', 'info'],
    ['reused/web.yaml', 'error'],
  ])('have infos: %s', async (name, severity) => {
    const wrong = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 0}]}\n';
    expect(await filesOfRule('schema/invalid', { 'a.yaml': '', [name]: wrong })).toEqual([`${name} ${severity}`]);
  });
});

describe('objects of a template with names in capitals', () => {
  it('may be there twice', async () => {
    const role = (name: string, verb: string): string =>
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: ${name}}\nrules: [{verbs: [${verb}], resources: [a], apiGroups: [""]}]\n`;
    for (const [name, severity] of [
      ['NAME', 'info'],
      ['name', 'warning'],
    ] as const)
      expect(
        await filesOfRule('api/duplicate-object', { 'a.yaml': stream(role(name, 'get'), role(name, 'list')) }),
      ).toEqual([`a.yaml ${severity}`]);
  });
});

describe('releases of charts in other kustomizations', () => {
  const application = (destination: string): string =>
    `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: cloud, namespace: argocd}\nspec: {source: {chart: cloud, repoURL: "https://charts.example.com"}, destination: {namespace: ${destination}}}\n`;
  const ingress =
    'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: cloud, namespace: shop}\nspec: {defaultBackend: {service: {name: cloud, port: {number: 80}}}}\n';
  const files = (destination: string): Record<string, string> => ({
    'argocd/kustomization.yaml': 'resources: [app.yaml]\n',
    'argocd/app.yaml': application(destination),
    'shop/kustomization.yaml': 'resources: [shop.yaml]\n',
    'shop/shop.yaml': stream(
      serviceText('selector: {app: web}\nports: [{port: 80, targetPort: http}]'),
      workload(),
      ingress,
    ),
  });

  it('may make the Service of an Ingress', async () => {
    for (const [destination, count] of [
      ['shop', 0],
      ['other', 1],
    ] as const) {
      const sources = Object.entries(files(destination)).map(([name, text]) => ({ name, text, found: true }));
      const { findings } = await lint(readManifests(sources), { facts: factsFrom() });
      expect(findings.filter(({ rule }) => rule === 'ingress/service-missing')).toHaveLength(count);
    }
  });
});

describe('ExternalNames as backends', () => {
  const ingress = (namespace: string, ...names: readonly string[]): string =>
    names
      .map(
        (name) =>
          `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: {type: ExternalName, externalName: ${name}.example}\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: {defaultBackend: {service: {name: ${name}, port: {number: 80}}}}\n`,
      )
      .join('---\n');

  it('are one warning for each namespace', async () => {
    const text = stream(ingress('one', 'a', 'b', 'c'), ingress('two', 'd'));
    const severities = await placesOfRule('ingress/external-name-backend', text, [], 'info');
    expect(severities.map((one) => one.replace(/^\d+ ?/, ''))).toEqual(['warning', '', '', 'warning']);
  });
});

describe('Services for one application that is not there', () => {
  const asking = (...parts: readonly string[]): string =>
    stream(
      ...parts.map((part) => serviceText(`selector: {app: shop, part: ${part}}\nports: [{port: 80}]`, part)),
      serviceText('selector: {app: web}\nports: [{port: 80, targetPort: http}]'),
      workload(),
    );
  const severities = async (...parts: readonly string[]): Promise<string[]> =>
    (await placesOfRule('service/no-matching-pods', asking(...parts), [], 'error')).map((one) =>
      one.replace(/^\d+ ?/, ''),
    );

  it('are infos if there are three', async () => {
    expect(await severities('api', 'front', 'jobs')).toEqual(['info', 'info', 'info']);
    expect(await severities('api', 'front')).toEqual(['', '']);
    expect(await severities('api', 'api', 'api')).toEqual(['', '', '']);
  });
});

describe('routes of the Gateway API to Services that a kustomization renames', () => {
  const route =
    'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: web}\nspec: {rules: [{backendRefs: [{name: web, port: 80}]}]}\n';
  const files = (more: string): Record<string, string> => ({
    'k/kustomization.yaml': `resources: [web.yaml]\nnamePrefix: dev-\n${more}`,
    'k/names.yaml':
      'nameReference:\n- kind: Service\n  fieldSpecs:\n  - {kind: HTTPRoute, group: gateway.networking.k8s.io, path: spec/rules/backendRefs/name}\n',
    'k/web.yaml': stream(
      'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80, targetPort: http}], selector: {app: web}}\n',
      workload({ namespace: 'default' }),
      route,
    ),
  });
  const messages = async (more: string): Promise<string[]> => {
    const set = readManifests(Object.entries(files(more)).map(([name, text]) => ({ name, text, found: true })));
    const { findings } = await lint(set, { facts: factsFrom() });
    return findings.filter(({ rule }) => rule === 'ingress/service-missing').map(({ message }) => message);
  };

  it('are told why the name is lost', async () => {
    expect(await messages('')).toEqual([
      expect.stringContaining('a kustomization names it "dev-web", and kustomize changes no names in HTTPRoutes'),
    ]);
    expect(await messages('configurations: [names.yaml]\n')).toEqual([]);
  });
});

describe('a placeholder', () => {
  it.each(['{{ $version }}', '${{ values.name }}', '${VERSION}', '$VERSION', 'MYDOMAIN'])(
    'is named whole: %s',
    async (text) => {
      const [message] = await messagesOfRule(
        'yaml/placeholder',
        `apiVersion: v1\nkind: Service\nmetadata: {name: "web-${text}"}\nspec: {ports: [{port: 80}]}\n`,
      );
      expect(message).toContain(`The placeholder "${text}" in metadata.name`);
    },
  );
});

describe('the path of a copy', () => {
  it('is whole, however long', async () => {
    const folder = 'a-folder-with-a-long-name/'.repeat(8);
    const wrong = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 0}]}\n';
    const set = readManifests([
      { name: `${folder}web.yaml`, text: wrong, found: true },
      { name: `z/web.yaml`, text: wrong, found: true },
    ]);
    const { findings } = await lint(set, { facts: factsFrom() });
    expect(findings.map(({ message }) => message).join('\n')).toContain(`(The file is a copy of ${folder}web.yaml.)`);
  });
});

describe('manifests of several versions', () => {
  const rule = 'service/target-port-missing';
  const mistake = stream(service('web', ', targetPort: htp'), workload());
  const folders = (...names: string[]): Promise<string[]> =>
    filesOfRule(rule, Object.fromEntries(names.map((name) => [`deploy/${name}/web.yaml`, mistake])));

  it('have their errors once, where the newest is', async () => {
    expect(await folders('v1.9.0', 'v1.10.0', 'v1.10.0-rc.1')).toEqual([
      'deploy/v1.10.0-rc.1/web.yaml info',
      'deploy/v1.10.0/web.yaml error',
      'deploy/v1.9.0/web.yaml info',
    ]);
    expect(
      await filesOfRule(rule, { 'web-2.0.yaml': mistake, 'web-2.1.yaml': mistake.replace('example', 'other') }),
    ).toEqual(['web-2.0.yaml info', 'web-2.1.yaml error']);
  });

  it('are no environments or clusters, which are all in use', async () => {
    const other = mistake.replace('image: example', 'image: other');
    for (const [one, two] of [
      ['dev', 'prod'],
      ['cluster1', 'cluster2'],
    ])
      expect(await filesOfRule(rule, { [`${one}/web.yaml`]: mistake, [`${two}/web.yaml`]: other })).toEqual([
        `${one}/web.yaml error`,
        `${two}/web.yaml error`,
      ]);
  });

  it('have errors of their own', async () => {
    const other = mistake.replace('htp', 'htpp');
    expect(await filesOfRule(rule, { 'v1.0/web.yaml': mistake, 'v1.1/web.yaml': other })).toEqual([
      'v1.0/web.yaml error',
      'v1.1/web.yaml error',
    ]);
  });
});

describe('a Service of a chart whose values are in layers', () => {
  const rule = 'ingress/service-missing';
  const files = (folder: string, values: string): Record<string, string> => ({
    [`clusters/one/${folder}/route.yaml`]: stream(ingress('web', 'shop-server'), service('redis')),
    [`clusters/one/${folder}/redis.yaml`]: workload({ name: 'redis', labels: '{app: redis}' }),
    [`roles/all/${values}/values.yaml`]: 'replicas: 1\n',
  });

  it('is an info where a folder called like the namespace has values', async () => {
    expect(await filesOfRule(rule, files('shop', 'shop'))).toEqual(['clusters/one/shop/route.yaml info']);
    expect(await filesOfRule(rule, files('shop', 'other'))).toEqual(['clusters/one/shop/route.yaml error']);
    expect(await filesOfRule(rule, files('web', 'web'))).toEqual(['clusters/one/web/route.yaml error']);
  });
});

describe('an Ingress alone in its folder', () => {
  it('is an info where no Service is beside it', async () => {
    const rule = 'ingress/service-missing';
    const others = {
      'routes/a.yaml': ingress('a', 'shop'),
      'web/s.yaml': stream(service('shop'), workload({ labels: '{app: shop}' })),
    };
    const files = (file: string): Record<string, string> => ({ ...others, [file]: ingress('web', 'nginx') });
    expect(await filesOfRule(rule, files('samples/web/templates/i.yaml'))).toEqual([
      'samples/web/templates/i.yaml info',
    ]);
    expect(await filesOfRule(rule, files('web/routes/i.yaml'))).toEqual(['web/routes/i.yaml error']);
  });
});

describe('what is wrong on purpose', () => {
  const wrong = (name: string): string =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {ports: [{port: 0}]}\n`;

  it('is an info if the name of the file or the object says so', async () => {
    expect(
      await filesOfRule('schema/invalid', {
        'lab/broken-web/a.yaml': wrong('a'),
        'lab/unbroken/a.yaml': wrong('b'),
        'lab/web_broken.yaml': wrong('c'),
        'lab/web.yaml': wrong('broken-web'),
      }),
    ).toEqual([
      'lab/broken-web/a.yaml info',
      'lab/unbroken/a.yaml error',
      'lab/web.yaml info',
      'lab/web_broken.yaml info',
    ]);
  });

  it('is an info in exercises, and in lessons if the name of the file ends so', async () => {
    expect(
      await filesOfRule('schema/invalid', {
        'troubleshooting/web/a.yaml': wrong('a'),
        'labs/pod-error.yaml': wrong('b'),
        'labs/error-pages.yaml': wrong('c'),
        'web/custom-error.yaml': wrong('d'),
      }),
    ).toEqual([
      'labs/error-pages.yaml error',
      'labs/pod-error.yaml info',
      'troubleshooting/web/a.yaml info',
      'web/custom-error.yaml error',
    ]);
  });
});

describe('what another place settles', () => {
  const missing = 'ingress/service-missing';

  it('a Service without namespace beside its route may be applied to its namespace', async () => {
    const unplaced = service('api').replace(', namespace: shop', '');
    const files = { 'a/route.yaml': ingress('a', 'api'), 'a/web.yaml': stream(service('web'), unplaced) };
    expect(await messagesIn(missing, files)).toEqual([
      'info There is no Service "api" in namespace "shop" of the set; the one beside it has no namespace: write it there, or apply it to this one.',
    ]);
    const placed = { ...files, 'a/web.yaml': stream(service('web'), service('api').replace('shop', 'other')) };
    expect(await filesOfRule(missing, placed)).toEqual(['a/route.yaml error']);
  });

  it('an application of which nothing is there may be a chart, in a folder of Ingresses', async () => {
    const others = {
      'misc/web.yaml': stream(service('web'), service('search')),
      'misc/1.yaml': ingress('one', 'web', '/1'),
      'misc/2.yaml': ingress('two', 'web', '/2'),
    };
    const asked = { ...others, 'misc/grafana.yaml': ingress('grafana-ingress', 'monitoring-grafana', '/3') };
    expect(await filesOfRule(missing, asked)).toEqual(['misc/grafana.yaml info']);
    const known = { ...asked, 'grafana/all.yaml': service('grafana').replace('shop', 'monitoring') };
    expect(await filesOfRule(missing, known)).toEqual(['misc/grafana.yaml error']);
    expect(await filesOfRule(missing, { ...asked, 'misc/1.yaml': '', 'misc/2.yaml': '' })).toEqual([
      'misc/grafana.yaml error',
    ]);
  });

  it('a Service for which an init container waits by name needs no endpoints', async () => {
    const bare = service('db').replace('  selector: {app: db}\n', '');
    const waiting = (name: string): string =>
      workload({
        pod: `initContainers: [{name: wait, image: busybox, command: [sh, -c, "until nslookup ${name}; do sleep 2; done"]}]`,
      });
    const severities = (name: string): Promise<string[]> =>
      filesOfRule('service/no-endpoints', { 'a/all.yaml': stream(bare, waiting(name)) });
    expect(await severities('db.shop')).toEqual(['a/all.yaml info']);
    expect(await severities('mq')).toEqual(['a/all.yaml warning']);
  });

  it('a node port of a lesson, and ports in comments, are infos', async () => {
    const nodePort = (name: string): string =>
      service(name, ', nodePort: 31000').replace('spec:', 'spec:\n  type: NodePort');
    const conflict = (folder: string): Promise<string[]> =>
      filesOfRule('api/node-port-conflict', {
        'a/web.yaml': nodePort('web'),
        [`${folder}/shop.yaml`]: nodePort('shop'),
      });
    expect(await conflict('practice/05')).toEqual(['practice/05/shop.yaml info']);
    expect(await conflict('shop')).toEqual(['shop/shop.yaml error']);
    const form = 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  selector: {app: a}\n';
    expect(await filesOfRule('api/ports-required', { 'a.yaml': `${form}  # ports:\n  # - port: 80\n` })).toEqual([
      'a.yaml info',
    ]);
    expect(await filesOfRule('api/ports-required', { 'a.yaml': `${form}# no ports: headless\n` })).toEqual([
      'a.yaml error',
    ]);
  });

  it('APPNAME is to be filled in', async () => {
    const named = (name: string): Record<string, string> => ({ 'a.yaml': service(name) });
    expect(await filesOfRule('yaml/placeholder', named('APPNAME'))).toEqual(['a.yaml info']);
    expect(await filesOfRule('yaml/placeholder', named('WEB'))).toEqual([]);
  });
});
