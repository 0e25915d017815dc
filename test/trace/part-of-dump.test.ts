/** Rules of one Service, as grep leaves them, must give the same answers as the whole dump of kube-proxy. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/run.js';

interface Answer {
  readonly assumptions: readonly string[];
  readonly outcomes: readonly {
    readonly destination: string;
    readonly masqueraded: boolean;
    readonly verdict: string;
  }[];
}

const directory = mkdtempSync(join(tmpdir(), 'kubechains-part-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function file(name: string, text: string): string {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
}

async function trace(scenario: string, dump: string, words: readonly string[]): Promise<Answer> {
  const host = `golden/${scenario}/host.json`;
  return JSON.parse((await run(['trace', '--format', 'json', '--host', host, ...words, dump])).out) as Answer;
}

function ends({ outcomes }: Answer): string[] {
  return outcomes.map(({ destination, masqueraded, verdict }) => `${verdict} ${destination} ${masqueraded}`).sort();
}

/** The cluster IPs and node ports of rules: `--to` of each. */
function targets(rules: string): string[] {
  const clusterIPs = [...rules.matchAll(/-d (\S+)\/32 -p (\w+) .*cluster IP" .*--dport (\d+) -j KUBE-SV/g)];
  const nodePorts = [...rules.matchAll(/-A KUBE-NODEPORTS -p (\w+) .*--dport (\d+) -j KUBE-EXT/g)];
  return [
    ...clusterIPs.map(([, address = '', protocol = '', port = '']) => `${protocol} ${address}:${port}`),
    ...nodePorts.map(([, protocol = '', port = '']) => `${protocol} 192.168.0.2:${port}`),
  ];
}

describe('rules of one Service', () => {
  it.each([
    'clusterip-3',
    'nodeport',
    'affinity',
    'masquerade-all',
    'multi-port-udp-sctp',
    'external-ips',
    'etp-local-with-local',
  ])('of scenario %s', async (scenario) => {
    const whole = `golden/${scenario}/iptables.ipv4.save`;
    const text = readFileSync(whole, 'utf8');
    const [, service = ''] = /--comment "([^/" ]+\/[^:" ]+)[^"]*cluster IP"/.exec(text) ?? [];
    const found = text.split('\n').filter((line) => line.startsWith('-A') && line.includes(service));
    const part = file(`${scenario}.txt`, `$ iptables-save | grep ${service}\n${found.join('\n')}\n`);
    const all = targets(found.join('\n'));
    expect(all.length).toBeGreaterThan(0);
    for (const target of all) {
      const [protocol = '', to = ''] = target.split(' ');
      for (const from of [
        ['--from', '203.0.113.9', '--in-interface', 'eth0'],
        ['--from', '10.244.0.77', '--in-interface', 'cni0'],
        ['--local'],
      ]) {
        const words = ['--protocol', protocol, '--to', to, ...from];
        const given = await trace(scenario, part, words);
        expect([target, from, ends(given)]).toEqual([target, from, ends(await trace(scenario, whole, words))]);
        expect(given.assumptions.join()).toContain('which the inputs leave out');
      }
    }
  });

  it('lead to a chain that the inputs lack: nothing is concluded', async () => {
    const rule =
      '-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-NPX46M4PTMTKRN6Y\n';
    const dump = file('jump.txt', rule);
    const { out } = await run(['check', 'svc/web', '--format', 'json', dump]);
    const { checks, failed } = JSON.parse(out) as { checks: { id: string; status: string }[]; failed: number };
    expect(failed).toBe(0);
    expect(
      checks.flatMap(({ id, status }) => (['endpoints', 'from-pod', 'from-node'].includes(id) ? [status] : [])),
    ).toEqual(['unknown', 'unknown', 'unknown']);
    expect((await run(['explain', 'svc/web', dump])).out).toContain('a chain that the inputs do not contain');
    expect((await run(['explain', dump])).out).toContain('not shown');
  });
});

describe('a dump without its first lines', () => {
  it('keeps the policies of its chains', async () => {
    const rules = [
      ':FORWARD DROP [0:0]',
      ':OUTPUT ACCEPT [254:32115]',
      ':DOCKER - [0:0]',
      '-A INPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
      '-A FORWARD -o docker0 -j DOCKER',
      '-A FORWARD -i docker0 ! -o docker0 -j ACCEPT',
      '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    ];
    const dump = file('cut.txt', `$ sudo iptables-save\n...\n${rules.join('\n')}\n...\n`);
    const { outcomes } = await trace('nodeport', dump, [
      '--from',
      '10.244.0.9',
      '--in-interface',
      'cni0',
      '--to',
      '198.51.100.9:443',
    ]);
    expect(outcomes.map(({ verdict }) => verdict)).toEqual(['DROP']);
  });
});
