/** If a number is another of a Service's numbers, trace and explain say which. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';

const folder = mkdtempSync(join(tmpdir(), 'kubechains-ports-'));
const file = join(folder, 'dns.yaml');
writeFileSync(
  file,
  `apiVersion: v1
kind: Node
metadata: {name: n1}
status: {addresses: [{type: InternalIP, address: 192.168.0.11}]}
---
apiVersion: v1
kind: Service
metadata: {name: dns, namespace: net}
spec:
  type: NodePort
  clusterIP: 10.96.0.53
  ports: [{name: dns, port: 53, protocol: UDP, targetPort: 5353, nodePort: 30053}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: dns-1, namespace: net, labels: {kubernetes.io/service-name: dns}}
addressType: IPv4
ports: [{name: dns, port: 5353, protocol: UDP}]
endpoints: [{addresses: [10.244.1.9], nodeName: n1, conditions: {ready: true}}]
`,
);
const dump = join(folder, 'node.save');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const trace = async (...words: string[]): Promise<string> => {
  const { out, err } = await run(['trace', '--quiet', ...words]);
  return `${out}${err}`;
};

describe('a port that no Service has', () => {
  beforeAll(async () => {
    await run(['generate', '--quiet', '--output', dump, file]);
  });

  it.each([
    ['192.168.0.11:30053', 'Node port 30053 belongs to net/dns:dns, over UDP (--protocol udp).'],
    ['192.168.0.11:53', '53 is not a node port; node ports are 30053 for port 53 of net/dns:dns.'],
    ['10.96.0.53:53', '10.96.0.53 has port 53 over UDP (--protocol udp).'],
    ['10.96.0.53:5353', '10.96.0.53 has port 53/udp (dns); 5353 is the targetPort of net/dns:dns'],
    ['10.96.0.53:30053', '10.96.0.53 has port 53/udp (dns); 30053 is the node port of net/dns:dns'],
    ['10.244.1.9:53', '53 is the port of net/dns:dns; its endpoint 10.244.1.9 listens at port 5353.'],
    ['net/dns:5353', 'has no port "5353"; it has port 53/udp (dns); 5353 is the targetPort of net/dns:dns'],
  ])('trace --to %s, from manifests and from a dump', async (to, hint) => {
    expect(await trace('--to', to, file)).toContain(hint);
    expect(await trace('--to', to, dump)).toContain(hint);
  });

  it.each(['192.168.0.11:30053', '10.96.0.53:53', '10.244.1.9:5353'])(
    'nothing is said of %s, which is right',
    async (to) => {
      const text = await trace('--protocol', 'udp', '--to', to, file);
      expect(text).not.toMatch(/has port|is that of|listens at|is no node port/);
    },
  );

  it('stands in json', async () => {
    const { out } = await run(['trace', '--format', 'json', '--to', '10.96.0.53:53', file]);
    expect((JSON.parse(out) as { hint: string }).hint).toBe('10.96.0.53 has port 53 over UDP (--protocol udp).');
  });

  it('explain says which ports there are, and what the number is', async () => {
    expect((await run(['explain', 'net/dns:30053', file])).err).toContain(
      'has no port 30053; it has port 53/udp (dns); 30053 is the node port of net/dns:dns',
    );
  });

  it('a node that is not among the Nodes is refused, with the nearest', async () => {
    for (const command of ['generate', 'explain', 'trace']) {
      const words = command === 'trace' ? ['--to', '10.96.0.53:53'] : [];
      const { status, err } = await run([command, ...words, '--node', 'n2', file]);
      expect(status).toBe(2);
      expect(err).toContain('--node "n2": there is no such Node among the inputs; did you mean n1? (Nodes: n1)');
    }
  });
});
