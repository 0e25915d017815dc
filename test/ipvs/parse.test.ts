import fc from 'fast-check';
import { comparableSet, parseIpset } from '../../src/ipvs/parse-ipset.js';
import { parseIpvsadm } from '../../src/ipvs/parse-ipvsadm.js';
import { looksLikeIpset, looksLikeIpvsadm } from '../../src/ipvs/recognise.js';
import { printIpset } from '../../src/ipvs/print-ipset.js';
import { printIpvsadm } from '../../src/ipvs/print-ipvsadm.js';
import type { IpSet, RealServer, VirtualServer } from '../../src/ipvs/types.js';
import type { Finding } from '../../src/diagnostics/finding.js';
import { normaliseAddress } from '../../src/net/address.js';
import { ipsetDump, ipvsadmDump } from './dumps.js';

const virtualServersOf = (text: string): ReturnType<typeof parseIpvsadm> =>
  parseIpvsadm({ name: 'node.ipvsadm', text });
const setsOf = (text: string): ReturnType<typeof parseIpset> => parseIpset({ name: 'node.ipset', text });
const places = (findings: readonly Finding[]): string[] =>
  findings.map(({ range, message }) => `${range.start.line}:${range.start.column} ${message}`);

const port = fc.integer({ min: 0, max: 65535 });
const ipv4 = fc.ipV4();
const ipv6 = fc
  .ipV6()
  .map((text) => normaliseAddress(text) ?? '')
  .filter((text) => text.includes(':'));
const word = fc.stringMatching(/^[a-z][a-z0-9_-]{0,7}$/);

function optional<T>(fields: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

const realServer: fc.Arbitrary<RealServer> = fc
  .tuple(
    fc.record({
      address: fc.oneof(ipv4, ipv6),
      port,
      forwarding: fc.constantFrom('masquerade', 'gateway', 'tunnel'),
      weight: fc.nat(0x7fffffff),
    }),
    fc.constantFrom(
      {},
      { options: ['--tun-type', 'gue', '--tun-port', '5555', '--tun-nocsum'] },
      { options: ['-x', '100', '-y', '50'] },
    ),
  )
  .map(([base, options]) => ({ ...base, ...options }));

const virtualServer: fc.Arbitrary<VirtualServer> = fc
  .tuple(
    fc.record({
      service: fc.oneof(
        fc.record({
          kind: fc.constant('address' as const),
          protocol: fc.constantFrom('tcp', 'udp', 'sctp'),
          address: fc.oneof(ipv4, ipv6),
          port,
        }),
        fc.record({
          kind: fc.constant('firewallMark' as const),
          family: fc.constantFrom('ipv4', 'ipv6'),
          mark: fc.integer({ min: 1, max: 0xffffffff }),
        }),
      ),
      scheduler: word,
      realServers: fc.array(realServer, { maxLength: 3 }),
    }),
    optional<Pick<VirtualServer, 'persistence' | 'onePacket' | 'schedulerFlags'>>({
      persistence: fc
        .tuple(fc.nat(0xffffffff), optional({ mask: fc.constantFrom('255.255.255.0', '64'), engine: word }))
        .map(([seconds, more]) => ({ seconds, ...more })),
      onePacket: fc.constant(true),
      schedulerFlags: fc.uniqueArray(fc.constantFrom('sh-fallback', 'sh-port', 'mh-port', 'flag-1'), { minLength: 1 }),
    }),
  )
  .map(([base, more]) => ({ ...base, ...more }));

const setOptions = fc.uniqueArray(
  fc.oneof(
    fc.record({ name: fc.constantFrom('counters', 'skbinfo', 'forceadd', 'comment') }),
    fc.record({
      name: fc.constantFrom('hashsize', 'maxelem', 'timeout', 'bucketsize', 'netmask'),
      value: fc.nat().map(String),
    }),
  ),
  { selector: ({ name }) => name, maxLength: 4 },
);

const setElement = fc
  .tuple(
    fc.oneof(
      ipv4,
      ipv6,
      fc.tuple(ipv4, port).map(([address, number]) => `${address},tcp:${number}`),
      port.map(String),
    ),
    fc.uniqueArray(
      fc.oneof(
        fc.constant({ name: 'nomatch' }),
        fc.record({ name: fc.constantFrom('timeout', 'packets', 'bytes'), value: fc.nat().map(String) }),
        fc.record({ name: fc.constant('comment'), value: fc.stringMatching(/^[ -!#-~é☸]{0,20}$/u) }),
      ),
      { selector: ({ name }) => name, maxLength: 3 },
    ),
  )
  .map(([element, options]) => (options.length === 0 ? { element } : { element, options }));

const ipSet: fc.Arbitrary<IpSet> = fc.record({
  name: fc.stringMatching(/^[A-Z][A-Z0-9:_.-]{0,30}$/),
  type: fc.constantFrom('hash:ip,port', 'hash:ip,port,net', 'bitmap:port', 'list:set'),
  options: setOptions,
  elements: fc.array(setElement, { maxLength: 4 }),
});

const serviceKey = ({ service }: VirtualServer): string =>
  service.kind === 'firewallMark'
    ? `${service.family} ${service.mark}`
    : `${service.protocol} ${service.address} ${service.port}`;

describe('what is printed reads back', () => {
  it('as the same virtual servers', () => {
    fc.assert(
      fc.property(fc.uniqueArray(virtualServer, { selector: serviceKey, maxLength: 4 }), (servers) => {
        expect(virtualServersOf(printIpvsadm(servers))).toEqual({ virtualServers: servers, findings: [] });
      }),
      { numRuns: 300 },
    );
  });

  it('as the same sets', () => {
    fc.assert(
      fc.property(fc.uniqueArray(ipSet, { selector: ({ name }) => name, maxLength: 4 }), (sets) => {
        expect(setsOf(printIpset(sets))).toEqual({ sets, findings: [] });
      }),
      { numRuns: 300 },
    );
  });

  it('and whatever the text, reading ends in values that print', () => {
    const noise = fc.array(
      fc.oneof(
        fc.string(),
        fc.constantFrom(
          '-A',
          '-a',
          '-t',
          '-f',
          '-r',
          '-p',
          '-6',
          '1.2.3.4:80',
          '[::1]:80',
          'create',
          'add',
          'A',
          'hash:ip',
          'comment',
          '"',
          '\n',
          '-s rr',
        ),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(noise, (words) => {
        const text = words.join(' ');
        const servers = virtualServersOf(text).virtualServers;
        expect(virtualServersOf(printIpvsadm(servers))).toEqual({ virtualServers: servers, findings: [] });
        const { sets } = setsOf(text);
        expect(setsOf(printIpset(sets))).toEqual({ sets, findings: [] });
      }),
      { numRuns: 300 },
    );
  });
});

describe("nodes' dumps", () => {
  it('of ipvsadm come back as they were', () => {
    const { virtualServers, findings } = virtualServersOf(ipvsadmDump);
    expect(findings).toEqual([]);
    expect(printIpvsadm(virtualServers)).toBe(ipvsadmDump);
  });

  it('of ipset come back as they were', () => {
    const { sets, findings } = setsOf(ipsetDump);
    expect(findings).toEqual([]);
    expect(printIpset(sets)).toBe(ipsetDump);
  });

  it('of ipset compare without what the kernel made up', () => {
    const [made] = setsOf(
      'create A hash:ip family inet hashsize 4096 maxelem 65536 counters bucketsize 12 initval 0x1\nadd A 2.2.2.2 packets 3 bytes 9\nadd A 1.1.1.1 packets 0 bytes 0\n',
    ).sets.map(comparableSet);
    const [ours] = setsOf(
      'create A hash:ip family inet hashsize 1024 maxelem 65536 counters\nadd A 1.1.1.1\nadd A 2.2.2.2\n',
    ).sets.map(comparableSet);
    expect(made).toEqual(ours);
  });

  it('read with CRLF line ends, comments and blank lines', () => {
    const { virtualServers, findings } = virtualServersOf('# ipvsadm -S -n\r\n\r\n-A -t 10.0.0.1:80 -s rr\r\n');
    expect(findings).toEqual([]);
    expect(virtualServers.map(({ scheduler }) => scheduler)).toEqual(['rr']);
  });

  it("read with long options, in any order, with ipvsadm's defaults", () => {
    expect(
      virtualServersOf(
        '--add-service --persistent --tcp-service 10.0.0.1:80\n--add-server -w 3 --tcp-service 10.0.0.1:80 --real-server 10.1.0.1\n',
      ).virtualServers,
    ).toEqual([
      {
        service: { kind: 'address', protocol: 'tcp', address: '10.0.0.1', port: 80 },
        scheduler: 'wlc',
        persistence: { seconds: 360 },
        realServers: [{ address: '10.1.0.1', port: 0, forwarding: 'gateway', weight: 3 }],
      },
    ]);
  });

  it('are told apart by their content', () => {
    expect([
      looksLikeIpvsadm(ipvsadmDump),
      looksLikeIpvsadm(ipsetDump),
      looksLikeIpset(ipvsadmDump),
      looksLikeIpset(ipsetDump),
    ]).toEqual([true, false, false, true]);
    expect(looksLikeIpvsadm('-A INPUT -s 10.0.0.0/8 -j ACCEPT\n')).toBe(false);
  });
});

describe('findings', () => {
  it('say where and what is no such dump of ipvsadm', () => {
    expect(
      places(
        virtualServersOf(`-A -t web:http -s rr
-a -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 1
-A -t 10.0.0.1:80 -s rr
-A -t 10.0.0.1:80 -s lc
-a -t 10.0.0.1:80 -r 10.1.0.1:99999 -m -w 1
-a -t 10.0.0.1:80 -m -w 1
IP Virtual Server version 1.2.1 (size=4096)
-A -t 10.0.0.1:81 -s
`).findings,
      ),
    ).toEqual([
      '1:7 "web:http" is not an address and port (without -n, ipvsadm prints names: run ipvsadm -S -n)',
      '2:1 the virtual server of this real server has not been added above',
      '4:1 this virtual server has been added before',
      '5:22 "10.1.0.1:99999" is not an address and port (without -n, ipvsadm prints names: run ipvsadm -S -n)',
      '6:26 the line has no -r',
      '7:1 ipvsadm -S -n prints -A and -a lines; "IP" begins neither',
      '8:21 the line ends before a scheduler',
    ]);
  });

  it('say where and what is no such dump of ipset', () => {
    expect(
      places(
        setsOf(`Name: KUBE-CLUSTER-IP
add A 1.1.1.1
create A ip family inet
create A hash:ip
create A hash:ip
add A 1.1.1.1 comment "cut
add A 1.1.1.1 timeout
add A 1.1.1.1\u0000
`).findings,
      ),
    ).toEqual([
      '1:1 ipset save prints create and add lines; "Name:" begins neither',
      '2:5 the set "A" has not been created above',
      '3:10 "ip" is not a type of set',
      '5:8 the set "A" has been created before',
      '6:23 the quote that opens here is not closed: the line was cut',
      '7:22 the line ends before the value of timeout',
      '8:14 there is a control character here, which a dump does not contain',
    ]);
  });

  it('stop after a hundred, so that a wrong file does not flood', () => {
    expect(setsOf('nonsense\n'.repeat(100_000)).findings).toHaveLength(100);
  });
});
