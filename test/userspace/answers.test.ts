/**
 * explain and trace for userspace mode: rules lead to the kube-proxy process, which opens its own connections
 * (pkg/proxy/userspace/roundrobin.go, 1.25).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run as runAnywhere } from '../support/run.js';

const node = `apiVersion: v1
kind: Node
metadata: {name: one}
spec: {podCIDR: 10.244.1.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.0.2}]}
---
`;
const service = (more: string): string => `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: NodePort, clusterIP: 10.96.0.50, ports: [{name: http, port: 80, targetPort: 8080, nodePort: 30080}]${more}}
---
`;
const slice = (ready: readonly [boolean, boolean]): string => `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{name: http, port: 8080, protocol: TCP}]
endpoints:
- {addresses: [10.244.1.5], conditions: {ready: ${ready[0]}}, nodeName: one}
- {addresses: [10.244.2.5], conditions: {ready: ${ready[1]}}, nodeName: two}
`;

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'userspace-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function ask(text: string, command: string, ...words: string[]): Promise<string> {
  writeFileSync(join(directory, 'in.yaml'), text);
  const options = ['--mode', 'userspace', '--kube-version', '1.25', ...words, join(directory, 'in.yaml')];
  const { status, out, err } = await runAnywhere([...command.split(' '), ...options]);
  expect({ status, err: status === 0 ? '' : err }).toEqual({ status: 0, err: '' });
  return out.replace(/\s+/g, ' ');
}

const both = node + service('') + slice([true, true]);

it('explain shares connections out over all that is ready, wherever it is', async () => {
  const out = await ask(both, 'explain svc/web -n shop');
  expect(out).toContain('10.244.1.5:8080 1/2 one (this node) ready 10.244.2.5:8080 1/2 two ready');
  expect(out).toContain('accepts connections at port 40001 and opens its own to an endpoint');
  expect(out).toContain('node port 30080: all to this node:40001; the server sees an address of this node');
});

it('explain: what is not ready gets nothing', async () => {
  const out = await ask(node + service('') + slice([false, true]), 'explain svc/web -n shop');
  expect(out).toContain('10.244.1.5:8080 none');
  expect(out).toContain('10.244.2.5:8080 all');
});

it('explain: policies count for nothing, and a connection without endpoints ends at once', async () => {
  const local = service(', internalTrafficPolicy: Local, externalTrafficPolicy: Local');
  const out = await ask(node + local + slice([false, true]), 'explain svc/web -n shop');
  expect(out).toContain('10.244.2.5:8080 all');
  expect(out).toContain(
    'Userspace mode ignores these fields: externalTrafficPolicy Local and internalTrafficPolicy Local.',
  );
  expect(out).not.toContain('endpoints on this node only');
  const none = await ask(node + service('') + slice([false, false]), 'explain svc/web -n shop');
  expect(none).toContain(
    'No endpoint is ready, so it closes the connection: clients see a connection that ends at once.',
  );
});

it('trace goes on behind the rules', async () => {
  const sticky = node + service(', sessionAffinity: ClientIP') + slice([true, true]);
  const out = await ask(sticky, 'trace --to 10.96.0.50:80 --from 10.244.1.9');
  expect(out).toContain('Goes to 192.168.0.2:40001');
  expect(out).toContain(
    'At port 40001 the kube-proxy process listens for shop/web:http (userspace mode). It opens its own connection, ' +
      "from an address of this node, so the client's address is lost. To 2 endpoints in turn: 10.244.1.5:8080 and 10.244.2.5:8080; " +
      'a client stays with its endpoint until it was silent for 10800 s (3 hours).',
  );
});

it('trace of a dump alone says that the rules do not tell endpoints', async () => {
  writeFileSync(join(directory, 'in.yaml'), both);
  const { out: dump } = await runAnywhere([
    ...['generate', '--mode', 'userspace', '--kube-version', '1.25', join(directory, 'in.yaml')],
  ]);
  writeFileSync(join(directory, 'node.save'), dump);
  const { out } = await runAnywhere([
    'trace',
    '--to',
    'shop/web:http',
    '--from',
    '10.244.1.9',
    join(directory, 'node.save'),
  ]);
  expect(out.replace(/\s+/g, ' ')).toContain("the client's address is lost. The rules do not show to which endpoint.");
});

it('no sentence about masquerading, which this mode does not do', async () => {
  writeFileSync(join(directory, 'in.yaml'), both);
  const words = ['--mode', 'userspace', '--kube-version', '1.25', join(directory, 'in.yaml')];
  expect((await runAnywhere(['generate', ...words])).err).not.toContain('masquerade');
});

// kube-proxy 1.25 uses 0.0.0.0 as its node IP, to which no packet is sent.
it.each(['iptables', 'ipvs'])('node ports of %s mode are explained for 1.25, too', async (mode) => {
  writeFileSync(join(directory, 'in.yaml'), both);
  const words = ['--mode', mode, '--kube-version', '1.25', join(directory, 'in.yaml')];
  const { out } = await runAnywhere(['explain', 'svc/web', '-n', 'shop', ...words]);
  expect(out.replace(/\s+/g, ' ')).toMatch(/node port 30080: 1\/2 each to 10\.244\.1\.5:8080 and 10\.244\.2\.5:8080/);
});
