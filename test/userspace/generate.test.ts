/** Errors and notes of userspace mode, through the command. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run as runAnywhere, type Outcome } from '../support/run.js';

const service = (name: string, spec: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: ${spec}\n---\n`;
const node = (address: string): string =>
  `apiVersion: v1\nkind: Node\nmetadata: {name: one}\nstatus: {addresses: [{type: InternalIP, address: ${address}}]}\n---\n`;
const web = service('web', '{type: NodePort, clusterIP: 10.96.0.10, ports: [{port: 80, nodePort: 30080}]}');
const configuration = (fields: string): string =>
  `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: userspace\n${fields}---\n`;

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'userspace-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function run(command: string, text: string, ...words: string[]): Promise<Outcome> {
  writeFileSync(join(directory, 'in.yaml'), text);
  return runAnywhere([command, ...words, join(directory, 'in.yaml')]);
}

it.each(['generate', 'explain', 'trace --to 10.96.0.10:80'])('%s: 1.26 has no such mode', async (command) => {
  const [verb = '', ...words] = command.split(' ');
  const { status, out, err } = await run(verb, web, ...words, '--mode', 'userspace', '--kube-version', '1.26');
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain(
    'kube-proxy 1.26 has no userspace mode, which was removed in 1.26: choose --kube-version 1.25, or another mode\n',
  );
});

it('a bindAddress on loopback is refused, as kube-proxy refuses it', async () => {
  const text = node('192.168.0.2') + web + configuration('bindAddress: 127.0.0.1\n');
  const { status, err } = await run('generate', text, '--kube-version', '1.25');
  expect(status).toBe(2);
  expect(err).toContain('refuses to start with a bindAddress of 127.0.0.1 or ::1');
});

it('a node without an IPv4 address has no rules', async () => {
  const { status, err } = await run('generate', node('fd00::2') + web, '--mode', 'userspace', '--kube-version', '1.25');
  expect(status).toBe(2);
  expect(err).toContain('generated for IPv4 alone');
});

it('of two families IPv4 alone has rules, and it is told', async () => {
  const dual = service('dual', '{ipFamilyPolicy: RequireDualStack, ports: [{port: 80}]}');
  const { status, out, err } = await run(
    'generate',
    node('192.168.0.2') + dual,
    '--mode',
    'userspace',
    '--kube-version',
    '1.25',
  );
  expect(status).toBe(0);
  expect(out).toMatch(/^# ipv4\n\*filter\n[^]*\nCOMMIT\n# ipv6\n$/);
  expect(err).toContain('serves one family; rules are made for IPv4 alone');
});

// pkg/proxy/userspace/proxier.go, claimNodePort: the address' socket is opened before its rules are written.
it('addresses of the node are claimed, and who comes second keeps its rules', async () => {
  const shared = '{clusterIP: 10.96.0.1X, externalIPs: [192.168.0.2], ports: [{port: 80}]}';
  const text =
    node('192.168.0.2') +
    service('a', shared.replace('X', '1')) +
    service('b', shared.replace('X', '2')) +
    configuration('');
  const rules = (await run('generate', text, '--kube-version', '1.25')).out;
  expect(rules.match(/-A KUBE-PORTALS-HOST -d 192\.168\.0\.2\/32 .* --to-destination \S+/g)).toHaveLength(2);
  const claims = await run('generate', text, '--kube-version', '1.25', '--format', 'claims');
  expect(claims.out).toBe('TCP 192.168.0.2 80\n');
});

it('of two Services with one node port the first has its rules, and the conflict is told', async () => {
  const text =
    node('192.168.0.2') + web + web.replace('name: web', 'name: zoo').replace('0.10', '0.11') + configuration('');
  const { status, out, err } = await run('generate', text, '--kube-version', '1.25', '--format', 'save');
  expect(status).toBe(0);
  expect(out.match(/--dport 30080 .*$/gm)).toEqual([
    '--dport 30080 -j REDIRECT --to-ports 40001',
    '--dport 30080 -j DNAT --to-destination 192.168.0.2:40001',
  ]);
  expect(err).toContain('(api/node-port-conflict); it is used nevertheless, as kube-proxy does');
});
