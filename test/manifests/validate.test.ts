import { parseManifests } from '../../src/manifests/read.js';
import { validateObjects } from '../../src/manifests/validate.js';
import type { Finding } from '../../src/diagnostics/finding.js';
import { fullObjects } from '../support/full-objects.js';

async function validate(text: string, minor = 36): Promise<Finding[]> {
  const { objects, findings } = parseManifests([{ name: 'a.yaml', text }]);
  expect(findings).toEqual([]);
  return validateObjects(objects, { minor });
}

/** `rule line path` for each finding. */
async function places(text: string, minor = 36): Promise<string[]> {
  return (await validate(text, minor)).map(
    ({ rule, range, path }) => `${rule} ${range.start.line} ${path?.join('.') ?? ''}`,
  );
}

const service = (ports: string, rest = ''): string =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n${ports}\n${rest}`;

const deployment = (container: string, spec = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
${spec}      containers:
      - name: web
        image: web
${container}`;

describe('objects as a cluster has them', () => {
  it.each(Object.entries(fullObjects))('%s: every field is known and every value fits', async (_kind, text) => {
    expect(await validate(text)).toEqual([]);
  });

  it.each(Object.entries(fullObjects))('%s: an unknown field is found at the root', async (kind, text) => {
    const found = await validate(`${text}unheardOf: 1\n`);
    expect(found).toMatchObject([
      {
        rule: 'schema/unknown-field',
        path: ['unheardOf'],
        severity: kind === 'KubeProxyConfiguration' ? 'warning' : 'error',
      },
    ]);
  });
});

it("a slice's port is one that packets can be sent to", async () => {
  const slice = (port: string): string =>
    `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a}\naddressType: IPv4\nendpoints: []\nports:\n- port: ${port}\n`;
  expect(await places(slice('65536'))).toEqual(['schema/invalid 7 ports.0.port']);
  expect((await validate(slice('0')))[0]?.message).toMatch('from 1 to 65535, but is 0: no packet');
  expect(await places(slice('null'))).toEqual([]);
});

it('an empty name or image of a container is a missing one', async () => {
  const pod = (container: string): string =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - ${container}\n`;
  expect(await places(pod('{name: "", image: a}'))).toEqual(['schema/invalid 6 spec.containers.0.name']);
  expect(await places(pod('{name: a, image: ""}'))).toEqual(['schema/invalid 6 spec.containers.0.image']);
  expect(await places(pod('{name: a, image: a, env: [{name: ""}]}'))).toEqual([
    'schema/invalid 6 spec.containers.0.env.0.name',
  ]);
});

describe('unknown fields', () => {
  it('stand at the key, and name the nearest known field', async () => {
    const [finding] = await validate(service('  - port: 80\n    targetport: 8080'));
    expect(finding).toMatchObject({
      rule: 'schema/unknown-field',
      path: ['spec', 'ports', 0, 'targetport'],
      range: { start: { line: 8, column: 5 } },
    });
    expect(finding?.message).toContain('did you mean targetPort?');
  });

  it.each([
    ['        readinessprobe: {}', 'spec.template.spec.containers.0.readinessprobe'],
    [
      '        env: [{name: A, valueFrom: {fieldRef: {fieldpath: a, fieldPath: a}}}]',
      'spec.template.spec.containers.0.env.0.valueFrom.fieldRef.fieldpath',
    ],
    [
      '        lifecycle: {preStop: {httpGet: {port: 1, Path: /}}}',
      'spec.template.spec.containers.0.lifecycle.preStop.httpGet.Path',
    ],
    [
      '      affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpression: []}]}}}',
      'spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.0.matchExpression',
    ],
  ])('are found at any depth: %s', async (line, path) => {
    expect((await places(deployment(line))).map((place) => place.split(' ')[2])).toEqual([path]);
  });

  it('are free in maps and in managed fields', async () => {
    expect(
      await places(
        'apiVersion: v1\nkind: Service\nmetadata: {name: a, annotations: {targetport: x}, managedFields: [{fieldsV1: {a: {b: 1}}}]}',
      ),
    ).toEqual([]);
  });

  it("are told by their place in the hierarchy: a container's field on the Pod", async () => {
    const [finding] = await validate(deployment('', '      image: web\n'));
    expect(finding).toMatchObject({ rule: 'schema/unknown-field', path: ['spec', 'template', 'spec', 'image'] });
    expect(finding?.message).toContain('spec.template.spec.containers[]');
  });
});

it('fields of older versions are told by their present name', async () => {
  const found = await validate(
    'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {backend: {serviceName: a}}\n',
  );
  expect(found).toMatchObject([{ rule: 'schema/unknown-field', path: ['spec', 'backend'] }]);
  expect(found[0]?.message).toContain('it is spec.defaultBackend now');
});

describe('values that do not fit', () => {
  it.each([
    ['protocol: tcp', 'must be TCP, UDP or SCTP, but is the string "tcp"'],
    ['port: "80"', 'must be a whole number from 1 to 65535, but is the string "80"'],
    ['port: 0', 'must be a whole number from 1 to 65535, but is 0'],
    ['port: 65536', 'but is 65536'],
    ['port: 80.5', 'but is 80.5'],
    ['port: [80]', 'but is a list'],
    ['targetPort: 70000', 'must be a whole number from 0 to 65535 or a string, but is 70000'],
    ['nodePort: a', 'must be a whole number, but is the string "a"'],
  ])('%s', async (line, message) => {
    const name = line.split(':')[0];
    const found = await validate(service(name === 'port' ? `  - ${line}` : `  - port: 80\n    ${line}`));
    expect(found).toMatchObject([{ rule: 'schema/invalid', path: ['spec', 'ports', 0, name] }]);
    expect(found[0]?.message).toContain(message);
  });

  it.each([
    'nodePort: 70000',
    'targetPort: 0',
    'targetPort: "1"',
    'protocol: ""',
    'protocol: ',
    'appProtocol: "?"',
    'nodePort: -1',
  ])('are left to the rules that name them, or no mistake at all: %s', async (line) => {
    expect(await places(service(`  - port: 80\n    ${line}`))).toEqual([]);
  });

  it('give one finding each, however many keywords they break', async () => {
    expect(await places(service('  - port: "x"\n    protocol: 1.5\n  - 80'))).toEqual([
      'schema/invalid 7 spec.ports.0.port',
      'yaml/ambiguous-scalar 8 spec.ports.0.protocol',
      'schema/invalid 9 spec.ports.1',
    ]);
  });

  it.each([
    ['cpu: 1 core', false],
    ['cpu: 100m', true],
    ['memory: 1.5Gi', true],
    ['memory: 128MB', false],
    ['memory: 1e3', true],
    ['cpu: .5', true],
  ])('quantities: %s', async (limit, fits) => {
    const found = await places(deployment(`        resources: {limits: {${limit}}}`));
    expect(found).toHaveLength(fits ? 0 : 1);
  });

  it('a Deployment keeps its Pods running, a Job ends', async () => {
    expect(await places(deployment('', '      restartPolicy: Never\n'))).toEqual([
      'schema/invalid 9 spec.template.spec.restartPolicy',
    ]);
    const job =
      'apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      containers: [{name: a, image: a}]\n';
    expect(await places(job)).toEqual(['schema/invalid 6 spec.template.spec.restartPolicy']);
    expect(await places(`${job}      restartPolicy: Never\n`)).toEqual([]);
  });

  it('a mapping stands at its key', async () => {
    expect(
      await places('apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  externalIPs:\n    a: b\n'),
    ).toEqual(['schema/invalid 5 spec.externalIPs']);
  });

  it('quotes hostile text', async () => {
    const [finding] = await validate(service(`  - port: 80\n    protocol: "\\u202eTCP\\u0007${'x'.repeat(200)}"`));
    expect(finding?.message).toMatch(/^[\x20-\x7e…]*$/);
  });
});

describe('missing fields', () => {
  it('stand where the mapping that should hold them does', async () => {
    expect(await places(service('  - name: a\n    targetPort: 1'))).toEqual(['schema/invalid 7 spec.ports.0.port']);
    expect(await places('apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  replicas: 1\n')).toEqual(
      ['schema/invalid 5 spec.selector', 'schema/invalid 5 spec.template'],
    );
    expect(await places('apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n')).toEqual(['schema/invalid 1 spec']);
  });

  it('null is as good as absent', async () => {
    expect(
      await places(
        deployment('', '      nodeSelector:\n      volumes: ~\n').replace(
          'containers:\n      - name: web\n        image: web',
          'containers:\n      - name: web\n        image:',
        ),
      ),
    ).toEqual(['schema/invalid 13 spec.template.spec.containers.0.image']);
    expect((await validate(service('  -\n')))[0]?.message).toContain('spec.ports[0] is an empty item (null)');
  });

  it.each([
    ['metadata: {}', 'metadata.name'],
    ['metadata: {name: ""}', 'metadata.name'],
    ['metadata: {name: }', 'metadata.name'],
    ['metadata: {name: {}}', 'metadata.name'],
    ['spec: {}', 'metadata'],
  ])('a name or generateName: %s', async (line, path) => {
    expect(await places(`apiVersion: v1\nkind: Service\n${line}\n`)).toEqual([
      `schema/invalid ${path === 'metadata' ? 1 : 3} ${path}`,
    ]);
  });

  it('generateName will do', async () => {
    expect(await places('apiVersion: v1\nkind: Service\nmetadata: {generateName: a-}\n')).toEqual([]);
  });
});

describe('versions', () => {
  it.each([
    ['extensions/v1beta1', 'Ingress', 'networking.k8s.io/v1'],
    ['apps/v1beta2', 'Deployment', 'apps/v1'],
    ['batch/v1beta1', 'CronJob', 'batch/v1'],
    ['discovery.k8s.io/v1beta1', 'EndpointSlice', 'discovery.k8s.io/v1'],
    ['policy/v1beta1', 'PodDisruptionBudget', 'policy/v1'],
    ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', 'autoscaling/v2'],
    ['policy/v1beta1', 'PodSecurityPolicy', 'nothing replaces it'],
  ])('%s %s is gone, and that is all that is said', async (apiVersion, kind, replacement) => {
    const found = await validate(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {}\nspec: {unheardOf: 1}\n`);
    expect(found).toMatchObject([
      { rule: 'schema/removed-api', path: ['apiVersion'], range: { start: { line: 1, column: 13 } } },
    ]);
    expect(found[0]?.message).toContain(replacement);
  });

  it('the version decides', async () => {
    const text = 'apiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: FlowSchema\nmetadata: {name: a}\n';
    expect(await places(text, 31)).toEqual([]);
    expect(await places(text, 32)).toEqual(['schema/removed-api 1 apiVersion']);
  });

  it('a kind in a version that never had it', async () => {
    const [finding] = await validate('apiVersion: v1\nkind: Deployment\nmetadata: {name: a}\n');
    expect(finding).toMatchObject({ rule: 'schema/invalid', path: ['apiVersion'] });
    expect(finding?.message).toContain('use apps/v1');
  });

  it('custom resources are left alone, whatever their kind', async () => {
    expect(await places('apiVersion: serving.knative.dev/v1\nkind: Service\nspec: {template: 1}\n')).toEqual([]);
    expect(await places('apiVersion: shop.example.com/v1beta1\nkind: Ingress\nspec: {backend: 1}\n')).toEqual([]);
  });
});

describe('ambiguous scalars', () => {
  it('are quoted by the fix', async () => {
    const text = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  labels:\n    version: 1.10\n    on: y # yes\n';
    const found = await validate(text);
    expect(found.map(({ rule, range }) => `${rule} ${range.start.line}`)).toEqual([
      'yaml/ambiguous-scalar 6',
      'yaml/ambiguous-scalar 7',
    ]);
    const edits = found.flatMap(({ fix }) => fix?.edits ?? []).sort((a, b) => b.startOffset - a.startOffset);
    const mended = edits.reduce(
      (before, edit) => before.slice(0, edit.startOffset) + edit.text + before.slice(edit.endOffset),
      text,
    );
    expect(mended).toContain('version: "1.10"\n    on: "y" # yes\n');
    expect(await places(mended)).toEqual([]);
  });

  it.each(['env: [{name: A, value: 8080}]', 'args: [7251e07]', 'command: [0x1f]', 'image: 1_000'])(
    'stand wherever a string is required: %s',
    async (line) => {
      const text = line.startsWith('image')
        ? deployment('').replace('image: web', line)
        : deployment(`        ${line}`);
      expect((await validate(text)).map(({ rule }) => rule)).toEqual(['yaml/ambiguous-scalar']);
    },
  );

  it("a boolean for a port's name", async () => {
    expect(await places(service('  - {name: y, port: 80, targetPort: on}'))).toEqual([
      'yaml/ambiguous-scalar 7 spec.ports.0.name',
      'yaml/ambiguous-scalar 7 spec.ports.0.targetPort',
    ]);
  });

  it.each([
    ['port: 0514', 'port'],
    ['port: 22:22', 'port'],
    ['targetPort: 22:22', 'targetPort'],
    ['nodePort: 072460', 'nodePort'],
  ])('octal and base 60 ports: %s', async (line, name) => {
    const found = await places(service(name === 'port' ? `  - ${line}` : `  - port: 80\n    ${line}`));
    expect(found).toEqual([`yaml/ambiguous-scalar ${name === 'port' ? 7 : 8} spec.ports.0.${name}`]);
  });

  it('a name', async () => {
    expect(await places('apiVersion: v1\nkind: Service\nmetadata:\n  name: on\n  namespace: 1.10\n')).toEqual([
      'yaml/ambiguous-scalar 4 metadata.name',
      'yaml/ambiguous-scalar 5 metadata.namespace',
    ]);
  });

  it('quotes hostile keys', async () => {
    const [finding] = await validate(
      'apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: {"\\u202e\\u0007": 1}}\n',
    );
    expect(finding?.message).toMatch(/^[\x20-\x7e]*$/);
  });

  it.each(['"22:22"', '0', '80', '0x50'])('targetPort: %s is none', async (value) => {
    expect(await places(service(`  - {port: 80, targetPort: ${value}}`))).toEqual([]);
  });

  it('are plain mistakes of type in JSON', async () => {
    const text = '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "labels": {"a": 1}}}';
    expect(await places(text)).toEqual(['schema/invalid 1 metadata.labels.a']);
  });
});

it('keys that come from input never reach a prototype', async () => {
  const text =
    '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "__proto__": {"x": 1}, "constructor": 1}}';
  expect((await validate(text)).map(({ rule, path }) => `${rule} ${path?.join('.') ?? ''}`).sort()).toEqual([
    'schema/unknown-field metadata.__proto__',
    'schema/unknown-field metadata.constructor',
  ]);
});
