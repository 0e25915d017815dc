/**
 * Without facts of the node: a public address that no rule names counts as elsewhere, with a note; addresses and ports
 * that suggest the node keep both ways. That nodes have private addresses is an assumption, so `--host` overrides it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';

const dump = 'golden/nodeport/iptables.ipv4.save';
const nftables = 'golden-by-version/multi-port-udp-sctp-nftables-1.36/nftables.ipv4.list';

const directory = mkdtempSync(join(tmpdir(), 'kubechains-seldom-own-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

interface Traced {
  readonly assumptions: readonly string[];
  readonly outcomes: readonly { probability: number; hook: string; assumptions: readonly string[] }[];
}

async function traced(...words: string[]): Promise<Traced> {
  const { out, status } = await run(['trace', '--format', 'json', '--from', '198.51.100.9', ...words]);
  expect(status).toBe(0);
  return JSON.parse(out) as Traced;
}

interface Example {
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly inInterface?: string | null;
}

const elsewhere = '8.8.8.8 is not an address of the node (--host takes the output of ip -json address)';
const inRule = join(directory, 'named.save');
writeFileSync(
  inRule,
  '*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n' +
    '-A PREROUTING -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 81 -j REDIRECT --to-ports 82\n' +
    '-A POSTROUTING -s 10.1.0.0/16 -j SNAT --to-source 8.8.8.8\nCOMMIT\n*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n',
);

const fib = join(directory, 'fib.nft');
writeFileSync(
  fib,
  'table ip t {\n\tchain p {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n' +
    '\t\tfib daddr type local tcp dport 30080 dnat to 10.244.1.15:8080\n\t}\n}\n',
);

describe('a destination of which nothing is known', () => {
  it.each([
    ['iptables', '8.8.8.8:53', dump],
    ['nftables', '8.8.8.8:53', nftables],
  ])('is elsewhere if it is public and no rule names it: %s', async (_, to, input) => {
    const { assumptions, outcomes } = await traced('--to', to, input);
    expect(outcomes).toMatchObject([{ probability: 1, hook: 'POSTROUTING' }]);
    expect(outcomes[0]?.assumptions).toContain(elsewhere);
    expect(assumptions.join()).not.toContain('--host');
  });

  it('is elsewhere for pings, too', async () => {
    const { outcomes } = await traced('--to', '8.8.8.8', '--protocol', 'icmp', dump);
    expect(outcomes.map(({ probability, hook }) => [probability, hook])).toEqual([[1, 'POSTROUTING']]);
  });

  it.each([
    ['it is private', ['--to', '192.168.7.7:53', dump]],
    ['its port is a node port', ['--to', '8.8.8.8:30080', dump]],
    ['rules of nftables send its port on', ['--to', '8.8.8.8:30080', fib]],
    ['a rule names it', ['--to', '8.8.8.8:53', inRule]],
    ['a process is said to listen there', ['--listening', 'tcp/53', '--to', '8.8.8.8:53', dump]],
  ])('may be the node, if %s', async (_, words) => {
    const { assumptions, outcomes } = await traced(...words);
    const all = outcomes.flatMap((one) => one.assumptions);
    expect(all.some((text) => text.endsWith(' is an address of the node'))).toBe(true);
    expect(all.some((text) => text.endsWith(' is not an address of the node'))).toBe(true);
    expect(outcomes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1);
    expect(assumptions.join()).toContain('--host');
  });

  it('counts as the node where its addresses are known', async () => {
    const facts = join(directory, 'host.json');
    writeFileSync(facts, JSON.stringify({ nodeIPs: ['8.8.8.8'], interfaces: [] }));
    const { outcomes } = await traced('--to', '8.8.8.8:53', '--host', facts, dump);
    expect(outcomes).toMatchObject([{ probability: 1, hook: 'INPUT' }]);
  });

  it('is treated alike in sets and alone', async () => {
    const { out } = await run(['trace', '--format', 'json', '--to', '8.8.8.0/24:53', '--protocol', 'tcp', dump]);
    const { regions } = JSON.parse(out) as {
      regions: (Pick<Traced, 'outcomes'> & { packets: { inInterface: unknown[] } })[];
    };
    const incoming = regions.filter(
      ({ packets, outcomes }) => packets.inInterface[0] !== null && outcomes[0]?.hook !== 'PREROUTING',
    );
    expect(incoming.length).toBeGreaterThan(0);
    for (const { outcomes } of incoming) {
      expect(outcomes.map(({ probability, hook }) => [probability, hook])).toEqual([[1, 'POSTROUTING']]);
      expect(outcomes[0]?.assumptions).toContain(elsewhere.replace('8.8.8.8', 'the destination'));
    }
  });

  it.each([
    ['all addresses', 'any', dump],
    ['all addresses, by nftables', 'any', nftables],
    ['public and private addresses', '8.8.8.8,192.168.7.7', dump],
    ['a node port', '8.8.8.0/24:30080', dump],
  ])('is treated in sets as alone: %s', async (_, to, input) => {
    const { out } = await run(['trace', '--format', 'json', '--to', to, '--from', '198.51.100.9', input]);
    const { regions } = JSON.parse(out) as { regions: (Pick<Traced, 'outcomes'> & { example: Example })[] };
    const fate = ({ outcomes }: Pick<Traced, 'outcomes'>): string[] =>
      outcomes.map(({ probability, hook }) => `${probability.toFixed(6)} ${hook}`).sort();
    for (const { example, outcomes } of regions) {
      const { source, destination, protocol, inInterface } = example;
      const alone = await run([
        ...['trace', '--format', 'json', '--protocol', protocol, '--from', source, '--to', destination],
        ...(typeof inInterface === 'string' ? ['--in-interface', inInterface] : ['--local']),
        input,
      ]);
      expect([example, fate(JSON.parse(alone.out) as Traced)]).toEqual([example, fate({ outcomes })]);
    }
    if (to.startsWith('8.8.8.8'))
      expect(regions.flatMap((one) => one.outcomes.map(({ probability }) => probability)).sort()).toContain(1);
  });
});
