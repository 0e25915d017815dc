import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';

const dump = 'golden/nodeport/iptables.ipv4.save';
const host = ['--host', 'golden/nodeport/host.json'];

interface Printed {
  readonly packet: unknown;
  readonly assumptions: readonly string[];
  readonly outcomes: readonly {
    readonly probability: number;
    readonly destination: string;
    readonly verdict: string;
    readonly steps: readonly Record<string, unknown>[];
  }[];
}
const json = async (...words: string[]): Promise<Printed> =>
  JSON.parse((await run(['trace', '--format', 'json', ...words])).out) as Printed;

const directory = mkdtempSync(join(tmpdir(), 'kubechains-trace-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});
/** A file with that text. */
const file = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};

describe('kubechains trace', () => {
  it('prints what the contract says', async () => {
    const { packet, outcomes } = await json(
      ...host,
      '--to',
      '192.168.0.2:30080',
      '--in-interface',
      'eth0',
      '--from',
      '203.0.113.9',
      dump,
    );
    expect(packet).toEqual({
      protocol: 'tcp',
      source: '203.0.113.9',
      destination: '192.168.0.2:30080',
      inInterface: 'eth0',
    });
    expect(outcomes.map((outcome) => Object.keys(outcome))[0]).toEqual([
      'probability',
      'verdict',
      'hook',
      'destination',
      'masqueraded',
      'steps',
      'assumptions',
      'seenAs',
    ]);
    expect(outcomes[0]?.steps[0]).toEqual({
      hook: 'PREROUTING',
      table: 'nat',
      chain: 'PREROUTING',
      rule: 1,
      effect: 'to KUBE-SERVICES',
      text: '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    });
  });

  /** The text format has these lines above the verdict. */
  it('says in JSON too what was taken for granted of the packet and the node', async () => {
    const { assumptions } = await json('--to', '10.96.0.50:80', dump);
    expect(assumptions).toEqual([
      'the protocol is TCP (--protocol)',
      'it comes from outside, 203.0.113.77 (--from, --local)',
      'it comes in by eth0 (--in-interface)',
      "the node's addresses are not known: --host takes the output of ip -json address",
    ]);
    expect(
      (
        await json(
          ...host,
          '--to',
          '10.96.0.50:80',
          '--protocol',
          'tcp',
          '--from',
          '10.244.1.9',
          '--in-interface',
          'cni0',
          dump,
        )
      ).assumptions,
    ).toEqual([]);
  });

  /** iptables-save -t prints one table. */
  it.each(['filter', 'nat'])('says that a dump lacks the table %s', async (name) => {
    const text = readFileSync(dump, 'utf8').replace(new RegExp(`^\\*${name}\\n[^]*?^COMMIT\\n`, 'm'), '');
    const { out } = await run(['trace', ...host, '--to', '10.96.0.50:80', file('one-table', text)]);
    expect(out).toContain(`assuming: the node has no table ${name}, which might `);
    expect((await run(['trace', ...host, '--to', '10.96.0.50:80', dump])).out).not.toContain('no table');
  });

  /** legacy and nft register separate hooks, and the kernel calls all of them (nf_hook_slow, net/netfilter/core.c). */
  it('says that only the first of two tables is walked', async () => {
    const nft = file(
      'nft',
      '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -j DROP\nCOMMIT\n',
    );
    const { assumptions } = await json(...host, '--to', '10.96.0.50:80', dump, nft);
    expect(assumptions.at(-1)).toMatch(/^the node has the first filter of the inputs only: .* applies both$/);
  });

  /** iptables 1.8.9 accepts and saves -p ipv6-icmp. */
  it('asks rules that do not tell their family of either', async () => {
    const rules = file(
      'untold',
      '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n-A FORWARD -p ipv6-icmp -j ACCEPT\n-A FORWARD -j DROP\nCOMMIT\n',
    );
    const { outcomes, assumptions } = await json(...host, '--to', '10.96.0.50:80', rules);
    expect(outcomes.map(({ verdict }) => verdict)).toEqual(['DROP']);
    expect(assumptions).toContain('the dump is of iptables, since nothing in it shows its family');
  });

  it('finds Services by name, in manifests and in the comments of a dump', async () => {
    const fromDump = await json(...host, '--to', 'svc/web', dump);
    const fromManifests = await json(
      ...host,
      '--kube-version',
      '1.30',
      '--config',
      'golden/nodeport/kube-proxy.yaml',
      '--to',
      'default/web:http',
      'golden/nodeport/objects.json',
    );
    expect(fromDump.packet).toMatchObject({ destination: '10.96.0.50:80' });
    expect(fromManifests).toEqual(fromDump);
  });

  it('reads the three dumps of an IPVS node, told by their content', async () => {
    const { outcomes } = await json(
      ...host,
      '--to',
      '10.96.0.50:80',
      '--from',
      '10.244.1.9',
      '--in-interface',
      'cni0',
      'golden/nodeport/ipvs.ipv4.save',
      'golden/nodeport/ipvs.ipv4.ipset',
      'golden/nodeport/ipvs.ipv4.ipvsadm',
    );
    expect(outcomes.map(({ destination, probability }) => [destination, probability])).toEqual([
      ['10.244.2.5:8080', 0.5],
      ['10.244.3.6:8080', 0.5],
    ]);
    expect(outcomes[0]?.steps.find(({ table }) => table === 'ipvs')).toMatchObject({
      text: '-A -t 10.96.0.50:80 -s rr',
      effect: 'to 10.244.2.5:8080',
    });
  });

  it('says what is refused, and why', async () => {
    const { status, out } = await run([
      'trace',
      ...host,
      '--to',
      '10.96.0.50:80',
      'golden/no-endpoints/iptables.ipv4.save',
    ]);
    expect(status).toBe(0);
    expect(out).toContain(
      'Rejected in FORWARD by rule 1 of KUBE-SERVICES (table filter): "default/web:http has no endpoints".',
    );
  });

  it("takes the node's word for what listens there", async () => {
    const asked = [...host, '--to', '192.168.0.2:22', '--in-interface', 'eth0', dump];
    expect((await json(...asked)).outcomes.map(({ verdict }) => verdict)).toEqual(['REJECT']);
    expect((await json('--listening', 'tcp/22,tcp/10250', ...asked)).outcomes.map(({ verdict }) => verdict)).toEqual([
      'ACCEPT',
    ]);
  });

  it.each([
    [['--to', 'nowhere', dump], "the cluster's DNS has no name nowhere"],
    [['--to', 'no where', dump], '--to takes IP:PORT'],
    [['--to', '10.96.0.50', dump], '--to needs a port'],
    [['--to', '10.96.0.50:0', dump], 'not a port'],
    [['--to', 'svc/none', dump], 'there is no cluster IP for default/none in these inputs (a dump'],
    [['--to', 'svc/wbe', dump], 'did you mean default/web?'],
    [['--to', 'shop/web', dump], 'of that name there is default/web'],
    [['--to', 'shop/web', 'golden/nodeport/objects.json'], 'of that name there is default/web'],
    [
      ['--to', 'default/web:dns', 'golden/nodeport/objects.json'],
      '--to: default/web has no port "dns"; it has port 80/tcp (http)',
    ],
    [['--to', 'svc/web:8080', dump], 'default/web has no port "8080"; it has port 80/tcp'],
    [['--to', 'svc/web', '--protocol', 'udp', dump], 'default/web has no port of protocol udp; it has port 80/tcp'],
    [[dump], '--to is missing'],
    [['--to', '10.96.0.50:80', '--local', dump], 'give its facts (--host)'],
    [['--to', '10.96.0.50:80', '--from', 'fd00::1', dump], 'of different families'],
    [['--to', '[fd00::1]:80', dump], 'contain no ipv6 rules'],
    [['--to', '10.96.0.50:80', '--local', '--in-interface', 'eth0', dump], 'exclude each other'],
    [['--to', '10.96.0.50:80', 'golden/nodeport/ipvs.ipv4.ipset'], 'no iptables-save dump'],
    [['--to', '10.96.0.50:80', '--listening', 'ssh', dump], '--listening takes PROTOCOL/PORT'],
  ])('refuses %j', async (words, message) => {
    const { status, err } = await run(['trace', ...words]);
    expect(status).toBe(2);
    expect(err).toContain(message);
  });

  it('colours only what goes to a terminal', async () => {
    const words = ['trace', ...host, '--to', '10.96.0.50:80', dump];
    expect((await run(words)).out).not.toContain('\u001b');
    expect((await run(words, { outIsTerminal: true })).out).toContain('\u001b[32mGoes to one of 2 endpoints');
    expect((await run(words, { outIsTerminal: true, environment: { NO_COLOR: '1' } })).out).not.toContain('\u001b');
  });
});
