/** Objects that are skipped if only errors are requested: no rule for errors may have a finding about them. */
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suspectsAmong } from '../../src/lint/ordinary/suspects.js';
import { rules } from '../../src/lint/registry.js';
import { parseManifests } from '../../src/manifests/read.js';
import type { ManifestSet } from '../../src/manifests/types.js';
import { factsFrom } from '../support/lint.js';
import { expectSameRefusals } from '../support/refusals.js';

const parse = (text: string): ManifestSet => parseManifests([{ name: 'input.yaml', text }]);

describe('examples of rules', () => {
  const refusing = rules.filter(({ id }) => /^(?:yaml|schema|api)\//.test(id));

  it.each(refusing.map((rule) => [rule.id, rule] as const))(
    '%s finds in the suspects what it finds in all',
    async (_, { documentation }) => {
      const facts = factsFrom(documentation.exampleArguments);
      await expectSameRefusals(parse(documentation.bad), facts);
      await expectSameRefusals(parse(documentation.good), facts);
    },
  );
});

const metadata = (name: string): object => ({
  name,
  namespace: 'shop',
  uid: 'a1',
  resourceVersion: '1',
  creationTimestamp: '2026-03-01T08:00:00Z',
  generation: 1,
  labels: { app: 'web', 'app.kubernetes.io/name': 'web' },
  annotations: { note: 'any text' },
});
const base = {
  service: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata('web'),
    spec: {
      type: 'LoadBalancer',
      clusterIP: '10.96.0.10',
      clusterIPs: ['10.96.0.10'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      selector: { app: 'web' },
      ports: [
        { name: 'http', port: 80, protocol: 'TCP', targetPort: 8080, nodePort: 30080 },
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 'dns', nodePort: 30053 },
      ],
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } },
      externalTrafficPolicy: 'Local',
      internalTrafficPolicy: 'Cluster',
      allocateLoadBalancerNodePorts: true,
      publishNotReadyAddresses: false,
    },
    status: { loadBalancer: { ingress: [{ ip: '203.0.113.7', ipMode: 'VIP' }] } },
  },
  headless: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata('db'),
    spec: { clusterIP: 'None', selector: { app: 'db' }, ports: [{ port: 5432 }] },
  },
  slice: {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    addressType: 'IPv4',
    metadata: {
      ...metadata('web-abc'),
      generateName: 'web-',
      ownerReferences: [
        { apiVersion: 'v1', kind: 'Service', name: 'web', uid: 'a1', controller: true, blockOwnerDeletion: true },
      ],
    },
    endpoints: [
      {
        addresses: ['10.244.1.7'],
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: 'node-1.example.com',
        zone: 'a',
        targetRef: { kind: 'Pod', name: 'web-1', namespace: 'shop', uid: 'b2' },
      },
    ],
    ports: [
      { name: 'http', port: 8080, protocol: 'TCP' },
      { name: '', port: 53, protocol: 'UDP' },
    ],
  },
  node: {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-1', labels: { 'topology.kubernetes.io/zone': 'a' } },
    spec: { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24'] },
    status: { addresses: [{ type: 'InternalIP', address: '192.168.0.2' }] },
  },
} as const;
const list = (objects: readonly unknown[]): ManifestSet =>
  parse(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));

describe('objects as a cluster has them', () => {
  it('are no suspects', () => {
    expect(suspectsAmong(list(Object.values(base)).objects, factsFrom())).toEqual([]);
  });

  it('are looked at where two claim one address or node port, and where service ranges are known', () => {
    const twice = [base.service, { ...base.service, metadata: metadata('api') }];
    expect(suspectsAmong(list(twice).objects, factsFrom())).toHaveLength(2);
    expect(suspectsAmong(list([base.node]).objects, factsFrom(['--service-cidr', '10.0.0.0/8']))).toHaveLength(1);
  });
});

const odd = fc.constantFrom<unknown>(
  null,
  true,
  0,
  1,
  -1,
  1.5,
  70000,
  10250,
  30080,
  32768,
  '',
  'a',
  'A',
  'a_b',
  '-a',
  '1a',
  'a.b',
  'a'.repeat(64),
  'a--b',
  '10.96.0.10',
  '10.96.0.300',
  '010.0.0.1',
  '127.0.0.1',
  '169.254.1.1',
  '224.0.0.5',
  '0.0.0.0',
  '::1',
  'fd00::1',
  '::ffff:10.0.0.1',
  'None',
  'ClusterIP',
  'NodePort',
  'LoadBalancer',
  'ExternalName',
  'Local',
  'IPv6',
  'SCTP',
  'tcp',
  'http',
  '80',
  'yes',
  [],
  {},
  ['10.96.0.10'],
  ['None'],
  ['a', 'a'],
  { a: 'b' },
  { 'a b': 'c' },
  { 'a/b/c': 'd' },
  { a: 'b c' },
  [{ port: 80 }],
  [{ port: 80 }, { port: 80 }],
);
const fieldNames = fc.constantFrom(
  'name',
  'port',
  'nodePort',
  'targetPort',
  'appProtocol',
  'protocol',
  'externalIPs',
  'externalName',
  'loadBalancerSourceRanges',
  'loadBalancerClass',
  'healthCheckNodePort',
  'trafficDistribution',
  'clusterIP',
  'clusterIPs',
  'ipFamilies',
  'type',
  'hostname',
  'hints',
  'ingress',
  'generateName',
  'managedFields',
  'labels',
  'selectors',
  'spec',
  '__proto__',
  'service.beta.kubernetes.io/load-balancer-source-ranges',
  'conditions',
  'addresses',
  'taints',
  'hostnames',
);

/** Inserts a value into a copy of the object, or removes or adds a field. */
function mutate(object: unknown, steps: readonly number[], field: string | undefined, value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(object)) as Record<string, unknown>;
  let node: Record<string, unknown> = copy;
  for (const step of steps) {
    const keys = Object.keys(node);
    const key = keys[step % Math.max(1, keys.length)] ?? 'a';
    const child = node[key];
    if (typeof child === 'object' && child !== null && step % 5 !== 0) node = child as Record<string, unknown>;
    else {
      if (field !== undefined) node[field] = value;
      else if (value === undefined) Reflect.deleteProperty(node, key);
      else node[key] = value;
      return copy;
    }
  }
  node[field ?? 'extra'] = value;
  return copy;
}

it('nothing is refused among objects that are passed over, whatever is changed in them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.values(base)),
      fc.array(fc.nat(1000), { minLength: 1, maxLength: 6 }),
      fc.option(fieldNames, { nil: undefined }),
      fc.option(odd, { nil: undefined }),
      fc.constantFrom('1.30', '1.35', '1.36'),
      async (object, steps, field, value, version) => {
        const others = Object.values(base).filter((other) => other !== object && other.kind !== 'Service');
        await expectSameRefusals(
          list([mutate(object, steps, field, value), ...others]),
          factsFrom(['--kube-version', version]),
        );
      },
    ),
    { numRuns: 3000 },
  );
}, 60_000);

describe.each(
  readdirSync('golden', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name),
)('golden/%s', (name) => {
  it('has the same refusals among its suspects', async () => {
    await expectSameRefusals(
      parseManifests([{ name, text: readFileSync(join('golden', name, 'objects.json'), 'utf8') }]),
      factsFrom(),
    );
  });
});
