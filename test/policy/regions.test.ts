/**
 * Policies split sets of packets as they decide about single packets: compares every region with traces of its members.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RegionFacts } from '../../src/trace/region-report.js';
import { readAddress } from '../../src/walk/address.js';
import { run } from '../support/run.js';

const pod = (name: string, node: string, address: string, app: string): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop, labels: {app: ${app}}}
spec: {nodeName: ${node}, containers: [{name: c, image: registry.example.com/c:1, ports: [{name: http, containerPort: 8080}]}]}
status: {phase: Running, podIP: ${address}, conditions: [{type: Ready, status: "True"}]}
`;
const node = (name: string, index: number): string => `apiVersion: v1
kind: Node
metadata: {name: ${name}}
spec: {podCIDR: 10.244.${index}.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.0.1${index}}]}
`;
const policy = (name: string, spec: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: shop}
spec: {${spec}}
`;
const pods: readonly (readonly [string, string, string, string])[] = [
  ['web-a', 'alpha', '10.244.1.5', 'web'],
  ['web-b', 'beta', '10.244.2.5', 'web'],
  ['client', 'alpha', '10.244.1.7', 'client'],
  ['other', 'beta', '10.244.2.7', 'other'],
  ['shut', 'beta', '10.244.2.8', 'shut'],
];
const cluster = [
  node('alpha', 1),
  node('beta', 2),
  node('gamma', 3),
  ...pods.map((one) => pod(...one)),
  'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nclusterCIDR: 10.244.0.0/16\n',
  `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {clusterIP: 10.96.0.50, selector: {app: web}, ports: [{port: 80, targetPort: http}]}
`,
];
const policies = {
  'by label and named port': [
    policy(
      'web',
      'podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: client}}}], ports: [{port: http}]}]',
    ),
  ],
  'by blocks, and egress': [
    policy(
      'web',
      'podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: 10.244.0.0/16, except: [10.244.2.0/29]}}]}]',
    ),
    policy(
      'shut',
      'podSelector: {matchLabels: {app: shut}}, policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}]}]',
    ),
  ],
  'nothing in, for all': [policy('none', 'podSelector: {}, policyTypes: [Ingress]')],
};

interface Told {
  readonly destination: string;
  readonly policy?: { readonly allowed: boolean | null };
}
type Regions = readonly (RegionFacts & { readonly outcomes: readonly Told[] })[];

const directory = mkdtempSync(join(tmpdir(), 'kubechains-policy-regions-'));
const file = join(directory, 'all.yaml');
afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function trace<Answer>(...words: readonly string[]): Promise<Answer> {
  const { out, err } = await run(['trace', '-q', '-n', 'shop', '--format', 'json', '--node', 'alpha', ...words, file]);
  if (out === '') throw new Error(err);
  return JSON.parse(out) as Answer;
}
const within = (ranges: readonly string[], value: bigint | number, read: (text: string) => bigint | number): boolean =>
  ranges.some((range) => {
    const [from = '', to = from] = range.split('-');
    return read(from) <= value && value <= read(to);
  });
const numberOf = (address: string): bigint => readAddress(address)?.value ?? -1n;
const allowedIn = (outcomes: readonly Told[]): string[] =>
  outcomes.map(({ policy: told }) => String(told === undefined ? 'none' : told.allowed)).sort();

describe.each(Object.entries(policies))('%s', (_, texts) => {
  beforeAll(() => {
    writeFileSync(file, [...cluster, ...texts].join('---\n'));
  });
  const sources = [
    '203.0.113.9',
    '10.244.2.1',
    '10.244.2.200',
    '192.168.0.13',
    ...pods.map(([, , address]) => address),
  ];

  it('parts the clients of a Service', async () => {
    const { regions } = await trace<{ regions: Regions }>('--to', 'web', '--from', 'any', '--in-interface', 'eth0');
    for (const source of sources) {
      const own = regions.find(({ packets }) => within(packets.source, numberOf(source), numberOf));
      const words = ['--to', '10.96.0.50:80', '--from', source, '--in-interface', 'eth0'];
      const { outcomes } = await trace<{ outcomes: readonly Told[] }>(...words);
      expect([source, allowedIn(own?.outcomes ?? [])]).toEqual([source, allowedIn(outcomes)]);
    }
  });

  it('parts packets to Pods themselves, by address and port', async () => {
    const words = ['--to', '10.244.0.0/16', '--from', 'any', '--in-interface', 'eth0'];
    const { regions } = await trace<{ regions: Regions }>(...words, '--protocol', 'tcp');
    for (const source of sources)
      for (const [name, , to] of pods)
        for (const port of [8080, 53]) {
          const own = regions.filter(
            ({ packets }) =>
              within(packets.source, numberOf(source), numberOf) &&
              within(packets.destination, numberOf(to), numberOf) &&
              within(packets.destinationPort, port, Number),
          );
          const single = ['--to', `${to}:${port}`, '--from', source, '--in-interface', 'eth0'];
          const { outcomes } = await trace<{ outcomes: readonly Told[] }>(...single);
          expect([source, name, port, own.length, ...allowedIn(own[0]?.outcomes ?? [])]).toEqual([
            ...[source, name, port, 1],
            ...allowedIn(outcomes),
          ]);
        }
  });
});

it('says in words who is stopped', async () => {
  writeFileSync(file, [...cluster, ...policies['by label and named port']].join('---\n'));
  const { out } = await run(['trace', '-q', '-n', 'shop', '--to', 'web', '--from', '10.244.0.0/16', file]);
  expect(out).toMatch(
    /NetworkPolicies allow it: NetworkPolicy shop\/web \(ingress rule 1\) allows it\.\n {3}from 10\.244\.1\.7 to/,
  );
});
