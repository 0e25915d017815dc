/**
 * Which of a Service's addresses `trace` and `check` use for a client: the cluster IP for inside clients; for outside
 * clients its load balancer's address, an external IP, or its node port, as described on kubernetes.io ("Publishing
 * Services").
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckReport } from '../../src/check/types.js';
import { run } from '../support/run.js';

const nodes = ['alpha', 'beta']
  .map(
    (name, index) => `apiVersion: v1
kind: Node
metadata: {name: ${name}}
spec: {podCIDR: 10.244.${index + 1}.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.0.1${index + 1}}]}
---
`,
  )
  .join('');
const service = (name: string, spec: string, status = ''): string => `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {${spec}, selector: {app: web}}
${status}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ${name}-1, namespace: shop, labels: {kubernetes.io/service-name: ${name}}}
addressType: IPv4
ports: [{name: http, port: 8080}]
endpoints: [{addresses: [10.244.1.5], nodeName: alpha}]
---
`;
const http = (port: number, nodePort = ''): string => `ports: [{name: http, port: ${port}${nodePort}}]`;
const balancer = 'status: {loadBalancer: {ingress: [{ip: 203.0.113.200}]}}';
const hostname = 'status: {loadBalancer: {ingress: [{hostname: lb.example.com}]}}';
const proxied = 'status: {loadBalancer: {ingress: [{ip: 203.0.113.201, ipMode: Proxy}]}}';
const services = [
  service('inner', `clusterIP: 10.96.0.1, ${http(80)}`),
  service('ported', `type: NodePort, clusterIP: 10.96.0.2, ${http(80, ', nodePort: 30082')}`),
  service(
    'balanced',
    `type: LoadBalancer, clusterIP: 10.96.0.3, externalIPs: [198.51.100.5], ${http(80, ', nodePort: 30083')}`,
    balancer,
  ),
  service('named', `type: LoadBalancer, clusterIP: 10.96.0.4, ${http(80, ', nodePort: 30084')}`, hostname),
  service('proxied', `type: LoadBalancer, clusterIP: 10.96.0.5, ${http(80, ', nodePort: 30085')}`, proxied),
  service('external', `clusterIP: 10.96.0.6, externalIPs: [198.51.100.6], ${http(80)}`),
].join('');

let directory = '';
let file = '';
let dump = '';
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'kubechains-address-'));
  file = join(directory, 'all.yaml');
  writeFileSync(file, nodes + services);
  dump = join(directory, 'node.save');
  writeFileSync(dump, (await run(['generate', '--quiet', file])).out);
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

interface Traced {
  readonly packet: { readonly destination: string };
  readonly assumptions: readonly string[];
}

/** The destination, and the assumptions about it. */
async function asked(name: string, words: readonly string[], input = file): Promise<readonly [string, ...string[]]> {
  const { out, err } = await run([
    'trace',
    '-q',
    '-n',
    'shop',
    '--to',
    `svc/${name}`,
    '--format',
    'json',
    ...words,
    input,
  ]);
  expect(err).toBe('');
  const { packet, assumptions } = JSON.parse(out) as Traced;
  return [packet.destination, ...assumptions.filter((one) => /Service|cluster IP/.test(one))];
}

const outside = ['--from', '203.0.113.9'];
const inside = ['--from', '10.244.2.9', '--in-interface', 'cni0'];

describe('trace --to svc/NAME', () => {
  it.each([
    [
      'balanced',
      '203.0.113.200:80',
      "a client outside the cluster connects to the Service's load balancer 203.0.113.200:80; also: cluster IP 10.96.0.3:80, external IP 198.51.100.5:80, node port 30083 (--to IP:PORT)",
    ],
    [
      'external',
      '198.51.100.6:80',
      "a client outside the cluster connects to the Service's external IP 198.51.100.6:80; also: cluster IP 10.96.0.6:80 (--to IP:PORT)",
    ],
    ...(
      [
        ['ported', '30082', '10.96.0.2'],
        ['named', '30084', '10.96.0.4'],
        ['proxied', '30085', '10.96.0.5'],
      ] as const
    ).map(([name, port, clusterIP]) => [
      name,
      `192.168.0.11:${port}`,
      `a client outside the cluster connects to the Service's node port ${port} at the node's address 192.168.0.11; also: cluster IP ${clusterIP}:80 (--to IP:PORT)`,
    ]),
    [
      'inner',
      '10.96.0.1:80',
      'the Service has no address for clients outside the cluster: it is sent to the cluster IP 10.96.0.1:80, which reaches a node only where the network routes it there',
    ],
  ])('from outside, %s is asked at %s', async (name, destination, sentence) => {
    expect(await asked(name, outside)).toEqual([destination, sentence]);
  });

  it('is asked at its cluster IP by Pods and nodes, and the other addresses are told', async () => {
    const sentence =
      'it is sent to the cluster IP 10.96.0.3:80; also: external IP 198.51.100.5:80, load balancer 203.0.113.200:80, node port 30083 (--to IP:PORT)';
    for (const words of [inside, ['--local'], ['--from', 'node/beta'], ['--from', '192.168.0.12'], []])
      expect(await asked('balanced', words)).toEqual(['10.96.0.3:80', sentence]);
  });

  it('a Service with one address alone needs no word about it', async () => {
    expect(await asked('inner', inside)).toEqual(['10.96.0.1:80']);
  });

  it('takes a private address for outside where it is in no range of Pods, nor beside endpoints', async () => {
    expect((await asked('ported', ['--from', '192.168.0.77']))[0]).toBe('192.168.0.11:30082');
    expect((await asked('ported', ['--from', '10.244.9.9']))[0]).toBe('10.96.0.2:80');
  });

  it('in a dump, asks a node port where an address of the node is known, and says what is missing where not', async () => {
    expect(await asked('balanced', outside, dump)).toEqual([
      '203.0.113.200:80',
      expect.stringContaining("the Service's load balancer 203.0.113.200:80"),
    ]);
    expect(await asked('ported', outside, dump)).toEqual([
      '10.96.0.2:80',
      "it is sent to the cluster IP 10.96.0.2:80; clients outside the cluster use the Service's node port 30082 (--host takes the addresses of the node)",
    ]);
    const host = join(directory, 'host.json');
    writeFileSync(host, JSON.stringify({ nodeIPs: ['192.168.0.11'], interfaces: [] }));
    expect((await asked('ported', [...outside, '--host', host], dump))[0]).toBe('192.168.0.11:30082');
  });

  it('in a dump, does not take a private address for outside where nothing tells the range of Pods', async () => {
    expect((await asked('ported', ['--from', '10.20.0.9'], dump))[0]).toBe('10.96.0.2:80');
  });
});

describe('check --from ADDRESS', () => {
  const places = async (name: string, from: string): Promise<string> => {
    const { out } = await run(['check', '-q', '-n', 'shop', `svc/${name}`, '--from', from, '--format', 'json', file]);
    const { checks } = JSON.parse(out) as CheckReport;
    return (
      checks
        .find(({ id }) => id === 'from')
        ?.reasons.map(({ message }) => message)
        .join('\n') ?? ''
    );
  };

  it('asks every address for clients outside for one that is there, else the cluster IP', async () => {
    const words = await places('balanced', '203.0.113.9');
    for (const address of ['203.0.113.200:80', '198.51.100.5:80', '192.168.0.11:30083'])
      expect(words).toContain(address);
    expect(words).not.toContain('10.96.0.3');
    expect(await places('balanced', '10.244.2.9')).toContain('10.96.0.3:80');
    expect(await places('inner', '203.0.113.9')).toContain('10.96.0.1:80');
  });

  it.each([
    [['--from', 'outside'], '203.0.113.200:80', "a client outside the cluster connects to the Service's load balancer"],
    [['--from', '198.51.100.0/24'], '203.0.113.200:80', "a client outside the cluster connects to the Service's"],
    [
      ['--from', '203.0.113.5-203.0.113.9'],
      '203.0.113.200:80',
      "a client outside the cluster connects to the Service's",
    ],
    [['--from', '10.244.2.0/28'], '10.96.0.3:80', 'it is sent to the cluster IP 10.96.0.3:80; also: external IP'],
    [['--from', '10.0.0.0/8'], '10.96.0.3:80', 'because some of --from is in the cluster; also: '],
    [['--from', 'any'], '10.96.0.3:80', 'because some of --from is in the cluster; also: '],
  ])('with %j asks at %s', async (words, destination, sentence) => {
    const { out, err } = await run([
      'trace',
      '-q',
      '-n',
      'shop',
      '--to',
      'svc/balanced',
      '--format',
      'json',
      ...words,
      file,
    ]);
    expect(err).toBe('');
    const { packet, regions, assumptions } = JSON.parse(out) as Traced & { readonly regions?: readonly object[] };
    expect(assumptions.join('\n')).toContain(sentence);
    const [address = ''] = destination.split(':');
    if (regions === undefined) expect(packet.destination).toBe(destination);
    else for (const region of regions) expect(JSON.stringify(region)).toContain(address);
  });

  it('says where nothing tells whether a client is in the cluster', async () => {
    const [destination, sentence] = await asked('ported', ['--from', '10.20.0.9'], dump);
    expect(destination).toBe('10.96.0.2:80');
    expect(sentence).toContain(
      'it is sent to the cluster IP 10.96.0.2:80 because nothing shows whether --from is in the cluster; also: ',
    );
  });

  it('has one word for clients outside, as check has', async () => {
    for (const command of ['trace --to 10.96.0.3:80', 'check shop/balanced']) {
      const { status, err } = await run([...command.split(' '), '-q', '--from', 'outside', file]);
      expect([status, err]).toEqual([command.startsWith('trace') ? 0 : expect.any(Number), '']);
    }
    const { out } = await run(['trace', '-q', '--to', '10.0.0.0/8', '--from', 'outside', file]);
    expect(out).toContain('203.0.113.77');
  });
});
