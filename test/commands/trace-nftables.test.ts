/** Commands with nftables dumps, and with manifests in nftables mode. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';

const list = 'test/nftables/fixtures/kube-proxy-1.36-affinity.list';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubechains-nftables-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function write(name: string, text: string): string {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
}

const host = (): string =>
  write(
    'host.json',
    JSON.stringify({ nodeIPs: ['192.168.0.2'], interfaces: [{ name: 'eth0', addresses: ['192.168.0.2/24'] }] }),
  );

interface Traced {
  readonly outcomes: readonly {
    readonly probability: number;
    readonly destination: string;
    readonly verdict: string;
  }[];
  readonly assumptions: readonly string[];
}

async function trace(...words: readonly string[]): Promise<Traced> {
  const { out, status } = await run(['trace', '--format', 'json', '--host', host(), ...words]);
  expect(status).toBe(0);
  return JSON.parse(out) as Traced;
}

describe('trace of what nft list prints', () => {
  it('tells both endpoints of a Service with affinity, and that an unused port is refused', async () => {
    const { outcomes, assumptions } = await trace('--local', '--to', '10.96.0.50:80', list);
    expect(outcomes.map(({ probability, destination }) => `${probability} ${destination}`).sort()).toEqual(
      expect.arrayContaining([expect.stringContaining('10.244.2.5:8080'), expect.stringContaining('10.244.3.6:8080')]),
    );
    expect(outcomes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1);
    expect(assumptions.filter((text) => text.includes('iptables'))).toEqual([]);
    expect((await trace('--local', '--to', '10.96.0.50:81', list)).outcomes).toMatchObject([{ verdict: 'REJECT' }]);
  });

  it('finds a Service by the name that its chains bear', async () => {
    const { outcomes } = await trace('--local', '--to', 'svc/web', list);
    expect(outcomes.map(({ destination }) => destination)).toContain('10.244.2.5:8080');
    const { err } = await run(['trace', '--host', host(), '--local', '--to', 'svc/wep', list]);
    expect(err).toContain('did you mean default/web?');
  });

  it('tells what a rule found in a map', async () => {
    const { out } = await run(['trace', '--host', host(), '--from', '203.0.113.9', '--to', '10.96.0.50:80', list]);
    expect(out).toMatch(
      /services 2 +to service-\S+, for good +default\/web:http, by @service-ips 10\.96\.0\.50 \. tcp \. 80\n/,
    );
    const bare = write(
      'bare.nft',
      'table ip t {\n\tmap m {\n\t\ttype ipv4_addr . inet_service : verdict\n\t\telements = { 10.0.0.9 . 80 comment "a/b:c" : drop }\n\t}\n' +
        '\tchain c {\n\t\ttype filter hook output priority filter; policy accept;\n\t\tip daddr . tcp dport vmap @m\n\t\ttcp dport 81 numgen random mod 2 vmap { 0 : drop, 1 : drop }\n\t}\n}\n',
    );
    const dropped = await run(['trace', '--host', host(), '--local', '--to', '10.0.0.9:80', bare]);
    const byChance = await run(['trace', '--host', host(), '--local', '--to', '10.0.0.9:81', bare]);
    expect(byChance.out).toMatch(/> ip t c 2 +dropped +picked at random, 1 of 2\n/);
    expect(dropped.out).toMatch(/> ip t c 1 +dropped +a\/b:c has no endpoints, by @m 10\.0\.0\.9 \. 80\n/);
  });

  it('walks tables of nftables and iptables by their priorities', async () => {
    const save = write('node.save', '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT DROP [0:0]\nCOMMIT\n');
    const { outcomes } = await trace('--local', '--to', '10.96.0.50:80', list, save);
    expect(new Set(outcomes.map(({ verdict }) => verdict))).toEqual(new Set(['DROP']));
  });

  it('tells what it does not understand with its place, and follows both ways', async () => {
    const file = write(
      'odd.nft',
      'table ip t {\n\tchain c {\n\t\ttype filter hook output priority filter; policy accept;\n\t\ttcp dport 80 frob drop\n\t}\n}\n',
    );
    const { err } = await run(['trace', '--host', host(), '--local', '--to', '10.0.0.9:80', file]);
    expect(err).toContain('odd.nft:4:16');
    const { outcomes } = await trace('--local', '--to', '10.0.0.9:80', file);
    expect(outcomes.map(({ verdict }) => verdict).sort()).toEqual(['ACCEPT', 'DROP']);
  });

  it('sets of packets part by the keys of maps', async () => {
    const { out } = await run([
      ...['trace', '--format', 'json', '--host', host(), '--local'],
      ...['--to', '10.96.0.0/16:1-1000', '--protocol', 'tcp', list],
    ]);
    const { regions } = JSON.parse(out) as { regions: { packets: { destinationPort: string[] } }[] };
    expect(regions.some(({ packets }) => packets.destinationPort.join() === '80')).toBe(true);
    expect(regions.length).toBeGreaterThan(2);
  });
});

it('explain takes nftables rules', async () => {
  const { status, out } = await run(['explain', 'svc/web', list]);
  expect(status).toBe(0);
  expect(out).toContain('10.244.2.5:8080');
});

it('diff takes nftables rules', async () => {
  const { status, out } = await run(['diff', list, list]);
  expect([status, out.split('\n')[0]]).toEqual([0, 'No difference: the same traffic, the same rules.']);
});
