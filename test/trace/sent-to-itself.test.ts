/** Packets that rules send to the node itself are answered like packets that arrive for it: by listening processes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseListening } from '../../src/proxy/host-sockets.js';
import type { HostOptions } from '../../src/walk/host.js';
import { run } from '../support/run.js';
import { node, traceText, type Asked } from './support/tracers.js';

const nat = (rules: string, chains = ''): string =>
  `*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n${chains}${rules}\nCOMMIT\n`;

const fromOutside: Asked = { from: '192.168.0.77', inInterface: 'eth0', to: '192.168.0.2', port: 80 };

/** The only outcome: its verdict, its destination, and its assumptions. */
function fateOf(rules: string, options: HostOptions = {}, chains = '', asked: Asked = fromOutside): unknown {
  const outcomes = traceText(nat(rules, chains), asked, node, options);
  return outcomes.map(({ verdict, destination, assumptions }) => [verdict, destination, ...assumptions]);
}

const closed = (port: string): string => `no process of the node listens on ${port} (if one does: --listening ${port})`;
const socketsOf = (port: number): HostOptions => ({
  sockets: parseListening(`tcp LISTEN 0 128 0.0.0.0:${port} 0.0.0.0:*`).sockets,
});

// Linux 6 answers a SYN with a reset after each of these rules, as nothing listens.
const redirect = '-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 15001';
const translate = '-A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination 192.168.0.2:15001';
const portmap =
  '-A PREROUTING -j CNI-HOSTPORT-DNAT\n-A CNI-HOSTPORT-DNAT -p tcp -m multiport --dports 80 -j CNI-DN-a\n' +
  '-A CNI-DN-a -p tcp -m tcp --dport 80 -j DNAT --to-destination 192.168.0.2:15001';
const portmapChains = ':CNI-HOSTPORT-DNAT - [0:0]\n:CNI-DN-a - [0:0]\n';

describe.each([
  ['REDIRECT', redirect, ''],
  ['DNAT', translate, ''],
  ['a host port of portmap', portmap, portmapChains],
])('%s to a port of the node itself', (_name, rules, chains) => {
  it('is refused where nothing is said to listen, and says what that rests on', () => {
    expect(fateOf(rules, {}, chains)).toEqual([['REJECT', '192.168.0.2:15001', closed('tcp/15001')]]);
    expect(fateOf(rules, { listening: ['tcp/80'] }, chains)).toEqual([
      ['REJECT', '192.168.0.2:15001', closed('tcp/15001')],
    ]);
    expect(fateOf(rules, socketsOf(80), chains)).toEqual([['REJECT', '192.168.0.2:15001']]);
  });

  it('is delivered where a process is said to listen', () => {
    expect(fateOf(rules, { listening: ['tcp/15001'] }, chains)).toEqual([['ACCEPT', '192.168.0.2:15001']]);
    expect(fateOf(rules, socketsOf(15001), chains)).toEqual([['ACCEPT', '192.168.0.2:15001']]);
  });
});

it('a ping that is sent to the node itself is answered by its kernel', () => {
  const rules = '-A PREROUTING -d 192.168.0.99/32 -j DNAT --to-destination 192.168.0.2';
  const asked: Asked = { ...fromOutside, to: '192.168.0.99', protocol: 'icmp' };
  expect(fateOf(rules, {}, '', asked)).toEqual([['ACCEPT', '192.168.0.2']]);
});

describe('an endpoint of a Service on the node itself', () => {
  const name = 'KUBE-SEP-AAAAAAAAAAAAAAAA';
  const rules =
    `-A PREROUTING -d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j ${name}\n` +
    `-A ${name} -p tcp -m tcp -j DNAT --to-destination 192.168.0.2:6443`;
  const asked: Asked = { ...fromOutside, to: '10.96.0.1', port: 443 };

  it('is taken to be listened on, as kube-proxy knows it to be ready', () => {
    const expected =
      "a process of the node listens on tcp/6443, as kube-proxy's rules expect (--listening takes what ss -ltnu prints)";
    expect(fateOf(rules, {}, `:${name} - [0:0]\n`, asked)).toEqual([['ACCEPT', '192.168.0.2:6443', expected]]);
  });

  it('is refused where the list of all sockets lacks it', () => {
    expect(fateOf(rules, socketsOf(22), `:${name} - [0:0]\n`, asked)).toEqual([['REJECT', '192.168.0.2:6443']]);
  });
});

describe('trace --node all', () => {
  const nodes = ['alpha', 'beta']
    .map(
      (name, index) =>
        `{apiVersion: v1, kind: Node, metadata: {name: ${name}}, status: {addresses: [{type: InternalIP, address: 192.168.0.1${index}}]}}\n---\n`,
    )
    .join('');
  const exporter =
    '{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: exporter}, spec: {selector: {matchLabels: {app: e}}, template: {metadata: {labels: {app: e}}, ' +
    'spec: {hostNetwork: true, containers: [{name: c, image: registry.example.com/c:1, ports: [{containerPort: 9100}]}]}}}}\n';

  it('counts what listens on each node, by its Pods and by --listening', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'kubechains-every-'));
    const file = join(directory, 'all.yaml');
    writeFileSync(file, nodes + exporter);
    const verdicts = async (port: number, ...more: string[]): Promise<string[]> => {
      const { out } = await run([
        'trace',
        '-q',
        '--to',
        `:${port}`,
        '--node',
        'all',
        '--format',
        'json',
        ...more,
        file,
      ]);
      const { nodes: all } = JSON.parse(out) as { nodes: { outcomes: { verdict: string }[] }[] };
      return all.flatMap(({ outcomes }) => outcomes.map(({ verdict }) => verdict));
    };
    expect(await verdicts(9100)).toEqual(['ACCEPT', 'ACCEPT']);
    expect(await verdicts(22)).toEqual(['REJECT', 'REJECT']);
    expect(await verdicts(22, '--listening', 'tcp/22')).toEqual(['ACCEPT', 'ACCEPT']);
    rmSync(directory, { recursive: true });
  });
});

it('says that nobody is known to listen, or that nobody does where all sockets are given', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'kubechains-closed-'));
  const [dump, host, sockets] = ['node.save', 'host.json', 'sockets'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(dump, nat(redirect));
  writeFileSync(
    host,
    JSON.stringify({ nodeIPs: ['192.168.0.2'], interfaces: [{ name: 'eth0', addresses: ['192.168.0.2/24'] }] }),
  );
  writeFileSync(sockets, 'tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n');
  const answer = async (port: number, ...more: string[]): Promise<string> =>
    (await run(['trace', '-q', '--to', `192.168.0.2:${port}`, '--host', host, ...more, dump])).out;
  expect(await answer(81)).toContain('and on the node itself no process is known to listen there.');
  expect(await answer(81, '--listening', sockets)).toContain('and on the node itself no process listens there.');
  expect(await answer(80)).toContain(
    'rules send it to 192.168.0.2:15001, the node itself, where no process is known to listen.',
  );
  expect(await answer(80, '--listening', sockets)).toContain('the node itself, where no process listens.');
  rmSync(directory, { recursive: true });
});
