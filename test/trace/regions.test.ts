/** `trace` of sets of packets: the table and its JSON, and that each example has the outcome of its region. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RegionFacts } from '../../src/trace/region-report.js';
import { run } from '../support/run.js';

const nodeport = ['--host', 'golden/nodeport/host.json', 'golden/nodeport/iptables.ipv4.save'];

async function regionsOf(...words: string[]): Promise<RegionFacts[]> {
  const { out, err, status } = await run(['trace', '--format', 'json', ...words]);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return (JSON.parse(out) as { regions: RegionFacts[] }).regions;
}

interface Traced {
  readonly outcomes: RegionFacts['outcomes'];
}

/** Traces an example alone. */
async function tracedExample({ example }: RegionFacts, inputs: readonly string[]): Promise<Traced> {
  const origin = example.inInterface === null ? ['--local'] : ['--in-interface', example.inInterface];
  const words = ['--to', example.destination, '--from', example.source, '--protocol', example.protocol, ...origin];
  const { out } = await run(['trace', '--format', 'json', ...words, ...inputs]);
  return JSON.parse(out) as Traced;
}

describe('an example of a region', () => {
  it.each([
    'nodeport',
    'external-ips',
    'lb-ranges-node-not-in',
    'affinity',
    'etp-local-with-local',
    'multi-port-udp-sctp',
  ])(
    'fares as the region says: %s',
    async (name) => {
      const inputs = ['--host', join('golden', name, 'host.json'), join('golden', name, 'iptables.ipv4.save')];
      const regions = await regionsOf('--to', 'any', ...inputs);
      expect(regions.length).toBeGreaterThan(5);
      const sum = (outcomes: RegionFacts['outcomes']): string => {
        const shares = new Map<string, number>();
        for (const { verdict, hook, masqueraded, probability } of outcomes) {
          const key = `${verdict} ${hook} ${verdict === 'ACCEPT' && masqueraded}`;
          shares.set(key, (shares.get(key) ?? 0) + probability);
        }
        return [...shares]
          .map(([key, share]) => `${key} ${share.toFixed(6)}`)
          .sort()
          .join('\n');
      };
      for (const region of regions.filter((_, index) => index % Math.ceil(regions.length / 25) === 0)) {
        const { outcomes } = await tracedExample(region, inputs);
        expect(`${JSON.stringify(region.example)} ${sum(outcomes)}`).toBe(
          `${JSON.stringify(region.example)} ${sum(region.outcomes)}`,
        );
      }
    },
    60_000,
  );
});

describe('questions about sets', () => {
  it('a prefix of sources to a Service of a dump', async () => {
    const regions = await regionsOf('--to', '10.96.0.50:80', '--from', '10.244.0.0/16', ...nodeport);
    const sources = regions.flatMap(({ packets }) => packets.source);
    expect(sources).toContain('10.244.2.5');
    // The dump was recorded with a cluster CIDR of 10.244.0.0/16: Pods keep their addresses, except for hairpin
    // traffic.
    const plain = regions.find(
      ({ packets }) => packets.source[0]?.startsWith('10.244.0.0-') === true && packets.protocol.includes('tcp'),
    );
    expect(plain?.outcomes.map(({ destination, masqueraded }) => [destination, masqueraded])).toEqual([
      ['10.244.2.5:8080', false],
      ['10.244.3.6:8080', false],
    ]);
  });

  it('ranges of ports, of one interface', async () => {
    const regions = await regionsOf(
      '--to',
      '192.168.0.2:30079-30081',
      '--from',
      '203.0.113.0/24',
      '--protocol',
      'tcp',
      '--in-interface',
      'eth0',
      ...nodeport,
    );
    expect(regions.map(({ packets }) => [packets.destinationPort, packets.inInterface]).sort()).toEqual([
      [['30079', '30081'], ['eth0']],
      [['30080'], ['eth0']],
    ]);
  });

  it('covers what was asked, each packet once', async () => {
    const regions = await regionsOf(
      '--to',
      '192.168.0.0/30:1-65535',
      '--from',
      'any',
      '--protocol',
      'tcp',
      ...nodeport,
    );
    const number = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    const size = (ranges: readonly string[], read: (text: string) => number): number =>
      ranges.reduce((sum, range) => {
        const [from = '', to = from] = range.split('-');
        return sum + read(to) - read(from) + 1;
      }, 0);
    const count = (isOwn: boolean): number =>
      regions
        .filter(({ packets }) => (packets.inInterface[0] === null) === isOwn)
        .reduce(
          (sum, { packets }) =>
            sum +
            size(packets.source, number) *
              size(packets.destination, number) *
              size(packets.destinationPort, Number) *
              packets.inInterface.length,
          0,
        );
    expect(count(false)).toBe(2 ** 32 * 4 * 65535 * 2);
    // 127.0.0.0/8 without its broadcast address, and eth0's address.
    expect(count(true)).toBe((2 ** 24 - 1 + 1) * 4 * 65535);
  });

  it('the table says which rule of a firewall stops whom', async () => {
    const guests = '-A FORWARD -s 198.51.100.16/28 -m comment --comment "no such guests" -j DROP\n';
    const text = readFileSync('golden/nodeport/iptables.ipv4.save', 'utf8').replace(
      '-A FORWARD',
      `${guests}-A FORWARD`,
    );
    const file = join(mkdtempSync(join(tmpdir(), 'kubechains-')), 'node.save');
    writeFileSync(file, text);
    const words = ['--quiet', '--to', '10.96.0.50:80', '--from', 'any', '--protocol', 'tcp'];
    const { out } = await run(['trace', ...words, '--host', 'golden/nodeport/host.json', file]);
    expect(out).toMatch(
      /Dropped in FORWARD by rule 1 of FORWARD \(table filter\): "no such guests"\.\n {3}from 198\.51\.100\.16\/28 to /,
    );
  });

  it.each([
    [['--to', '10.0.0.0/33'], '--to takes'],
    [['--to', '10.0.0.9-10.0.0.1:80'], '--to takes'],
    [['--to', 'any:0'], '--to takes'],
    [['--to', 'any', '--from', 'no body'], '--from takes addresses'],
    [['--to', 'fd00::/64', '--from', '10.0.0.0/8'], 'different families'],
    [['--to', 'any', '--protocol', 'tcp,smtp'], '--protocol takes'],
    [['--to', 'any', '--local', '--in-interface', 'eth0'], 'exclude each other'],
    [['--to', 'any', '--local', '--from', '203.0.113.0/24'], 'that set is empty'],
  ])('%j is refused', async (words, message) => {
    const { status, err } = await run(['trace', ...words, ...nodeport]);
    expect(status).toBe(2);
    expect(err).toContain(message);
  });
});
