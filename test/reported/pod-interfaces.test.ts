/** Network plugins with rules that recognise Pods by interfaces, on nodes of which only addresses are known. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';
import { weaveNode } from './old-kube-proxy.js';

const folder = mkdtempSync(join(tmpdir(), 'kubechains-interfaces-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let files = 0;
const file = (text: string): string => {
  const path = join(folder, `${++files}.txt`);
  writeFileSync(path, text);
  return path;
};

/** Calico accepts packets that arrive or leave by its interfaces (felix, rules/static.go). */
const forward = `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:cali-FORWARD - [0:0]
-A FORWARD -j cali-FORWARD
-A FORWARD -m mark --mark 0x10000/0x10000 -j ACCEPT
-A cali-FORWARD -i cali+ -j MARK --set-xmark 0x10000/0x10000
-A cali-FORWARD -o cali+ -j MARK --set-xmark 0x10000/0x10000
COMMIT
`;
const node = file(weaveNode.replace(/-A WEAVE .*\n/g, '') + forward);
const hostWith = (...more: readonly object[]): string =>
  file(
    JSON.stringify({
      nodeIPs: ['192.168.0.11'],
      interfaces: [{ name: 'eth0', addresses: ['192.168.0.11/24'] }, ...more],
    }),
  );
const outcomes = async (host: string): Promise<string[]> => {
  const { out } = await run([
    'trace',
    '--format',
    'json',
    '--host',
    host,
    '--to',
    '192.168.0.11:32100',
    '--from',
    '203.0.113.9',
    node,
  ]);
  const answer = JSON.parse(out) as { outcomes: { verdict: string; destination: string }[] };
  return answer.outcomes.map(({ verdict, destination }) => `${verdict} ${destination}`).sort();
};

it('an endpoint may be behind an interface of Pods that has no address: both ways are followed', async () => {
  const both = ['ACCEPT 10.32.0.7:8080', 'DROP 10.32.0.7:8080'];
  expect(await outcomes(hostWith({ name: 'cali12ab', addresses: [] }))).toEqual(both);
  expect(await outcomes(hostWith())).toEqual(both);
});

it('where the subnet of an interface holds it, that is the way', async () => {
  expect(await outcomes(hostWith({ name: 'cni0', addresses: ['10.32.0.1/24'] }))).toEqual(['DROP 10.32.0.7:8080']);
  expect(await outcomes(hostWith({ name: 'cali0', addresses: ['10.32.0.1/24'] }))).toEqual(['ACCEPT 10.32.0.7:8080']);
});

it('explain takes Pods for those that the rules know, and says what it rests on', async () => {
  const { out } = await run(['explain', '--quiet', 'blog/front', node]);
  const text = out.replace(/\s+/g, ' ');
  expect(text).toContain('cluster IP 10.101.0.9:80: 1/2 each to 10.32.0.7:8080 and 10.44.0.7:8080');
  expect(text).toContain('This is true unless endpoints are not behind an interface of Pods of this node');
  expect(text).not.toContain('dropped');
});

describe('Pods of this node and of others, in rules with -i cali+', () => {
  const nodes = file(
    ['11', '12']
      .map(
        (last) =>
          `apiVersion: v1\nkind: Node\nmetadata: {name: node-${last}}\nspec: {podCIDR: 10.32.${last}.0/24, podCIDRs: [10.32.${last}.0/24]}\nstatus: {addresses: [{type: InternalIP, address: 192.168.0.${last}}]}\n`,
      )
      .join('---\n'),
  );
  const tunnel = '-A FORWARD -i tunl0 -j DROP\n';
  const rules = (more: string): string =>
    file(weaveNode.replace(/-A WEAVE .*\n/g, '') + forward.replace('-A FORWARD -j', `${more}-A FORWARD -j`));
  const routes = file(
    JSON.stringify([
      { ifname: 'eth0', addr_info: [{ family: 'inet', local: '192.168.0.11', prefixlen: 24, scope: 'global' }] },
      { ifname: 'tunl0', addr_info: [{ family: 'inet', local: '10.32.11.1', prefixlen: 32, scope: 'global' }] },
    ]) +
      JSON.stringify([
        { dst: 'default', gateway: '192.168.0.1', dev: 'eth0' },
        { dst: '10.32.11.5', dev: 'cali12ab', scope: 'link' },
        { dst: '10.32.12.0/24', gateway: '192.168.0.12', dev: 'tunl0' },
        { dst: '192.168.0.0/24', dev: 'eth0', scope: 'link' },
      ]),
  );
  const entryOf = async (from: string, options: readonly string[], save: string): Promise<string | undefined> => {
    const words = ['trace', '-q', '--node', 'node-11', '--to', '192.0.2.9:80', '--protocol', 'tcp', '--from', from];
    const { out } = await run([...words, ...options, save, nodes]);
    const [, by] = /it comes in by (\S+)/.exec(out) ?? [];
    return `${by ?? ''}${/^Dropped/m.test(out) ? ', dropped' : ''}`;
  };

  it('come in by the interfaces that routes show', async () => {
    expect(await entryOf('10.32.11.5', ['--host', routes], rules(tunnel))).toBe('cali12ab');
    expect(await entryOf('10.32.12.5', ['--host', routes], rules(tunnel))).toBe('tunl0, dropped');
    expect(await entryOf('10.32.12.5', ['--host', routes], rules(''))).toBe('tunl0, dropped');
  });

  it('come in by an interface of the rules, without routes, if the range of Pods is that of the node', async () => {
    expect(await entryOf('10.32.11.5', [], rules(tunnel))).toBe('cali0');
    expect(await entryOf('10.32.12.5', [], rules(tunnel))).toBe('eth0, dropped');
  });
});

describe('the only node, where the inputs hold none', () => {
  const planned = file(
    'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n---\n' +
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n' +
      '  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: web}]}\n',
  );

  it.each(['deploy/web:80', 'svc/web'])('reaches its planned Pods by their interface: %s', async (to) => {
    const { out } = await run(['trace', '--quiet', '--to', to, planned]);
    expect(out).toContain("out by the interface of its Pods (it is in the node's Pod range)");
    expect(out).not.toContain('out by eth0');
  });

  it('reaches all others by its uplink', async () => {
    expect((await run(['trace', '--quiet', '--to', '198.51.100.7:80', planned])).out).toContain('out by eth0');
  });
});
