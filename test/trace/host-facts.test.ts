/** The effect of host facts other than addresses: bridges, routes, policy-routing rules, sockets. */
import { parseListening } from '../../src/proxy/host-sockets.js';
import { defaultHostFacts, readHostFacts, type HostFacts } from '../../src/proxy/host.js';
import { joinedFacts } from '../../src/proxy/host-parts.js';
import type { Json } from '../../src/manifests/types.js';
import type { Outcome } from '../../src/trace/outcome.js';
import type { HostOptions } from '../../src/walk/host.js';
import { node, traceText, type Asked } from './support/tracers.js';

const tables = (table: string, rules: string, chains = ''): string =>
  `*${table}\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n${chains}${rules}\nCOMMIT\n`;

/** br0 10.32.0.1/12 with the ports va and vb, eth0 192.168.0.2/24: the output of `ip -json -details address`. */
const bridged = readHostFacts(
  [
    link('lo', ['127.0.0.1/8']),
    { ...link('br0', ['10.32.0.1/12']), linkinfo: { info_kind: 'bridge' } },
    { ...link('va', []), master: 'br0', linkinfo: { info_kind: 'veth', info_slave_kind: 'bridge' } },
    { ...link('vb', []), master: 'br0', linkinfo: { info_kind: 'veth', info_slave_kind: 'bridge' } },
    link('eth0', ['192.168.0.2/24']),
  ] as Json,
  defaultHostFacts(undefined),
);

function link(ifname: string, addresses: readonly string[]): Record<string, Json> {
  const infos = addresses.map((text) => {
    const [local = '', length = ''] = text.split('/');
    return { local, prefixlen: Number(length), scope: ifname === 'lo' ? 'host' : 'global' };
  });
  return { ifname, flags: ['UP'], addr_info: infos };
}

/** Whether the condition is met in that chain of mangle: `yes`, `no`, or `either`. */
function meets(chain: string, condition: string, asked: Asked, facts: HostFacts | null | undefined = bridged): string {
  const outcomes = traceText(
    tables('mangle', `-A ${chain} ${condition} -j DROP`),
    { port: 9, ...asked },
    facts ?? null,
  );
  const dropped = outcomes.filter(({ verdict }) => verdict === 'DROP').length;
  return dropped === 0 ? 'no' : dropped === outcomes.length ? 'yes' : 'either';
}

describe('-m physdev', () => {
  const acrossBridge = { from: '10.32.0.5', inInterface: 'br0', to: '10.40.0.2' };
  const outOfBridge = { from: '10.32.0.5', inInterface: 'br0', to: '192.168.0.50' };
  const intoBridge = { from: '192.168.0.50', inInterface: 'eth0', to: '10.32.0.5' };

  // Counted by Linux 6.18 for datagrams through such a node, with net.bridge.bridge-nf-call-iptables=1.
  it.each([
    [acrossBridge, 'PREROUTING', '-m physdev --physdev-is-in', 'yes'],
    [acrossBridge, 'PREROUTING', '-m physdev ! --physdev-in zz', 'yes'],
    [acrossBridge, 'FORWARD', '-m physdev --physdev-is-out', 'yes'],
    [acrossBridge, 'FORWARD', '-m physdev --physdev-is-bridged', 'yes'],
    [acrossBridge, 'POSTROUTING', '-m physdev --physdev-is-bridged', 'yes'],
    [outOfBridge, 'FORWARD', '-m physdev --physdev-is-in', 'yes'],
    [outOfBridge, 'POSTROUTING', '-m physdev --physdev-is-in', 'yes'],
    [outOfBridge, 'FORWARD', '-m physdev --physdev-is-out', 'no'],
    [outOfBridge, 'FORWARD', '-m physdev --physdev-is-bridged', 'no'],
    [outOfBridge, 'FORWARD', '-m physdev ! --physdev-out vb', 'no'],
    [intoBridge, 'PREROUTING', '-m physdev --physdev-is-in', 'no'],
    [intoBridge, 'PREROUTING', '-m physdev ! --physdev-in zz', 'yes'],
    [intoBridge, 'FORWARD', '-m physdev ! --physdev-is-in', 'yes'],
    [intoBridge, 'FORWARD', '-m physdev ! --physdev-out vb', 'yes'],
    [intoBridge, 'FORWARD', '-m physdev --physdev-is-bridged', 'no'],
    [{ ...acrossBridge, to: '192.168.0.2' }, 'INPUT', '-m physdev --physdev-is-in', 'yes'],
    [{ to: '10.40.0.2' }, 'OUTPUT', '-m physdev ! --physdev-is-in', 'yes'],
  ])('%j in %s: %s is met: %s', (asked, chain, condition, expected) => {
    expect(meets(chain, condition, asked)).toBe(expected);
  });

  it('asks which port it is, where the bridge has several, and knows those that it has not', () => {
    expect(meets('FORWARD', '-m physdev --physdev-out vb --physdev-is-bridged', acrossBridge)).toBe('either');
    expect(meets('FORWARD', '-m physdev --physdev-out v+ --physdev-is-bridged', acrossBridge)).toBe('yes');
    expect(meets('PREROUTING', '-m physdev --physdev-in zz', acrossBridge)).toBe('no');
  });

  it('goes both ways where nothing tells whether there is a bridge, and says so', () => {
    const [first, second] = traceText(tables('filter', '-A FORWARD -m physdev --physdev-is-in -j DROP'), {
      from: '10.244.1.7',
      inInterface: 'cni0',
      to: '192.168.0.50',
    });
    expect([first?.verdict, second?.verdict]).toEqual(['DROP', 'ACCEPT']);
    expect(first?.assumptions).toContain('cni0 is a bridge (--host takes ip -json -details link)');
  });

  it('ip -json address tells what has ports, and what has none', () => {
    const facts = readHostFacts(
      [link('br0', ['10.32.0.1/12']), { ...link('va', []), master: 'br0' }, link('eth0', ['192.168.0.2/24'])] as Json,
      defaultHostFacts(undefined),
    );
    expect(facts?.interfaces.map(({ name, bridge, master }) => [name, bridge, master])).toEqual([
      ['br0', true, undefined],
      ['va', false, 'br0'],
      ['eth0', false, undefined],
    ]);
  });

  it('the ports of a bond are none of a bridge', () => {
    const facts = readHostFacts(
      [link('bond0', ['192.168.0.2/24']), { ...link('eth1', []), master: 'bond0', flags: ['SLAVE', 'UP'] }] as Json,
      defaultHostFacts(undefined),
    );
    expect(facts?.interfaces[0]?.bridge).toBeUndefined();
  });
});

describe('TPROXY and -m socket', () => {
  const rules = tables(
    'mangle',
    '-A PREROUTING -p tcp -m socket -j DIVERT\n-A PREROUTING -p tcp -j TPROXY --on-port 15006 --on-ip 0.0.0.0 --tproxy-mark 0x539/0xffffffff\n-A DIVERT -j DROP',
    ':DIVERT - [0:0]\n',
  );
  const asked = { from: '192.168.0.50', inInterface: 'eth0', to: '192.168.0.2', port: 8080 };
  const fates = (options: HostOptions, change: Asked = {}): string[] =>
    traceText(rules, { ...asked, ...change }, node, options).map(
      ({ verdict, destination }) => `${verdict} ${destination}`,
    );

  it('a listening socket takes the packet, whose destination stays', () => {
    expect(fates({ listening: ['tcp/15006'] })).toEqual(['ACCEPT 192.168.0.2:8080']);
  });

  it('it is dropped where nothing listens (net/netfilter/xt_TPROXY.c)', () => {
    expect(fates({ listening: ['tcp/22'] })).toEqual(['DROP 192.168.0.2:8080']);
  });

  it('goes both ways where nobody says what listens', () => {
    expect(fates({})).toEqual(['ACCEPT 192.168.0.2:8080', 'DROP 192.168.0.2:8080']);
  });

  it('-m socket passes by what listens on all addresses, not what listens on this one', () => {
    const on = (address: string): HostOptions => ({
      sockets: parseListening(`tcp LISTEN 0 128 ${address}:8080 0.0.0.0:*\ntcp LISTEN 0 9 0.0.0.0:15006 0.0.0.0:*`)
        .sockets,
    });
    expect(fates(on('0.0.0.0'))).toEqual(['ACCEPT 192.168.0.2:8080']);
    expect(fates(on('192.168.0.2'))).toEqual(['DROP 192.168.0.2:8080']);
    expect(fates(on('10.244.1.1'))).toEqual(['ACCEPT 192.168.0.2:8080']);
  });

  it('what is for elsewhere needs a rule of policy routing', () => {
    const [taken] = traceText(rules, { ...asked, to: '198.51.100.7' }, node, { listening: ['tcp/15006'] });
    expect(taken).toMatchObject({ verdict: 'ACCEPT', hook: 'INPUT', destination: '198.51.100.7:8080' });
    expect(taken?.assumptions.join()).toContain('a rule of ip rule routes packets of mark 0x539 to the node itself');
    const facts = (mark: string): HostFacts => ({
      ...node,
      ...readHostFacts(
        joinedFacts([
          [{ dst: 'default', gateway: '192.168.0.1', dev: 'eth0' }],
          [{ type: 'local', dst: 'default', dev: 'lo', table: '133' }],
          [
            { priority: 0, src: 'all', table: 'local' },
            { priority: 32765, src: 'all', fwmark: mark, table: '133' },
            { priority: 32766, src: 'all', table: 'main' },
            { priority: 32767, src: 'all', table: 'default' },
          ],
        ] as Json[]),
        node,
      ),
    });
    const hook = (mark: string): string | undefined =>
      traceText(rules, { ...asked, to: '198.51.100.7' }, facts(mark), { listening: ['tcp/15006'] })[0]?.hook;
    expect([hook('0x539'), hook('0x1')]).toEqual(['INPUT', 'POSTROUTING']);
  });
});

describe('routes', () => {
  const routes = [
    { dst: 'default', gateway: '192.168.0.1', dev: 'eth0' },
    { dst: '10.244.2.0/24', gateway: '192.168.0.3', dev: 'tun0' },
    { dst: '10.244.2.64/26', dev: 'cni0', metric: 5 },
    { type: 'blackhole', dst: '10.9.0.0/16' },
    { type: 'unreachable', dst: '10.8.0.0/16' },
  ];
  const withRoutes = (...more: Json[]): HostFacts => ({
    ...node,
    ...readHostFacts(joinedFacts([routes, ...more]), node),
  });
  const to = (address: string, facts = withRoutes(), asked: Asked = {}): Outcome | undefined =>
    traceText(
      tables('filter', '-A FORWARD -o tun0 -j DROP'),
      { from: '192.168.0.50', inInterface: 'eth0', to: address, ...asked },
      facts,
    )[0];

  it.each([
    ['10.244.2.5', 'DROP', 'FORWARD'],
    ['10.244.2.70', 'ACCEPT', 'POSTROUTING'],
    ['198.51.100.7', 'ACCEPT', 'POSTROUTING'],
    ['10.9.1.1', 'DROP', 'PREROUTING'],
    ['10.8.1.1', 'REJECT', 'PREROUTING'],
  ])('to %s: %s in %s', (address, verdict, hook) => {
    expect(to(address)).toMatchObject({ verdict, hook });
  });

  it('without a route the node itself sends nothing, whatever rules would make of it', () => {
    const facts = { ...node, ...readHostFacts([{ dst: '10.244.0.0/16', dev: 'cni0' }] as Json, node) };
    expect(
      traceText(tables('nat', '-A OUTPUT -d 10.96.0.50 -p tcp -j DNAT --to-destination 10.244.1.9'), {}, facts)[0],
    ).toMatchObject({
      verdict: 'REJECT',
      hook: 'OUTPUT',
      steps: [],
    });
  });

  it('rules choose tables by mark and source; a table that was not given is asked for', () => {
    const rules = [
      { priority: 0, src: 'all', table: 'local' },
      { priority: 100, src: '192.168.0.50', table: 'tunnel' },
      { priority: 32766, src: 'all', table: 'main' },
      { priority: 32767, src: 'all', table: 'default' },
    ] as Json;
    const given = withRoutes(rules, [{ dst: 'default', dev: 'tun0', table: 'tunnel' }] as Json);
    expect(to('198.51.100.7', given)).toMatchObject({ verdict: 'DROP' });
    expect(to('198.51.100.7', given, { from: '192.168.0.51' })).toMatchObject({ verdict: 'ACCEPT' });
    expect(to('198.51.100.7', withRoutes(rules))?.assumptions.join()).toContain(
      'asks the routing table tunnel, which was not given',
    );
  });

  it('a neighbour tells the source MAC address', () => {
    const neighbours = [
      { dst: '192.168.0.50', dev: 'eth0', lladdr: '02:00:00:00:00:09', state: ['REACHABLE'] },
    ] as Json;
    const drops = (mac: string): string =>
      meets(
        'PREROUTING',
        `-m mac --mac-source ${mac}`,
        { from: '192.168.0.50', inInterface: 'eth0' },
        withRoutes(neighbours),
      );
    expect([drops('02:00:00:00:00:09'), drops('02:00:00:00:00:0a')]).toEqual(['yes', 'no']);
  });
});

describe('what listens', () => {
  it.each([
    ['tcp   LISTEN 0      128          0.0.0.0:22      0.0.0.0:*', 'tcp 22 all ipv4'],
    ['udp   UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:*', 'udp 53 127.0.0.53 ipv4'],
    ['LISTEN 0 4096 *:10250 *:*', 'tcp 10250 all ipv4,ipv6'],
    ['LISTEN 0 4096 [::]:80 [::]:*', 'tcp 80 all ipv6'],
    ['UNCONN 0 0 [fe80::1]%eth0:546 [::]:*', 'udp 546 fe80::1 ipv6'],
    ['tcp LISTEN 0 9 [::ffff:127.0.0.1]:8080 *:*', 'tcp 8080 127.0.0.1 ipv4'],
    ['tcp        0      0 0.0.0.0:22      0.0.0.0:*       LISTEN', 'tcp 22 all ipv4'],
    ['tcp6       0      0 :::22           :::*            LISTEN', 'tcp 22 all ipv4,ipv6'],
    ['udp        0      0 127.0.0.1:323   0.0.0.0:*', 'udp 323 127.0.0.1 ipv4'],
    ['tcp ESTAB 0 0 10.0.0.1:22 10.0.0.2:4711', ''],
  ])('is read from %s', (line, expected) => {
    const text = parseListening(
      `Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port\n${line}\n`,
    ).sockets.map(
      ({ protocol, port, address, families }) => `${protocol} ${port} ${address ?? 'all'} ${families.join()}`,
    );
    expect(text.join()).toBe(expected);
  });

  it('names without numbers are told', () => {
    expect(parseListening('tcp LISTEN 0 128 0.0.0.0:ssh 0.0.0.0:*').mistake).toBe(
      'line 1: "0.0.0.0:ssh" has no port in digits (ss -n, netstat -n)',
    );
    expect(parseListening('nothing of the kind').mistake).toContain('contains no line of ss -ltnu');
  });

  it('a closed port of the node is refused, of UDP too', () => {
    const asked = { from: '192.168.0.50', inInterface: 'eth0', to: '192.168.0.2', port: 53, protocol: 'udp' as const };
    expect(traceText('', asked)[0]?.verdict).toBe('REJECT');
    expect(traceText('', asked, node, { listening: ['udp/53'] })[0]?.verdict).toBe('ACCEPT');
  });
});

describe('counters', () => {
  it('stand beside the steps', () => {
    const [outcome] = traceText(
      '*filter\n:OUTPUT ACCEPT [9:900]\n[7:420] -A OUTPUT -p tcp\n[0:0] -A OUTPUT -p tcp -j DROP\nCOMMIT\n',
      {},
    );
    expect(outcome?.steps.map(({ packets, bytes }) => [packets, bytes])).toEqual([
      [7, 420],
      [0, 0],
    ]);
  });
});
