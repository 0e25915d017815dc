import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

interface Schema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly additionalProperties?: unknown;
}

const directory = resolve('schemas');
const files = readdirSync(directory, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.json'))
  .sort();
const read = (file: string): Schema => JSON.parse(readFileSync(join(directory, file), 'utf8')) as Schema;
const compiler = new Ajv2020({ strict: true, allowUnionTypes: true });
for (const file of files) compiler.addSchema(read(file));
const validator = (file: string) => {
  const validate = compiler.getSchema(`https://kubechains.dev/schemas/${file}`);
  if (validate === undefined) throw new Error(`no ${file}`);
  return (value: unknown): boolean => validate(value) === true;
};

/** Every mapping in a schema that describes objects with fixed fields. */
function* objectSchemas(value: unknown): Generator<Schema> {
  if (typeof value !== 'object' || value === null) return;
  const schema = value as Schema;
  const types = [schema.type].flat();
  if (schema.properties !== undefined && types.includes('object')) yield schema;
  for (const inner of Object.values(schema)) yield* objectSchemas(inner);
}

it('there is one for each kind, and for the files of kubechains itself', () => {
  expect(
    files.filter((file) => !file.startsWith('definitions')).map((file) => file.replace('.schema.json', '')),
  ).toEqual([
    'cronjob',
    'daemonset',
    'deployment',
    'endpoints',
    'endpointslice',
    'hostfacts',
    'ingress',
    'job',
    'kubechains-settings',
    'kubeproxyconfiguration',
    'node',
    'pod',
    'replicaset',
    'replicationcontroller',
    'service',
    'servicecidr',
    'statefulset',
  ]);
});

describe.each(files)('%s', (file) => {
  const schema = read(file);

  it('is a valid schema of draft 2020-12', () => {
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema.$id).toBe(`https://kubechains.dev/schemas/${file}`);
    expect(compiler.validateSchema(schema)).toBe(true);
  });

  it('lets no unknown field pass, at any depth', () => {
    const open = [...objectSchemas(schema)].filter(
      (each) => each.additionalProperties === undefined && each.$ref === undefined,
    );
    const overlays = open.filter((each) => JSON.stringify(each).includes('restartPolicy'));
    const links = open.filter((each) => JSON.stringify(each.properties).includes('"local"'));
    expect(open).toHaveLength(overlays.length + links.length);
  });
});

describe('host facts', () => {
  const accepts = validator('hostfacts.schema.json');

  it.each<[unknown]>([
    [{}],
    [
      {
        nodeIPs: ['192.0.2.1'],
        interfaces: [{ name: 'eth0', addresses: ['192.0.2.1/24'] }],
        masqueradeRandomFully: true,
        largeClusterEndpointsThreshold: 1000,
      },
    ],
    [
      [
        {
          ifname: 'eth0',
          mtu: 1500,
          addr_info: [{ family: 'inet', local: '192.0.2.1', prefixlen: 24, scope: 'global' }],
        },
      ],
    ],
  ])('%j fits', (value) => {
    expect(accepts(value)).toBe(true);
  });

  it.each<[unknown]>([
    [{ nodeIP: [] }],
    [{ interfaces: [{ name: 'eth0' }] }],
    [{ nfacct: 'yes' }],
    [[{ addr_info: [{ local: 1 }] }]],
    ['x'],
  ])('%j does not', (value) => {
    expect(accepts(value)).toBe(false);
  });
});

describe('settings', () => {
  const accepts = validator('kubechains-settings.schema.json');

  it.each<[unknown]>([
    [null],
    [
      {
        rules: { 'service/load-balancer-ip': 'off', 'api/*': 'warning' },
        ignore: [{ rule: 'api/ingress', path: 'a/**', reason: 'x' }],
        kubeVersion: '1.34',
        failOn: 'info',
      },
    ],
  ])('%j fits', (value) => {
    expect(accepts(value)).toBe(true);
  });

  it.each<[unknown]>([
    [{ rule: {} }],
    [{ rules: { 'service/x': 'fatal' } }],
    [{ ignore: [{ rules: 'a/b' }] }],
    [{ failOn: 'off' }],
  ])('%j does not', (value) => {
    expect(accepts(value)).toBe(false);
  });
});
