/** Things that the manifests refer to and something else makes: operators, bundles, settings of the API server. */
import { lint } from '../../src/lint/run.js';
import { parseManifests } from '../../src/manifests/read.js';
import { factsFrom, serviceText, stream } from '../support/lint.js';
import { filesOfRule, messagesOfRule, workload } from '../support/lint-set.js';

const ingress = (...backends: string[]): string =>
  `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: main, namespace: shop}\nspec:\n  rules:\n${backends
    .map(
      (name) =>
        `  - http: {paths: [{path: /${name}, pathType: Prefix, backend: {service: {name: ${name}, port: {number: 80}}}}]}\n`,
    )
    .join('')}`;
const service = (name: string, app = name): string =>
  serviceText(`selector: {app: ${app}}\nports: [{port: 80, targetPort: http}]`, name);

describe('a backend that a program makes', () => {
  const rule = 'ingress/service-missing';
  const web = stream(service('web'), workload());
  const withSidecar = (annotation: string): string =>
    workload({ name: 'orders', labels: '{app: orders}' }).replace(
      'metadata: {labels:',
      `metadata: {annotations: {${annotation}}, labels:`,
    );

  it.each(['dapr.io/app-id: orders', 'dapr.io/id: orders'])('is the one of Dapr for %s', async (annotation) => {
    const files = { 'a.yaml': stream(web, withSidecar(annotation), ingress('orders-dapr')) };
    expect(await filesOfRule(rule, files)).toEqual([]);
  });

  it('is not the one of Dapr for Pods without its sidecar', async () => {
    const files = { 'a.yaml': stream(web, withSidecar('dapr.io/app-id: other'), ingress('orders-dapr')) };
    expect(await filesOfRule(rule, files)).toEqual(['a.yaml error']);
  });

  it.each(['ak-outpost-proxy', 'cm-acme-http-solver-x7k2p', 'prometheus-operated', 'prometheus-agent-operated'])(
    'is %s',
    async (name) => {
      expect(await filesOfRule(rule, { 'a.yaml': stream(web, ingress(name)) })).toEqual([]);
    },
  );

  it("is the API server's own Service, in the default namespace", async () => {
    const files = { 'a.yaml': stream(web, ingress('kubernetes')) };
    expect(await filesOfRule(rule, files)).toEqual(['a.yaml error']);
    const moved = { 'a.yaml': files['a.yaml'].replaceAll('namespace: shop', 'namespace: default') };
    expect(await filesOfRule(rule, moved)).toEqual([]);
  });

  it('is an info beside Services of which none finds its Pods, unless a name is near', async () => {
    const files = (...backends: string[]): Record<string, string> => ({
      'expose/ingress.yaml': ingress(...backends),
      'expose/service.yaml': service('gate-public', 'gate'),
      'app/web.yaml': workload(),
    });
    expect(await filesOfRule(rule, files('gate'))).toEqual(['expose/ingress.yaml info']);
    expect(await filesOfRule(rule, files('gate-publc'))).toEqual(['expose/ingress.yaml error']);
    const gate = { 'app/gate.yaml': workload({ name: 'gate', labels: '{app: gate}' }) };
    expect(await filesOfRule(rule, { ...files('gate'), ...gate })).toEqual(['expose/ingress.yaml error']);
  });
});

describe('Endpoints of a Service that a chart makes', () => {
  it('are an info beside the values of the chart', async () => {
    const files = {
      'a/web.yaml': service('web'),
      'b/endpoints.yaml':
        'apiVersion: v1\nkind: Endpoints\nmetadata: {name: scheduler, namespace: kube-system}\nsubsets: [{addresses: [{ip: 192.0.2.1}], ports: [{port: 10259}]}]\n',
    };
    expect(await filesOfRule('endpoints/orphan', files)).toEqual(['b/endpoints.yaml warning']);
    expect(await filesOfRule('endpoints/orphan', { ...files, 'b/values.yaml': 'kubeScheduler: {}\n' })).toEqual([
      'b/endpoints.yaml info',
    ]);
  });
});

describe('a Service of several clusters', () => {
  const withAnnotation = (text: string, value: string): string =>
    text.replace('namespace: shop}', `namespace: shop, annotations: {service.cilium.io/global: "${value}"}}`);

  it.each([
    ['service/no-endpoints', 'ports: [{port: 80}]', 'warning'],
    ['service/no-matching-pods', 'selector: {app: other}\nports: [{port: 80}]', 'error'],
  ])('may have endpoints of others: %s', async (rule, spec, severity) => {
    const files = (value: string): Record<string, string> => ({
      'a.yaml': stream(withAnnotation(serviceText(spec), value), workload()),
    });
    expect(await filesOfRule(rule, files('true'))).toEqual([]);
    expect(await filesOfRule(rule, files('false'))).toEqual([`a.yaml ${severity}`]);
  });
});

describe('a port of a sidecar', () => {
  it.each([
    ['http-envoy-prom', 'info'],
    ['linkerd-admin', 'info'],
    ['dapr-metrics', 'info'],
    ['metrics', 'error'],
  ])('%s that no container has is an %s', async (name, severity) => {
    const selecting = serviceText(`selector: {app: web}\nports: [{port: 80, targetPort: ${name}}]`);
    const files = { 'a.yaml': stream(selecting, workload()) };
    expect(await filesOfRule('service/target-port-missing', files)).toEqual([`a.yaml ${severity}`]);
  });
});

describe('the Pods of a bundle', () => {
  const bundle = (app: string): string =>
    `apiVersion: operators.coreos.com/v1alpha1\nkind: ClusterServiceVersion\nmetadata: {name: web.v1, namespace: shop}\nspec:\n  install:\n    strategy: deployment\n    spec:\n      deployments:\n      - name: web\n        spec: {template: {metadata: {labels: {app: ${app}}}}}\n`;

  it.each([
    ['are not those of a Deployment elsewhere', 'web', []],
    ['are only those with its labels', 'other', ['bundle/service.yaml error']],
  ])('%s', async (_, app, expected) => {
    const files = {
      'bundle/csv.yaml': bundle(app),
      'bundle/service.yaml': service('web'),
      'config/web.yaml': workload({ ports: '[{name: metrics, containerPort: 8080}]' }),
    };
    expect(await filesOfRule('service/target-port-missing', files)).toEqual(expected);
  });
});

describe('a range of node ports', () => {
  const rule = 'api/node-port-range';
  const nodePort = serviceText('type: NodePort\nselector: {app: web}\nports: [{port: 80, nodePort: 8080}]');
  const withSettings = (settings: string): Promise<string[]> =>
    filesOfRule(rule, { 'web.yaml': nodePort, 'cluster/settings.yaml': settings });
  const kubeadm = (extraArgs: string): string =>
    `apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\napiServer:\n  extraArgs:\n${extraArgs}`;

  it.each([
    ['kubeadm', kubeadm('    service-node-port-range: 1024-32767\n')],
    ['kubeadm since v1beta4', kubeadm('  - name: service-node-port-range\n    value: "1024-32767"\n')],
    ['k3s', 'kube-apiserver-arg:\n- service-node-port-range=1024-32767\n'],
    ['kOps', 'kind: Cluster\nspec: {kubeAPIServer: {serviceNodePortRange: 1024-32767}}\n'],
    ['RKE', 'services: {kube-api: {service_node_port_range: "1024-32767"}}\n'],
    [
      'the static Pod',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: api, namespace: kube-system}\nspec:\n  containers:\n  - name: api\n    image: api\n    command:\n    - kube-apiserver\n    - --service-node-port-range=1024-32767\n',
    ],
  ])('is read from the settings of %s', async (_, settings) => {
    expect(await withSettings(settings)).toEqual([]);
  });

  it.each([
    ['a comment', '# service-node-port-range: 1024-32767\na: b\n'],
    ['a narrower setting', kubeadm('    service-node-port-range: 20000-32767\n')],
  ])('is not widened by %s', async (_, settings) => {
    expect(await withSettings(settings)).toEqual(['web.yaml error']);
  });
});

describe('many node ports outside the default range', () => {
  const files = (ports: readonly number[], folder = ''): Record<string, string> =>
    Object.fromEntries(
      ports.map((port, index) => [
        `${index % 2 === 0 ? '' : folder}${index}.yaml`,
        serviceText(`type: NodePort\nselector: {app: web}\nports: [{port: 80, nodePort: ${port}}]`, `web-${index}`),
      ]),
    );
  const severities = async (ports: number[], args?: readonly string[], folder?: string): Promise<string[]> => {
    const sources = Object.entries(files(ports, folder)).map(([name, text]) => ({ name, text, found: true as const }));
    const { findings } = await lint(parseManifests(sources), { facts: factsFrom(args) });
    return findings.filter(({ rule }) => rule === 'api/node-port-range').map(({ severity }) => severity);
  };

  it('are one warning: the cluster has another range', async () => {
    expect(await severities([25, 80, 443, 8080, 3306])).toEqual(['warning', 'info', 'info', 'info', 'info']);
    expect(await severities([25, 80, 443], [], 'other/')).toEqual(['warning', 'info', 'info']);
  });

  it('are errors where they are few, or all the same, or the range is given', async () => {
    const all = Array(5).fill('error') as string[];
    expect(await severities([25, 80, 443, 8080])).toEqual(all.slice(1));
    expect(await severities([25, 80], [], 'other/')).toEqual(all.slice(3));
    expect(await severities([80, 80, 80, 80, 80])).toEqual(all);
    expect(await severities([25, 80, 443, 8080, 3306], ['--service-node-port-range', '30000-32000'])).toEqual(all);
  });

  it('are errors in files that are named', async () => {
    const sources = Object.entries(files([25, 80, 443, 8080, 3306])).map(([name, text]) => ({ name, text }));
    const { findings } = await lint(parseManifests(sources), { facts: factsFrom() });
    expect(findings.filter(({ severity }) => severity === 'error')).toHaveLength(5);
  });
});

describe('a governing Service', () => {
  it('that is missing is named after the headless one that selects the Pods', async () => {
    const http = service('db-http', 'web');
    const headless = serviceText('clusterIP: None\nselector: {app: web}\nports: [{port: 22}]', 'db-ssh');
    const set = workload({ kind: 'StatefulSet' }).replace('serviceName: web', 'serviceName: db');
    const messages = await messagesOfRule('workload/governing-service', stream(http, headless, set));
    expect(messages).toEqual([expect.stringContaining('the Service that selects these Pods is "db-ssh": name it.')]);
  });
});

describe('the Pods of a Rollout', () => {
  const rollout = (labels: string, template = true): string =>
    workload({ labels })
      .replace('apiVersion: apps/v1\nkind: Deployment', 'apiVersion: argoproj.io/v1alpha1\nkind: Rollout')
      .replace(/template: .*/, (text) => (template ? text : 'workloadRef: {kind: Deployment, name: other}}'));
  const other = workload({ name: 'other', ports: '[{containerPort: 8080}]' });

  it('have the ports that its template declares, beside a Deployment elsewhere', async () => {
    const files = (text: string): Record<string, string> => ({
      'rollout/service.yaml': service('web'),
      'rollout/rollout.yaml': text,
      'elsewhere/web.yaml': other,
    });
    const rule = 'service/target-port-missing';
    expect(await filesOfRule(rule, files(rollout('{app: web}')))).toEqual([]);
    const unnamed = rollout('{app: web}').replace('name: http, ', '');
    expect(await filesOfRule(rule, files(unnamed))).toEqual(['rollout/service.yaml error']);
  });

  it('are not those of a Service with another selector, if the template is known', async () => {
    const rule = 'service/no-matching-pods';
    expect(await filesOfRule(rule, { 'a.yaml': stream(service('web'), rollout('{app: wbe}')) })).toEqual([
      'a.yaml error',
    ]);
    expect(await filesOfRule(rule, { 'a.yaml': stream(service('web'), rollout('{app: wbe}', false)) })).toEqual([]);
  });
});

describe('the Pod of helm test', () => {
  it('is recognised by the name that helm create gives it, where hooks are gone', async () => {
    const rule = 'service/selects-many-workloads';
    const files = (name: string, restart: string): Record<string, string> => ({
      'a.yaml': stream(
        serviceText('selector: {app: web}\nports: [{port: 80}]'),
        workload(),
        workload({ kind: 'Pod', name, pod: `restartPolicy: ${restart}` }),
      ),
    });
    expect(await filesOfRule(rule, files('web-test-connection', 'Never'))).toEqual([]);
    expect(await filesOfRule(rule, files('web-debug', 'Never'))).toEqual(['a.yaml warning']);
    expect(await filesOfRule(rule, files('web-test-connection', 'Always'))).toEqual(['a.yaml warning']);
  });
});

describe('endpoints that an operator may write', () => {
  it('are those of a Service with the name of its custom resource before its own', async () => {
    const rule = 'service/no-endpoints';
    const files = (resource: string): Record<string, string> => ({
      'a.yaml': stream(
        serviceText('clusterIP: None', 'farm-active-mons'),
        `apiVersion: storage.example.com/v1\nkind: Farm\nmetadata: {name: ${resource}, namespace: shop}\n`,
        workload(),
      ),
    });
    expect(await filesOfRule(rule, files('farm'))).toEqual(['a.yaml info']);
    expect(await filesOfRule(rule, files('pond'))).toEqual(['a.yaml warning']);
  });
});
