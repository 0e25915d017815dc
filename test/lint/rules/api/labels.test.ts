import { faultsIn, serviceText } from '../../../support/lint.js';

const labelled = (label: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels:\n    ${label}\n`;
const deployment = (selector: string, labels = '{app: web}'): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata:
      labels: ${labels}
    spec:
      containers: [{name: web, image: web}]
  selector:
${selector.replace(/^/gm, '    ')}
`;

describe('labels', () => {
  it.each([
    'a: ""',
    'a: b',
    'app.kubernetes.io/name: Shop_Front.1',
    `a: ${'v'.repeat(63)}`,
    `${'k'.repeat(63)}: a`,
    '"1": "2"',
    `${'d'.repeat(63)}.example/${'k'.repeat(63)}: a`,
  ])('may be %s', async (label) => {
    expect(await faultsIn(labelled(label))).toEqual([]);
  });

  it.each([
    'a: Shop Front',
    'a: -b',
    'a: b.',
    'a: "b\\n"',
    `a: ${'v'.repeat(64)}`,
    `${'k'.repeat(64)}: a`,
    'a/b/c: d',
    '/a: b',
    'a/: b',
    'Example.com/a: b',
    '"": a',
    '"a b": c',
    'a: ü',
  ])('may not be %s', async (label) => {
    expect(await faultsIn(labelled(label))).toEqual(['api/label-syntax@6']);
  });

  it('of custom resources are held to the same; annotations are free', async () => {
    const custom = labelled('a: b c').replace('v1', 'example.com/v1').replace('ConfigMap', 'Thing');
    expect(await faultsIn(custom)).toEqual(['api/label-syntax@6']);
    expect(await faultsIn(custom.replace('labels', 'annotations'))).toEqual([]);
  });

  it('of templates and of Service selectors stand at their line', async () => {
    expect(await faultsIn(serviceText('selector:\n  app: web server\nports: [{port: 80}]'))).toEqual([
      'api/label-syntax@7',
    ]);
    expect(await faultsIn(deployment('matchLabels: {app: web}', '\n        app: web\n        team: a b'))).toEqual([
      'api/label-syntax@9',
    ]);
  });

  it("of a CronJob are in its Job's template and its Pods' template", async () => {
    const cronJob = `apiVersion: batch/v1
kind: CronJob
metadata: {name: a}
spec:
  schedule: "* * * * *"
  jobTemplate:
    metadata:
      labels:
        a: b c
    spec:
      template:
        metadata:
          labels:
            d: e f
        spec:
          restartPolicy: Never
          containers: [{name: a, image: a}]
`;
    expect(await faultsIn(cronJob)).toEqual(['api/label-syntax@9', 'api/label-syntax@14']);
  });
});

describe('label selectors', () => {
  it('want values with In and NotIn, and none with Exists and DoesNotExist', async () => {
    expect(await faultsIn(deployment('matchExpressions:\n- {key: app, operator: In, values: [web]}'))).toEqual([]);
    expect(await faultsIn(deployment('matchExpressions:\n- {key: app, operator: In}'))).toEqual([
      'api/label-syntax@12',
    ]);
    expect(
      await faultsIn(
        deployment('matchLabels: {app: web}\nmatchExpressions:\n- key: app\n  operator: NotIn\n  values: []'),
      ),
    ).toEqual(['api/label-syntax@15']);
    expect(await faultsIn(deployment('matchExpressions:\n- key: app\n  operator: Exists\n  values: [a]'))).toEqual([
      'api/label-syntax@14',
    ]);
  });

  it('that are malformed are not also a mismatch', async () => {
    expect(await faultsIn(deployment('matchLabels:\n  app: web server'))).toEqual(['api/label-syntax@12']);
  });

  it('of affinities and of policies count; those of nodes have operators of their own', async () => {
    const affinity = deployment('matchLabels: {app: web}').replace(
      'containers:',
      `affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
            - matchExpressions: [{key: cores, operator: Gt, values: ["4"]}]
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
          - topologyKey: zone
            labelSelector:
              matchLabels:
                app: web server
      containers:`,
    );
    expect(await faultsIn(affinity)).toEqual(['api/label-syntax@19']);
    const policy =
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec:\n  podSelector: {}\n  ingress:\n  - from:\n    - namespaceSelector:\n        matchLabels:\n          name: a b\n';
    expect(await faultsIn(policy)).toEqual(['api/label-syntax@10']);
  });
});

describe("a workload's selector", () => {
  it.each([
    ['matchLabels: {app: web}', '{app: web, tier: front}'],
    [
      'matchLabels: {app: web}\nmatchExpressions: [{key: tier, operator: DoesNotExist}, {key: app, operator: Exists}, {key: app, operator: NotIn, values: [api]}]',
      '{app: web}',
    ],
  ])('%s matches %s', async (selector, labels) => {
    expect(await faultsIn(deployment(selector, labels))).toEqual([]);
  });

  it.each([
    ['matchLabels: {app: web, tier: front}', '{app: web}'],
    ['matchLabels: {app: web}', '{App: web}'],
    ['matchExpressions: [{key: app, operator: In, values: [api, db]}]', '{app: web}'],
    ['matchExpressions: [{key: app, operator: NotIn, values: [web]}]', '{app: web}'],
    ['matchExpressions: [{key: app, operator: DoesNotExist}]', '{app: web}'],
    ['matchExpressions: [{key: tier, operator: Exists}]', '{app: web}'],
  ])('%s does not match %s', async (selector, labels) => {
    expect(await faultsIn(deployment(selector, labels))).toEqual(['api/workload-selector@7']);
  });

  it('does not match a template without labels', async () => {
    expect(
      await faultsIn(
        deployment('matchLabels: {app: web}').replace('      labels: {app: web}\n', '      annotations: {a: b}\n'),
      ),
    ).toEqual(['api/workload-selector@6']);
  });

  it('may not be empty', async () => {
    expect(await faultsIn(deployment('{}'))).toEqual(['api/workload-selector@10']);
    expect(await faultsIn(deployment('matchLabels: {}'))).toEqual(['api/workload-selector@10']);
  });

  it('is no mismatch where the template is missing or its labels are no map of strings', async () => {
    expect(
      await faultsIn(
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {app: web}}\n',
      ),
    ).toEqual(['schema/invalid@4']);
    expect(await faultsIn(deployment('matchLabels: {app: web}', '[app, web]'))).toEqual(['schema/invalid@7']);
    expect(await faultsIn(deployment('matchLabels: {app: web}', '{app: [web]}'))).toEqual(['schema/invalid@7']);
  });

  it('of a Job counts where it is written', async () => {
    const job = (selector: string): string =>
      `apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec:\n${selector}  template:\n    metadata:\n      labels: {app: web}\n    spec: {restartPolicy: Never, containers: [{name: a, image: a}]}\n`;
    expect(await faultsIn(job('  selector: {matchLabels: {app: api}}\n'))).toEqual(['api/workload-selector@8']);
    expect(await faultsIn(job(''))).toEqual([]);
  });

  it("of a ReplicationController is a plain map, and its template's labels where it is left out", async () => {
    const controller = (selector: string): string =>
      `apiVersion: v1\nkind: ReplicationController\nmetadata: {name: a}\nspec:\n${selector}  template:\n    metadata:\n      labels: {app: web}\n    spec:\n      containers: [{name: a, image: a}]\n`;
    expect(await faultsIn(controller('  selector: {app: api}\n'))).toEqual(['api/workload-selector@8']);
    expect(await faultsIn(controller('  selector: {app: web}\n'))).toEqual([]);
    expect(await faultsIn(controller(''))).toEqual([]);
  });
});
