/** Questions that people asked in public, traced. Their dumps are not part of the project; the correct answers are. */
import { describeWithSharedData, sharedPath } from '../support/shared.js';
import { run } from '../support/run.js';

const folder = (name: string) => (file: string) => sharedPath('conformance', 'reported', 'traffic', name, file);

interface Answer {
  readonly outcomes: readonly { verdict: string; hook: string; destination: string; assumptions: string[] }[];
}

async function trace(at: (file: string) => string, dump: string, ...words: string[]): Promise<string[]> {
  const { out, err } = await run(['trace', '--format', 'json', '--host', at('host.json'), ...words, at(dump)]);
  if (out === '') throw new Error(err);
  return (JSON.parse(out) as Answer).outcomes.map(
    ({ verdict, hook, destination }) => `${verdict} ${hook} ${destination}`,
  );
}

describeWithSharedData('reported', () => {
  it('weave: what a bridge passes on may leave by the port that WEAVE-NPC accepts', async () => {
    const at = folder('07-weave-physdev');
    const from = ['--from', '10.32.0.5', '--in-interface', 'weave'];
    expect(await trace(at, 'node.save', '--to', '10.40.0.2:80', ...from)).toEqual([
      'ACCEPT POSTROUTING 10.40.0.2:80',
      'DROP FORWARD 10.40.0.2:80',
    ]);
    const routed = ['--from', '192.168.0.50', '--in-interface', 'eth0'];
    expect(await trace(at, 'node.save', '--to', '10.40.0.2:80', ...routed)).toEqual(['DROP FORWARD 10.40.0.2:80']);
  });

  it('istio: a transparent listener takes what TPROXY hands over', async () => {
    const at = folder('09-istio-tproxy');
    const to = ['--to', '10.244.1.5:8080', '--from', '10.244.1.9', '--in-interface', 'eth0'];
    const taken = ['ACCEPT INPUT 10.244.1.5:8080'];
    expect(await trace(at, 'pod.save', ...to, '--listening', 'tcp/15006')).toEqual(taken);
    expect(await trace(at, 'nosock.save', ...to, '--listening', 'tcp/15006')).toEqual(taken);
    expect(await trace(at, 'pod.save', ...to)).toEqual([...taken, 'DROP PREROUTING 10.244.1.5:8080']);
  });

  it('userspace mode: a Service that explain finds is found by trace', async () => {
    const at = folder('05-userspace-mode');
    expect(await trace(at, 'node.save', '--to', 'default/nginx:http', '--local')).toEqual([
      'ACCEPT INPUT 192.168.0.11:43925',
    ]);
  });

  const told = async (at: (file: string) => string, dump: string, ...words: string[]): Promise<string> =>
    (await run(['trace', '--quiet', '--host', at('host.json'), ...words, at(dump)])).out;

  it('portmap: the rule that nearly met the packet is named', async () => {
    const at = folder('01-portmap-zero-dst');
    expect(await told(at, 'node.save', '--to', '192.168.0.11:2202', '--from', '192.168.0.50')).toContain(
      'Nearest: rule 3 of CNI-DN-e7055ba87834d413d9694 (table nat) matches it except for -d 0.0.0.0/32.',
    );
  });

  it('an old iptables that lost ports: nothing is concluded from such rules', async () => {
    const at = folder('14-lost-dport');
    const to = ['--to', '192.168.0.11:22', '--from', '192.168.0.50', '--in-interface', 'eth0'];
    expect(await trace(at, 'node.save', ...to)).toEqual([
      'ACCEPT POSTROUTING 10.244.109.23:8080',
      'REJECT INPUT 192.168.0.11:22',
    ]);
    const { out, err } = await run(['explain', at('node.save')]);
    expect(err).toContain('lacks its port');
    expect(out).not.toMatch(/left over|two Services claim/);
    expect(out.replace(/\s+/g, ' ')).toContain('the dump does not show the port of 2 rules that lead to it');
  });

  it('restore-mark says what the mark becomes', async () => {
    const at = folder('16-eks-connmark');
    const to = ['--to', '10.0.1.205:22', '--from', '10.0.1.50', '--in-interface', 'ens5'];
    expect(await told(at, 'connmark.save', ...to)).toContain("mark becomes 0x80, as its connection's");
  });

  it('a target that the dump hides sends the packet to an address that it does not show', async () => {
    const at = folder('44-unsupported-revision');
    expect(await told(at, 'pod.save', '--to', '127.0.0.11:53', '--protocol', 'udp', '--local')).toContain(
      'is sent by DNAT to an address that the dump does not show',
    );
  });

  it('what is masqueraded only says by which rule', async () => {
    const at = folder('49-ip-masq-agent');
    const to = ['--to', '10.20.0.5:80', '--from', '10.107.64.70', '--in-interface', 'cbr0'];
    expect(await told(at, 'node.save', ...to)).toMatch(
      /its source becomes .* by rule 2 of CNI-1fbf321be92bf70398b61947 \(table nat\)/,
    );
  });

  const pasted = [
    'tab',
    'spaces',
    'onespace',
    'quoted',
    'curly',
    'esc',
    'textfirst',
    'grepped',
    'onlyA',
    'prompt',
    'fence',
  ];
  it.each([...pasted, 'base', 'crlf', 'dollar', 'dots', 'emdash', 'nocommit', 'snip', 'unsup', 'warn'])(
    'a dump pasted as %s is read',
    async (name) => {
      const { out, status } = await run(['explain', '--quiet', folder('43-pasted-forms')(`${name}.save`)]);
      expect(status).toBe(0);
      expect(out).toContain('kube-system/kube-dns  dns-tcp TCP  10.152.183.10:53');
    },
  );

  it('NodeLocal DNS: who answers, and why no Service rule does', async () => {
    const at = folder('10-nodelocal-dns-notrack');
    const from = ['--to', '10.0.0.10:53', '--protocol', 'udp', '--from', '10.240.0.21', '--in-interface', 'eth0'];
    for (const [host, fate] of [
      ['with.json', 'no process of the node listens on udp/53'],
      ['without.json', 'No rule changes its destination: it leaves by eth0 for 10.0.0.10:53.'],
    ] as const) {
      const { out } = await run(['trace', '--quiet', '--host', at(host), ...from, at('node.save')]);
      expect(out).toContain(fate);
      expect(out).toContain('Rule 1 of PREROUTING (table raw) takes it out of connection tracking (NOTRACK)');
    }
  });

  it('firewalld: the rule that refuses what Pods send', async () => {
    const at = folder('13-firewalld-reject');
    expect(
      await trace(at, 'node.save', '--to', '198.51.100.7:443', '--from', '10.1.37.5', '--in-interface', 'cbr0'),
    ).toEqual(['REJECT FORWARD 198.51.100.7:443']);
  });

  it('weave: the node that masquerades what comes to a node port', async () => {
    const at = folder('04-xlb-weave-masq');
    expect(await told(at, 'node.save', '--to', '192.168.0.11:31000', '--from', '203.0.113.9')).toContain(
      "Goes to 10.32.0.3:80; the source becomes the node's address, 10.32.0.1.",
    );
  });

  it('old rules: the node is kept from the load balancer, clients outside are not', async () => {
    const at = folder('18-metallb-xlb-from-node');
    expect(await trace(at, 'full.save', '--to', '192.0.2.200:80', '--local')).toEqual(['DROP OUTPUT 192.0.2.200:80']);
    expect(await told(at, 'full.save', '--to', '192.0.2.200:80', '--from', '203.0.113.5')).toContain(
      'It is marked for dropping (KUBE-MARK-DROP), but no rule drops forwarded packets with that mark.',
    );
  });

  it('portmap: trace says that no Pod is behind the older chain', async () => {
    const at = folder('17-stale-hostport');
    const to = ['--to', '192.168.0.11:80', '--from', '192.168.0.50'];
    expect(await trace(at, 'node.save', ...to)).toEqual(['ACCEPT POSTROUTING 10.244.1.17:80']);
    expect(await told(at, 'node.save', ...to, at('pods.yaml'))).toContain(
      'No Pod of the inputs has the address 10.244.1.17',
    );
  });

  it('an endpoint that is a cluster IP leads nowhere', async () => {
    const at = folder('41-endpoint-is-cluster-ip');
    const { out } = await run([
      'trace',
      '--quiet',
      '--to',
      'default/custom-service',
      '--from',
      '10.1.1.1',
      at('node.save'),
    ]);
    expect(out).toContain('10.97.3.4:80 is the cluster IP of default/aux');
  });
});
