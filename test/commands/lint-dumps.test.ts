import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { reporters } from '../../src/diagnostics/reporters/index.js';
import { findRule } from '../../src/review/catalogue.js';
import { run } from '../support/run.js';

/** A complete dump, and the same without the jump from PREROUTING. */
const { good = '' } = findRule('node/incomplete-dump')?.documentation ?? {};
const bad = good.replace(/^-A PREROUTING .*\n/m, '');
const manifest = `apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports:
  - port: 80
    nodePort: 30080
`;

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubechains-dumps-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function write(name: string, text: string): string {
  const path = join(directory, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const inDirectory = (): { readonly workingDirectory: string } => ({ workingDirectory: directory });

describe('lint of dumps', () => {
  it('tells the line and the rule, and fails for errors', async () => {
    const { status, out } = await run(['lint', write('node.save', bad)]);
    expect(status).toBe(1);
    expect(out).toContain('2:1 error No rule of PREROUTING jumps to KUBE-SERVICES');
    expect(out).toContain('     2 | :PREROUTING ACCEPT [0:0]\n');
    expect(out).toContain('1 error in 1 of 1 file (0 objects)');
  });

  it('finds nothing in a whole one', async () => {
    const { status, out, err } = await run(['lint', write('node.save', good)]);
    expect({ status, out, err }).toEqual({ status: 0, out: 'no findings in 1 file (0 objects)\n', err: '' });
  });

  it.each(reporters.map(({ name }) => name))('reports them as %s', async (format) => {
    const { status, out } = await run(['lint', '--format', format, write('node.save', bad)]);
    expect(status).toBe(1);
    expect(out).toContain('node/services-not-reached');
  });

  it('reviews manifests and dumps in one run', async () => {
    const { status, out } = await run(['lint', write('web.yaml', manifest), write('node.save', bad)]);
    expect(status).toBe(1);
    expect(out).toContain('node/services-not-reached');
    expect(out).toContain('api/node-port-type');
    expect(out).toContain('in 2 of 2 files (1 object)');
  });

  it('takes a folder that holds nothing but dumps', async () => {
    write('iptables-save', bad);
    expect((await run(['lint', directory])).out).toContain('node/services-not-reached');
  });

  it('takes two dumps of the same tables for two nodes', async () => {
    const { out } = await run(['lint', write('a.save', good), write('b.save', bad)]);
    expect(out).toContain('b.save\n');
    expect(out).toContain('1 error in 1 of 2 files');
  });

  it('obeys settings: severities, and what they ignore by rule and path', async () => {
    const dump = write('node.save', bad);
    const settings = write('kubechains.yaml', 'rules: {node/services-not-reached: info}\n');
    expect((await run(['lint', '--settings', settings, dump], inDirectory())).status).toBe(0);
    write('kubechains.yaml', 'rules: {node/*: off}\n');
    expect((await run(['lint', '--settings', settings, dump], inDirectory())).out).toContain('no findings');
    write('kubechains.yaml', 'ignore: [{rule: node/services-*, path: "*.save", reason: known}]\n');
    const { status, out } = await run(['lint', '--settings', settings, dump], inDirectory());
    expect(status).toBe(0);
    expect(out).toContain('1 finding suppressed');
  });

  it('obeys a comment above the line', async () => {
    const accepted = bad.replace(
      ':PREROUTING',
      '# kubechains-ignore: node/services-not-reached a gateway does it\n:PREROUTING',
    );
    const { status, out } = await run(['lint', write('node.save', accepted)]);
    expect(status).toBe(0);
    expect(out).toContain('1 finding suppressed');
  });

  it('obeys a baseline', async () => {
    const dump = write('node.save', bad);
    const baseline = join(directory, 'baseline.json');
    await run(['lint', '--write-baseline', baseline, dump]);
    write('node.save', `# one more line\n${bad}`);
    expect((await run(['lint', '--baseline', baseline, dump])).status).toBe(0);
  });

  it('escapes what a dump says for where it goes', async () => {
    const evil = good
      .replace(':KUBE-MARK-MASQ', ':x\u001b[31m%0A::error::y<b> - [0:0]\n:KUBE-MARK-MASQ')
      .replace('COMMIT', '-A x\u001b[31m%0A::error::y<b> -j ACCEPT\nCOMMIT');
    const dump = write('node.save', evil);
    for (const { name } of reporters) {
      const { out } = await run(['lint', '--format', name, dump]);
      expect(out).not.toContain('\u001b');
      if (name === 'github') expect(out.split('\n').filter((line) => line.startsWith('::error::'))).toEqual([]);
      if (name === 'markdown') expect(out).not.toContain('<b>');
    }
  });

  it('has a page for each rule', async () => {
    const { out } = await run(['rules', 'node/unreachable-rule']);
    expect(out).toContain('node/unreachable-rule');
    expect(
      (await run(['rules', 'node'])).out.split('\n').filter((line) => line.startsWith('node/')).length,
    ).toBeGreaterThan(5);
  });
});

describe('facts of the host', () => {
  const link = (ifname: string, local: string, prefixlen: number): object => ({
    ifname,
    addr_info: [{ family: 'inet', local, prefixlen, scope: 'global' }],
  });
  const address = JSON.stringify([link('ens3', '192.168.0.2', 24), link('pods0', '10.244.1.1', 24)]);
  const route = JSON.stringify([
    { dst: 'default', gateway: '192.168.0.1', dev: 'ens3' },
    { dst: '10.244.1.0/24', dev: 'pods0', scope: 'link' },
  ]);
  /** kube-proxy's rules with another program's rule in FORWARD. */
  const dump = (rule: string): string =>
    readFileSync(join(__dirname, '../../golden/nodeport/iptables.ipv4.save'), 'utf8').replace(
      /\n-A FORWARD /,
      `\n${rule}\n-A FORWARD `,
    );

  it.each([
    ['the uplink', '-A FORWARD -i ens3 -j DROP', 'warning This rule of FORWARD drops connections of a client outside'],
    ['the interface of Pods', '-A FORWARD -i pods0 -j DROP', 'error This rule of FORWARD drops all that Pods send'],
  ])('tell what a rule for %s stops', async (_, rule, sentence) => {
    const save = write('node.save', dump(rule));
    const options = ['--host', write('address.json', address), '--host', write('route.json', route)];
    expect((await run(['lint', save])).out).not.toContain('node/foreign-drop');
    expect((await run(['lint', ...options, save])).out).toContain(sentence);
  });

  it('belong to the node in whose folder they are, where there are several', async () => {
    const rule = '-A FORWARD -i pods0 -j DROP';
    const [one, two] = ['one', 'two'].map((name) => write(`${name}/node.save`, dump(rule)));
    const facts = write('one/address.json', address);
    const { out } = await run(['lint', '--host', facts, one ?? '', two ?? '']);
    expect(out.match(/node\/foreign-drop/g)).toHaveLength(1);
    expect(out).toContain('one/node.save\n');
  });

  it.each([
    [['a.save', 'b.save'], 'describes one node, and the dumps are of 2 nodes ('],
    [['web.yaml'], '--host describes a node, and there is no dump of a node among the inputs'],
  ])('are refused where nothing tells of which node they are: %j', async (names, message) => {
    const files = names.map((name) => write(name, name.endsWith('.yaml') ? manifest : good));
    const { status, out, err } = await run(['lint', '--host', write('address.json', address), ...files]);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });
});

describe('what listens on the node', () => {
  const redirect = good.replace(
    /^(-A PREROUTING)/m,
    '-A PREROUTING -p tcp -m tcp --dport 81 -j REDIRECT --to-ports 3128\n$1',
  );
  const listening = (port: number): string => write('ss.txt', `tcp LISTEN 0 128 0.0.0.0:${port} 0.0.0.0:*\n`);

  it('is taken from what ss prints', async () => {
    const save = write('node.save', redirect);
    expect((await run(['lint', save])).out).not.toContain('node/redirect-to-closed-port');
    expect((await run(['lint', '--listening', listening(22), save])).out).toContain('node/redirect-to-closed-port');
    expect((await run(['lint', '--listening', listening(3128), save])).out).toContain('no findings');
  });

  it.each([
    [['node.save'], 'nothing', 'takes PROTOCOL/PORT, such as tcp/22, or a file'],
    [['web.yaml'], 'tcp/22', '--listening describes a node, and there is no dump of a node among the inputs'],
    [['a.save', 'b.save'], 'tcp/22', 'describes one node, and the dumps are of 2 nodes ('],
  ])('is refused for %j: %s', async (names, text, message) => {
    const files = names.map((name) => write(name, name.endsWith('.yaml') ? manifest : good));
    const { status, err } = await run(['lint', '--listening', text, ...files]);
    expect(status).toBe(2);
    expect(err).toContain(message);
  });
});

describe('a trace of the kernel', () => {
  it.each([
    [
      'xtables-monitor --trace',
      'PACKET: 2 d5aa4d9d IN=eth0 SRC=192.0.2.1 DST=10.96.0.50 LEN=60 TTL=64 SPORT=4000 DPORT=80 SYN\n TRACE: 2 d5aa4d9d raw:PREROUTING:rule:0x2:CONTINUE  -4 -t raw -A PREROUTING -j TRACE\n',
    ],
    [
      'nft monitor trace',
      'trace id 65e9b7dd ip filter input packet: iif "eth0" ip saddr 192.0.2.1 ip daddr 10.96.0.50\ntrace id 65e9b7dd ip filter input rule meta nftrace set 1 (verdict continue)\n',
    ],
    ['the log', '[ 3112.084532] TRACE: raw:PREROUTING:policy:2 IN=eth0 OUT= SRC=192.0.2.1 DST=10.96.0.50\n'],
  ])('is named, and left out: %s', async (_, text) => {
    const file = write('trace.txt', text);
    const { status, out, err } = await run(['lint', file]);
    expect(status).toBe(0);
    expect(out).not.toContain('yaml/syntax');
    expect(err).toContain('a trace of the kernel, which shows the rules that single packets met');
    const traced = await run(['trace', '--to', '10.96.0.50:80', file]);
    expect([traced.status, traced.out]).toEqual([2, '']);
    expect(traced.err).toContain('not read: a trace of the kernel');
  });
});
