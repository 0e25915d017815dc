import { faultsIn, serviceText, stream } from '../../../support/lint.js';
import { filesOfRule, messagesOfRule, placesOfRule, workload } from '../../../support/lint-set.js';

const service = (selector: string, name = 'web', namespace = 'shop'): string =>
  serviceText(`selector: ${selector}\nports: [{port: 80, targetPort: 8080}]`, name, namespace);

describe('service/no-matching-pods', () => {
  const rule = 'service/no-matching-pods';
  const places = (...texts: string[]): Promise<string[]> => placesOfRule(rule, stream(...texts), [], 'error');

  it.each([
    ['a value of another case', '{app: Web}'],
    ['one pair of two', '{app: web, tier: front}'],
    ['a label of the workload but not of its Pods', '{team: a}'],
    ['a Pod of another StatefulSet', '{statefulset.kubernetes.io/pod-name: db-0}'],
    ['a hash on a kind that has none', '{app: job, pod-template-hash: abc}'],
  ])('reports %s', async (_, selector) => {
    expect(
      await places(service(selector), workload(), workload({ kind: 'Job', name: 'job', labels: '{app: job}' })),
    ).toEqual(['6']);
  });

  it.each([
    ['Deployment'],
    ['StatefulSet'],
    ['DaemonSet'],
    ['ReplicaSet'],
    ['ReplicationController'],
    ['Job'],
    ['CronJob'],
    ['Pod'],
  ])('finds the Pods of a %s', async (kind) => {
    expect(await places(service('{app: web}'), workload({ kind }))).toEqual([]);
  });

  it.each([
    ['pod-template-hash', 'Deployment', '{app: web, pod-template-hash: 5d4f}'],
    ['controller-revision-hash', 'DaemonSet', '{app: web, controller-revision-hash: 5d4f}'],
    ['apps.kubernetes.io/pod-index', 'StatefulSet', '{app: web, apps.kubernetes.io/pod-index: "0"}'],
    ['the name of its Pod', 'StatefulSet', '{statefulset.kubernetes.io/pod-name: web-12}'],
    ['the name of its Job', 'Job', '{batch.kubernetes.io/job-name: web}'],
  ])('knows that the controller adds %s to Pods of a %s', async (_, kind, selector) => {
    expect(await places(service(selector), workload({ kind }))).toEqual([]);
  });

  it('reads an absent namespace as default', async () => {
    const deployment = workload({ namespace: 'default' });
    expect(await places(service('{app: web}', 'web', '""'), deployment)).toEqual([]);
    expect(await places(service('{app: wbe}', 'web', '""'), deployment)).toEqual(['6']);
  });

  it('is an info where the namespace holds no workload', async () => {
    expect(await places(service('{app: web}'))).toEqual(['6 info']);
    const elsewhere = workload({ namespace: 'prod', labels: '{app: other}' });
    expect(await places(service('{app: web}'), elsewhere)).toEqual(['6 info']);
  });

  it('is an error where a workload of the file has the labels in another namespace, and both say theirs', async () => {
    expect(await places(service('{app: web}'), workload({ namespace: 'prod' }))).toEqual(['6']);
    expect(await places(service('{app: web}', 'web', '""'), workload({ namespace: 'prod' }))).toEqual(['6 info']);
  });

  it('says nothing of an ExternalName, of an empty selector, and of a selector that is refused', async () => {
    expect(
      await places(serviceText('type: ExternalName\nexternalName: example.com\nselector: {app: a}'), workload()),
    ).toEqual([]);
    expect(await places(service('{}'), workload())).toEqual([]);
    expect(await places(service('{app: "a b"}'), workload())).toEqual([]);
  });

  it.each([
    [
      'has a template with the labels',
      '{app: other}',
      'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: a, namespace: shop}\nspec: {template: {metadata: {labels: {app: other}}}}\n',
    ],
    [
      'is named by the selector',
      '{application: spilo, cluster-name: orders}',
      'apiVersion: acid.zalan.do/v1\nkind: postgresql\nmetadata: {name: orders, namespace: shop}\n',
    ],
    [
      'owns the label',
      '{strimzi.io/cluster: x}',
      'apiVersion: kafka.strimzi.io/v1beta2\nkind: Kafka\nmetadata: {name: events, namespace: shop}\n',
    ],
  ])('says nothing where a custom resource %s', async (_, selector, resource) => {
    expect(await places(service(selector), workload(), resource)).toEqual([]);
  });

  it('still reports beside a custom resource that makes no Pods', async () => {
    const monitor =
      'apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: wbe, namespace: shop}\n';
    expect(await places(service('{app: wbe}'), workload(), monitor)).toEqual(['6']);
  });

  it('adds the labels of kustomizations', async () => {
    const kustomization =
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\ncommonLabels: {env: prod}\nlabels: [{pairs: {team: a}}]\n';
    expect(await places(service('{app: web, env: prod, team: a}'), workload(), kustomization)).toEqual([]);
    expect(await places(service('{app: web, env: test}'), workload(), kustomization)).toEqual(['6']);
  });

  it('is an info for labels that only an operator or the control plane gives', async () => {
    expect(await places(service('{example.net/cluster: a}'), workload())).toEqual(['6 info']);
    expect(
      await places(
        service('{component: kube-scheduler}', 'scheduler', 'kube-system'),
        workload({ namespace: 'kube-system' }),
      ),
    ).toEqual(['6 info']);
  });

  it('leaves a template whose labels are refused to the rule that says so', async () => {
    const mismatched = workload({ labels: '{app: website}' }).replace(
      'matchLabels: {app: website}',
      'matchLabels: {app: web}',
    );
    expect(await places(service('{app: web}'), mismatched)).toEqual([]);
  });

  it('says what was meant', async () => {
    const [near] = await messagesOfRule(rule, stream(service('{app: wbe}'), workload()));
    expect(near).toContain('Deployment shop/web in this file has "app=web"');
    const [elsewhere] = await messagesOfRule(
      rule,
      stream(
        service('{app: search}'),
        workload(),
        workload({ name: 'search', namespace: 'find', labels: '{app: search}' }),
      ),
    );
    expect(elsewhere).toContain('Deployment find/search has these labels');
    const [key] = await messagesOfRule(rule, stream(service('{ap: web}'), workload()));
    expect(key).toContain('has "app=web"');
  });

  describe('in a set of many files', () => {
    const apart = (directory: string): Record<string, string> =>
      Object.fromEntries(
        Array.from({ length: 25 }, (_, index) => [
          `${directory}${index}.yaml`,
          workload({ name: `a${index}`, namespace: 'default', labels: `{app: a${index}}` }),
        ]),
      );
    const unnamed = (app: string): string => service(`{app: ${app}}`, app, '""');

    it('doubts itself where few Services around it find Pods', async () => {
      const collection = { ...apart('other/'), 'services/b.yaml': unnamed('b'), 'services/c.yaml': unnamed('c') };
      expect(await filesOfRule(rule, collection)).toEqual(['services/b.yaml info', 'services/c.yaml info']);
      expect(
        await filesOfRule(rule, {
          ...apart(''),
          'b.yaml': unnamed('b'),
          'c.yaml': unnamed('c'),
          'd.yaml': unnamed('a1'),
          'e.yaml': unnamed('a2'),
        }),
      ).toEqual(['b.yaml error', 'c.yaml error']);
      expect(
        await filesOfRule(rule, {
          ...apart('other/'),
          'services/one/b.yaml': unnamed('b'),
          'services/two/c.yaml': unnamed('c'),
          'services/three/d.yaml': unnamed('a1'),
        }),
      ).toEqual(['services/one/b.yaml info', 'services/two/c.yaml info']);
    });

    it('is sure where its neighbours are there, or its labels are near', async () => {
      expect(
        await filesOfRule(rule, {
          ...apart('other/'),
          'services/web.yaml': unnamed('web'),
          'services/a.yaml': unnamed('a1'),
        }),
      ).toEqual(['services/web.yaml error']);
      expect(
        await filesOfRule(rule, {
          ...apart('other/'),
          'web/service.yaml': unnamed('web'),
          'web/deployment.yaml': workload({ namespace: 'default', labels: '{app: wbe}' }),
        }),
      ).toEqual(['web/service.yaml error']);
      expect(await filesOfRule(rule, { ...apart('k8s/'), 'k8s/web.yaml': unnamed('web') })).toEqual([
        'k8s/web.yaml info',
      ]);
      expect(await filesOfRule(rule, { ...apart('k8s/'), 'k8s/web.yaml': unnamed('a1x') })).toEqual([
        'k8s/web.yaml error',
      ]);
      expect(
        await filesOfRule(rule, {
          ...apart('k8s/apps/'),
          'k8s/apps/a.yaml': unnamed('a1'),
          'k8s/base/web.yaml': unnamed('web'),
        }),
      ).toEqual(['k8s/base/web.yaml info']);
    });
  });

  it('doubts itself where a document that cannot be read speaks of the labels', async () => {
    const broken = workload({ name: 'broken' }).replace('spec: {', 'spec: {replicas: [1, ');
    const severities = async (selector: string): Promise<string[]> =>
      filesOfRule(rule, {
        'a.yaml': stream(service(selector), broken, workload({ name: 'search', labels: '{app: search}' })),
      });
    expect(await severities('{app: web}')).toEqual(['a.yaml info']);
    expect(await severities('{app: we}')).toEqual(['a.yaml error']);
  });

  it.each(['gateway.networking.k8s.io/gateway-name', 'leaderworkerset.sigs.k8s.io/name'])(
    'doubts itself where only an operator can have set %s',
    async (key) => {
      const places = (selector: string): Promise<string[]> =>
        placesOfRule(rule, stream(service(selector), workload({ labels: '{app: other}' })), [], 'error');
      expect(await places(`{${key}: web}`)).toEqual(['6 info']);
      expect(await places('{app.kubernetes.io/name: web}')).toEqual(['6']);
    },
  );

  it('finds labels that only the Pods of a dump have', async () => {
    const owned = (name: string, labels: string): string =>
      workload({ kind: 'Pod', name, labels }).replace(
        'namespace: shop',
        'namespace: shop, ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: db, uid: a, controller: true}]',
      );
    const pods = [owned('db-0', '{app: db}'), owned('db-1', '{app: db, role: leader}')];
    const places = (...texts: string[]): Promise<string[]> =>
      placesOfRule(rule, stream(service('{role: leader}'), ...texts));
    expect(await places(...pods)).toEqual([]);
    expect(await places(...pods, workload({ kind: 'StatefulSet', name: 'db', labels: '{app: db}' }))).toEqual([]);
    expect(await places(...pods.slice(0, 1))).toEqual(['6']);
  });

  it('leaves misspelt labels to schema/unknown-field', async () => {
    const places = (...texts: string[]): Promise<string[]> =>
      placesOfRule(rule, stream(service('{app: web}'), ...texts));
    expect(await places(workload({ kind: 'Pod' }).replace('labels:', 'lables:'))).toEqual([]);
    expect(await places(workload().replace('labels:', 'label:'))).toEqual([]);
    expect(await places(workload({ kind: 'Pod', labels: '{app: other}' }).replace('labels:', 'lables:'))).toEqual([
      '6',
    ]);
  });

  it('leaves Pods to a custom resource that gives something the labels', async () => {
    const prometheus =
      'apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: main, namespace: shop}\nspec: {podMetadata: {labels: {thanos: "yes", a: b}}}\n';
    const places = (selector: string): Promise<string[]> =>
      placesOfRule(rule, stream(service(selector), workload({ labels: '{app: other}' }), prometheus));
    expect(await places('{thanos: "yes"}')).toEqual([]);
    expect(await places('{thanos: "yes", a: c}')).toEqual(['6']);
    const petSet = workload({ labels: '{app: db}' }).replace(
      'apps/v1\nkind: Deployment',
      'apps/v1alpha1\nkind: PetSet',
    );
    expect(await placesOfRule(rule, stream(service('{app: db}'), workload(), petSet))).toEqual([]);
  });
});

describe('service/selects-many-workloads', () => {
  const places = (...texts: string[]): Promise<string[]> =>
    placesOfRule('service/selects-many-workloads', stream(...texts), [], 'warning');
  const variant = (
    name: string,
    track: string,
    parts: { image?: string; replicas?: number; labels?: string; kind?: string } = {},
  ): string =>
    workload({
      name,
      labels: parts.labels ?? `{app: web, track: ${track}}`,
      spec: `replicas: ${parts.replicas ?? 1}`,
      kind: parts.kind ?? 'Deployment',
    }).replace('image: example', `image: ${parts.image ?? 'example'}`);

  it('reports different applications, of one kind or several', async () => {
    expect(
      await places(
        service('{tier: a}'),
        workload({ labels: '{app: web, tier: a}' }),
        workload({ name: 'job', kind: 'Job', labels: '{app: web, tier: a}' }),
      ),
    ).toEqual(['6']);
    expect(
      await places(
        service('{tier: a}'),
        workload({ labels: '{app: web, tier: a}' }),
        workload({ name: 'b', labels: '{app: b, tier: a}', ports: '[{containerPort: 1}]' }),
      ),
    ).toEqual(['6']);
  });

  it('leaves a Job alone that is an endpoint of no port, as its containers lack the names', async () => {
    const named = serviceText('selector: {tier: a}\nports: [{port: 80, targetPort: http}]');
    const job = (ports: string): string => workload({ name: 'job', kind: 'Job', labels: '{app: web, tier: a}', ports });
    const web = workload({ labels: '{app: web, tier: a}' });
    expect(await places(named, web, job('[]'))).toEqual([]);
    expect(await places(named, web, job('[{name: http, containerPort: 80}]'))).toEqual(['6']);
    const both = serviceText('selector: {tier: a}\nports: [{name: a, port: 1, targetPort: http}, {name: b, port: 2}]');
    expect(await places(both, web, job('[]'))).toEqual(['6']);
  });

  it('is an info for variants of one application', async () => {
    expect(
      await places(
        service('{app: web}'),
        variant('web', 'stable', { replicas: 5 }),
        variant('canary', 'canary', { image: 'other' }),
      ),
    ).toEqual(['6 info']);
    expect(await places(service('{app: web}'), variant('blue', 'x'), variant('green', 'x'))).toEqual(['6 info']);
  });

  it('takes two labels, another kind or another key for another application', async () => {
    expect(
      await places(
        service('{app: web}'),
        variant('a', 'x', { labels: '{app: web, x: a, y: a}' }),
        variant('b', 'x', { labels: '{app: web, x: b, y: b}', image: 'other' }),
      ),
    ).toEqual(['6']);
    expect(
      await places(
        service('{app: web}'),
        variant('a', 'stable'),
        variant('b', 'canary', { kind: 'StatefulSet', image: 'other' }),
      ),
    ).toEqual(['6']);
    expect(
      await places(
        service('{app: web}'),
        variant('a', 'stable'),
        variant('b', 'canary', { labels: '{app: web}', image: 'other' }),
      ),
    ).toEqual(['6']);
  });

  it('is an info for Pods of one image that declare no ports', async () => {
    const echo = (name: string, kind: string): string =>
      workload({ kind, name, labels: '{app: echo}', ports: '[]', container: `args: [${name}]` });
    expect(await places(service('{app: echo}'), echo('foo', 'Pod'), echo('bar', 'Pod'))).toEqual(['6 info']);
    expect(await places(service('{app: echo}'), echo('foo', 'Deployment'), echo('bar', 'Deployment'))).toEqual(['6']);
  });

  it('is an info where all run one image and declare the ports', async () => {
    const severities = (...texts: string[]): Promise<string[]> => places(service('{app: web}'), ...texts);
    const worker = (ports: string, image = 'example:2'): string =>
      workload({ name: 'worker', labels: '{app: web, role: worker, part: b}', ports }).replace('example', image);
    expect(await severities(workload(), worker('[{containerPort: 8080}]'))).toEqual(['6 info']);
    expect(await severities(workload(), worker('[]'))).toEqual(['6']);
    expect(await severities(workload(), worker('[{containerPort: 8080}]', 'host:5000/example'))).toEqual(['6']);
  });

  it('takes what a controller of the set owns for a part of it, and a second definition for the same', async () => {
    const owned = workload({ kind: 'ReplicaSet', name: 'web-5d4f' }).replace(
      'name: web-5d4f,',
      'name: web-5d4f, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: a, controller: true}],',
    );
    expect(await places(service('{app: web}'), workload(), owned)).toEqual([]);
    expect(await places(service('{app: web}'), workload(), workload({ ports: '[]' }))).toEqual([]);
  });

  it('is an info for the one workload beside a Service of which the set holds variants', async () => {
    const rule = 'service/selects-many-workloads';
    const other = workload({ kind: 'DaemonSet', ports: '[]' });
    const unnamed = workload({ namespace: 'default' });
    expect(
      await filesOfRule(rule, {
        'a/service.yaml': service('{app: web}', 'web', '""'),
        'a/web.yaml': unnamed,
        'b/web.yaml': other.replace('shop', 'default'),
      }),
    ).toEqual(['a/service.yaml info']);
    expect(
      await filesOfRule(rule, {
        'a/all.yaml': stream(service('{app: web}'), workload()),
        'b/all.yaml': stream(service('{app: web}'), other),
      }),
    ).toEqual(['a/all.yaml info', 'b/all.yaml info']);
    const agent = workload({ kind: 'DaemonSet', name: 'agent', ports: '[]' });
    expect(
      await filesOfRule(rule, { 'a/all.yaml': stream(service('{app: web}'), workload()), 'b/all.yaml': agent }),
    ).toEqual(['a/all.yaml warning']);
  });

  it('is an info for members of one cluster, for one workload as two kinds, and where all are found by DNS', async () => {
    const rule = 'service/selects-many-workloads';
    const member = (name: string, more = {}): string => workload({ name, container: `args: [${name}]`, ...more });
    const severities = async (...texts: string[]): Promise<string[]> =>
      placesOfRule(rule, stream(...texts), [], 'warning');
    const selecting = service('{app: web}');
    expect(await severities(selecting, member('web-1'), member('web-2'))).toEqual(['6 info']);
    expect(await severities(selecting, member('web'), member('web', { kind: 'DaemonSet' }))).toEqual(['6 info']);
    const other = member('other').replace('image: example', 'image: other');
    expect(await severities(selecting, member('web'), other)).toEqual(['6']);
    const headless = serviceText('clusterIP: None\nselector: {app: web}\nports: [{port: 80}]');
    expect(await severities(headless, member('web'), member('other'))).toEqual(['7 info']);
  });

  it('leaves the Pods of helm test alone', async () => {
    const pod = workload({ kind: 'Pod', name: 'probe', ports: '[]' }).replace(
      'namespace: shop,',
      'namespace: shop, annotations: {helm.sh/hook: test},',
    );
    expect(await faultsIn(stream(service('{app: web}'), workload(), pod))).toEqual([]);
  });

  it('leaves ports to the workload beside the Service then', async () => {
    const named = serviceText('selector: {app: web}\nports: [{port: 80, targetPort: http}]', 'web', '""');
    const files = {
      'a/service.yaml': named,
      'a/web.yaml': workload({ namespace: 'default' }),
      'b/web.yaml': workload({ namespace: 'default', name: 'other', ports: '[]' }),
    };
    expect(await filesOfRule('service/target-port-partial', files)).toEqual([]);
    const patched = {
      'overlay/service.yaml': named,
      'overlay/web.yaml': workload({ namespace: 'default', ports: '[]' }),
      'base/web.yaml': workload({ namespace: 'default' }),
      'c/x.yaml': workload({ namespace: 'default', name: 'x' }),
    };
    expect(await filesOfRule('service/target-port-missing', patched)).toEqual([]);
  });
});

describe('service/no-endpoints', () => {
  const places = (...texts: string[]): Promise<string[]> => placesOfRule('service/no-endpoints', stream(...texts));
  const bare = (fields = ''): string => serviceText(`${fields}ports: [{port: 80}]`);

  it('reports a Service that nothing gives endpoints to, headless or with an empty selector too', async () => {
    expect(await places(bare())).toEqual(['5']);
    expect(await places(bare('clusterIP: None\n'))).toEqual(['5']);
    expect(await places(bare('selector: {}\n'))).toEqual(['5']);
    const elsewhere = 'apiVersion: v1\nkind: Endpoints\nmetadata: {name: web, namespace: other}\n';
    expect(await places(bare(), elsewhere)).toEqual(['5']);
    const slice =
      'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: web, namespace: shop}\naddressType: IPv4\nendpoints: []\n';
    expect(await places(bare(), slice)).toEqual(['5']);
  });

  it('accepts Endpoints, a slice without addresses, an ExternalName, and a patch of a Service with a selector', async () => {
    expect(await places(bare(), 'apiVersion: v1\nkind: Endpoints\nmetadata: {name: web, namespace: shop}\n')).toEqual(
      [],
    );
    const slice =
      'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: x, namespace: shop, labels: {kubernetes.io/service-name: web}}\naddressType: IPv4\nendpoints: []\n';
    expect(await places(bare(), slice)).toEqual([]);
    expect(await places(serviceText('type: ExternalName\nexternalName: example.com'))).toEqual([]);
    expect(await places(bare(), service('{app: web}'), workload())).toEqual([]);
  });
});
