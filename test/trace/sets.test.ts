/**
 * Sets with the kernel's lookups: ip_set_getport.c, and the counters of Linux 6.18 for an echo request and an SCTP INIT
 * to 127.0.0.1.
 */
import { readFileSync } from 'node:fs';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { parseIpset } from '../../src/ipvs/parse-ipset.js';
import { parseIpvsadm } from '../../src/ipvs/parse-ipvsadm.js';
import { hostModel } from '../../src/walk/host.js';
import { outcomesOf, type Outcome } from '../../src/trace/outcome.js';
import { Tracer } from '../../src/trace/trace.js';
import { hostFactsIn, node, packet, type Asked } from './support/tracers.js';

/** Whether a packet to 10.96.0.50 is in the given set. */
function isIn(set: string, directions: string, asked: Asked): boolean {
  const family = asked.to?.includes(':') === true ? 'ipv6' : 'ipv4';
  const rules = `*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -m set --match-set S ${directions} -j DROP\nCOMMIT\n`;
  const ruleSet = parseDump({ name: 'dump', text: rules }, { family }).dumps[0]?.ruleSet ?? { family, tables: [] };
  const host = hostModel(node);
  const { sets } = parseIpset({ name: 'sets', text: set });
  const outcomes = outcomesOf(new Tracer({ ruleSet, host, sets }).walk(packet(asked, host)));
  expect(outcomes).toHaveLength(1);
  return outcomes[0]?.verdict === 'DROP';
}

const addressAndPort = (element: string, family = 'inet'): string =>
  `create S hash:ip,port family ${family}\nadd S ${element}\n`;
const ping: Asked = { protocol: 'icmp', port: 0 };

describe('sets with ports', () => {
  it.each([
    ['10.96.0.50,tcp:80', false],
    ['10.96.0.50,tcp:2048', false],
    ['10.96.0.50,icmp:echo-request', true],
    ['10.96.0.50,icmp:8/1', false],
  ])('a ping is in hash:ip,port with %s: %s', (element, isThere) => {
    expect(isIn(addressAndPort(element), 'dst,dst', ping)).toBe(isThere);
    expect(isIn(addressAndPort(element), 'dst,src', ping)).toBe(isThere);
  });

  it('a ping of IPv6 has type 128', () => {
    expect(
      isIn(addressAndPort('fd00::50,ipv6-icmp:echo-request', 'inet6'), 'dst,dst', { ...ping, to: 'fd00::50' }),
    ).toBe(true);
    expect(isIn(addressAndPort('fd00::50,icmpv6:129/0', 'inet6'), 'dst,dst', { ...ping, to: 'fd00::50' })).toBe(false);
  });

  it('bitmap:port knows ports of TCP and UDP alone', () => {
    const bitmap = 'create S bitmap:port range 0-65535\nadd S 80\nadd S 2048\nadd S 0\n';
    expect(isIn(bitmap, 'dst', { port: 80 })).toBe(true);
    expect(isIn(bitmap, 'dst', { protocol: 'udp', port: 80 })).toBe(true);
    expect(isIn(bitmap, 'dst', { protocol: 'sctp', port: 80 })).toBe(false);
    expect(isIn(bitmap, 'dst', ping)).toBe(false);
  });
});

/**
 * KUBE-IPVS-FILTER accepts by address and port; a ping has no port (kubernetes/website#41002 shows the result in 1.27).
 */
it('a ping of a cluster IP is refused in IPVS mode', () => {
  const directory = 'golden/nodeport';
  const read = (format: string): { name: string; text: string } => ({
    name: format,
    text: readFileSync(`${directory}/ipvs.ipv4.${format}`, 'utf8'),
  });
  const ruleSet = parseDump(read('save'), { family: 'ipv4' }).dumps[0]?.ruleSet ?? { family: 'ipv4', tables: [] };
  const host = hostModel(hostFactsIn(directory), { boundAddresses: ['10.96.0.50'] });
  const { sets } = parseIpset(read('ipset'));
  const { virtualServers } = parseIpvsadm(read('ipvsadm'));
  const outcomes: Outcome[] = outcomesOf(
    new Tracer({ ruleSet, host, sets, virtualServers }).walk(
      packet({ ...ping, from: '10.244.1.7', inInterface: 'cni0' }, host),
    ),
  );
  expect(outcomes.map(({ verdict, steps }) => [verdict, steps.at(-1)?.chain])).toEqual([
    ['REJECT', 'KUBE-IPVS-FILTER'],
  ]);
});
