import { compareFindings } from '../../src/diagnostics/finding.js';
import { rules } from '../../src/lint/registry.js';
import { faultsIn, lintText, placesOf, serviceText, stream } from '../support/lint.js';

describe('one mistake gives one finding', () => {
  it('an api/ rule speaks for schema/invalid at the same node', async () => {
    expect(
      await faultsIn(serviceText('type: NodePort\nselector: {app: web}\nports: [{port: 80, nodePort: 99999}]')),
    ).toEqual(['api/node-port-range@8']);
  });

  it('two mistakes at one place stay two', async () => {
    expect(
      await faultsIn(serviceText('selector: {app: web}\nports:\n- {port: 80, name: a}\n- targetPort: 81')),
    ).toEqual(['api/port-name-required@9', 'schema/invalid@9']);
  });

  it('yaml/ speaks for what a plain scalar reads as, and api/ leaves the value alone', async () => {
    expect(
      await faultsIn(serviceText('selector: {app: web}\nports:\n- {port: 80, name: on}\n- {port: 81, name: b}')),
    ).toEqual(['yaml/ambiguous-scalar@8']);
    expect(await faultsIn(serviceText('selector: {version: 1.10}\nports: [{port: 80}]'))).toEqual([
      'yaml/ambiguous-scalar@6',
    ]);
  });

  it('labels are strings in kinds without a schema too, and in a ConfigMap so is all data', async () => {
    const configMap =
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels: {version: 1.10}\ndata:\n  PORT: 8080\n  HOST: "1"\n';
    expect(await faultsIn(configMap)).toEqual(['yaml/ambiguous-scalar@5', 'yaml/ambiguous-scalar@7']);
    expect(
      await faultsIn(
        'apiVersion: a.example/v1\nkind: Thing\nmetadata: {name: a, annotations: {on: true}}\ndata: {a: 1}\n',
      ),
    ).toEqual(['yaml/ambiguous-scalar@3']);
    expect(await faultsIn('apiVersion: a.example/v1\nkind: Thing\nmetadata:\n  name: 1e3\n  namespace: on\n')).toEqual([
      'yaml/ambiguous-scalar@4',
      'yaml/ambiguous-scalar@5',
    ]);
    expect(await faultsIn('apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: 1234}\n')).toEqual([
      'yaml/ambiguous-scalar@4',
    ]);
    expect(
      await faultsIn(
        'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {v: 1.10}}\n',
      ),
    ).toEqual(['yaml/ambiguous-scalar@5']);
    expect(
      await faultsIn(
        serviceText('selector: {app: web}\nports: [{port: 80}]').replace(
          'name: web',
          'name: web, labels: {version: 1.10}',
        ),
      ),
    ).toEqual(['yaml/ambiguous-scalar@3']);
  });

  it('schema/unknown-field speaks for a field that is missing because it is misspelt', async () => {
    expect(await faultsIn(serviceText('selector: {app: web}\nPorts: [{port: 80}]'))).toEqual([
      'schema/unknown-field@7',
    ]);
    const ingress =
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec:\n  backend:\n    serviceName: web\n';
    expect(await faultsIn(ingress)).toEqual(['schema/unknown-field@5']);
    const paths =
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec:\n  rules:\n  - http:\n      paths:\n      - path: /\n        backend:\n          servicePort: 80\n          serviceName: web\n';
    expect(await faultsIn(paths)).toEqual(['schema/unknown-field@11']);
    expect(await faultsIn(serviceText('selectors: {app: web}\nports: [{port: 80}]'))).toEqual([
      'schema/unknown-field@6',
    ]);
  });

  it('a misspelt field explains nothing but itself', async () => {
    expect(await faultsIn(serviceText('selectors: {app: web}\nclusterIP: 10.0.0.300'))).toEqual(
      expect.arrayContaining(['api/ports-required@5', 'schema/unknown-field@6', 'api/cluster-ip@7']),
    );
  });

  it('an object of a removed version gets that one finding', async () => {
    const deployment =
      'apiVersion: apps/v1beta1\nkind: Deployment\nmetadata: {name: a, labels: {a: b c}}\nspec:\n  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: A, ports: [{name: a_b, containerPort: 1}]}]}}\n';
    expect(await faultsIn(deployment)).toEqual(['schema/removed-api@1']);
    expect(await faultsIn(stream(deployment, serviceText('selector: {app: web}\nports: [{port: 80}]')))).toEqual([
      'schema/removed-api@1',
    ]);
  });

  it('what is refused is not looked at further', async () => {
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop, labels: {app: web}}\nspec: {containers: [{name: a, image: a, ports: [{name: http, containerPort: 1}]}]}\n';
    expect(
      await faultsIn(stream(serviceText('selector: {app: web}\nports:\n- port: 80\n  targetPort: http_server'), pod)),
    ).toEqual(['api/target-port-name@9']);
  });
});

describe('a run', () => {
  const faulty = serviceText(
    'type: NodePort\nexternalIPs: [127.0.0.1]\nports:\n- {port: 80, nodePort: 1}\n- {port: 80, name: b}',
  );

  it('gives findings in reading order', async () => {
    const found = await lintText(stream(faulty, faulty));
    expect(found.length).toBeGreaterThan(6);
    expect([...found].sort(compareFindings)).toEqual(found);
  });

  it('gives severities of the settings, and nothing of rules that are off', async () => {
    const severities = new Map([
      ['api/external-ip', 'info'],
      ['api/node-port-range', 'off'],
    ] as const);
    const found = await lintText(faulty, [], { severities });
    expect(found.find(({ rule }) => rule === 'api/external-ip')?.severity).toBe('info');
    expect(found.map(({ rule }) => rule)).not.toContain('api/node-port-range');
    expect(found.find(({ rule }) => rule === 'api/port-duplicate')?.severity).toBe('error');
  });

  it('stops at what the API server refuses where that is wanted', async () => {
    const found = await lintText(
      stream(faulty, serviceText('selector: {app: web}\nports: [{port: 80}]', 'other')),
      [],
      { onlyRefusals: true },
    );
    expect(found.length).toBeGreaterThan(3);
    expect(found.filter(({ rule }) => !/^(?:yaml|schema|api)\//.test(rule))).toEqual([]);
  });

  it('names objects as they are written', async () => {
    const [finding] = await lintText(
      serviceText('selector: {app: web}\nports: []\nclusterIP: None\nexternalTrafficPolicy: Local'),
      [],
      { onlyRefusals: true },
    );
    expect(finding).toMatchObject({
      rule: 'api/external-traffic-policy',
      object: { kind: 'Service', namespace: 'shop', name: 'web' },
      path: ['spec', 'externalTrafficPolicy'],
    });
  });

  it("says nothing of other groups' kinds", async () => {
    expect(
      await lintText(
        'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: A_B}\nspec: {template: {}}\n',
      ),
    ).toEqual([]);
  });

  it('places findings in JSON and in Lists', async () => {
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'a' },
          spec: { selector: { a: 'b' }, clusterIP: '1.2.3', ports: [{ port: 80 }] },
        },
      ],
    };
    expect(
      placesOf((await lintText(JSON.stringify(list, null, 1))).filter(({ severity }) => severity === 'error')),
    ).toEqual(['api/cluster-ip@15']);
  });
});

describe('hostile objects', () => {
  const shapes = ['null', '"x"', '-1.5', '[[[]]]', '[null, 1, "a", {}]', '{__proto__: {a: 1}, "": [null]}'];
  const fields = ['metadata', 'spec', 'endpoints', 'ports', 'subsets', 'addressType', 'status'];
  const specFields = [
    'ports',
    'selector',
    'clusterIP',
    'clusterIPs',
    'externalIPs',
    'type',
    'ipFamilies',
    'ipFamilyPolicy',
    'sessionAffinityConfig',
    'loadBalancerSourceRanges',
    'template',
    'rules',
    'defaultBackend',
    'tls',
    'ingressClassName',
    'containers',
    'initContainers',
    'hostNetwork',
    'jobTemplate',
    'replicas',
    'externalName',
    'healthCheckNodePort',
    'podSelector',
    'affinity',
  ];
  const kinds = [
    'v1 Service',
    'v1 Endpoints',
    'v1 Pod',
    'v1 Node',
    'v1 ReplicationController',
    'discovery.k8s.io/v1 EndpointSlice',
    'networking.k8s.io/v1 Ingress',
    'networking.k8s.io/v1 NetworkPolicy',
    'apps/v1 Deployment',
    'apps/v1 DaemonSet',
    'batch/v1 Job',
    'batch/v1 CronJob',
  ];

  it.each(kinds)('of %s are judged whatever their shape', async (kind) => {
    const [apiVersion = '', name = ''] = kind.split(' ');
    const texts = shapes.flatMap((shape) => [
      ...fields.map(
        (field) =>
          `apiVersion: ${apiVersion}\nkind: ${name}\n${field === 'metadata' ? '' : 'metadata: {name: a}\n'}${field}: ${shape}\n`,
      ),
      ...specFields.map(
        (field) =>
          `apiVersion: ${apiVersion}\nkind: ${name}\nmetadata: {name: a}\nspec:\n  type: ${field === 'type' ? shape : 'NodePort'}\n${field === 'type' ? '' : `  ${field}: ${shape}\n`}`,
      ),
    ]);
    const found = await lintText(stream(...texts));
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(({ range }) => range.start.line < 1)).toEqual([]);
  });
});

it('every rule is a value that can be asked about nothing', async () => {
  expect(rules.length).toBeGreaterThan(40);
  expect(await lintText('')).toEqual([]);
});
