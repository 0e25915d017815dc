/**
 * What IPVS does with a packet, and which packets -m ipvs matches (net/netfilter/xt_ipvs.c); `npm run test:ipvs` tests
 * the same in a kernel.
 */
import { readFileSync } from 'node:fs';
import { parseDump } from '../../src/iptables/dump/parse.js';
import { parseIpset } from '../../src/ipvs/parse-ipset.js';
import { parseIpvsadm } from '../../src/ipvs/parse-ipvsadm.js';
import { describeTrace } from '../../src/trace/describe.js';
import { hostModel } from '../../src/walk/host.js';
import { outcomesOf, type Outcome } from '../../src/trace/outcome.js';
import { Tracer } from '../../src/trace/trace.js';
import { node, packet, type Asked } from './support/tracers.js';

const pods = (address: string): string =>
  `-A ${address} -s rr\n-a ${address} -r 10.244.2.5:8080 -m -w 1\n-a ${address} -r 10.244.3.6:8080 -m -w 1\n`;
const outside: Asked = { from: '203.0.113.1', inInterface: 'eth0' };

interface Node {
  readonly save: string;
  readonly ipvsadm: string;
  readonly ipset?: string;
  readonly boundAddresses?: readonly string[];
}

function trace({ save, ipvsadm, ipset = '', boundAddresses = ['10.96.0.50'] }: Node, asked: Asked): Outcome[] {
  const host = hostModel(node, { boundAddresses });
  const ruleSet = parseDump({ name: 'save', text: save }, { family: 'ipv4' }).dumps[0]?.ruleSet;
  if (ruleSet === undefined) throw new Error('no dump');
  const { sets } = parseIpset({ name: 'ipset', text: ipset });
  const { virtualServers } = parseIpvsadm({ name: 'ipvsadm', text: ipvsadm });
  return outcomesOf(new Tracer({ ruleSet, host, sets, virtualServers }).walk(packet(asked, host)));
}

function describeTraceOf(ipvsadm: string, asked: Asked): string {
  const host = hostModel(node, { boundAddresses: ['10.96.0.50'] });
  const { virtualServers } = parseIpvsadm({ name: 'ipvsadm', text: ipvsadm });
  const question = packet(asked, host);
  const ends = new Tracer({ ruleSet: { family: 'ipv4', tables: [] }, host, virtualServers }).walk(question);
  return describeTrace({ packet: question, ends, assumed: [], servicePort: undefined, colour: false });
}

const filter = (rules: string): string =>
  `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules}\nCOMMIT\n`;
/** Verdicts for a packet to 10.96.0.50:80, a virtual server with two Pods. */
const verdicts = (rules: string, asked: Asked = {}, more = ''): string[] =>
  trace({ save: filter(rules) + more, ipvsadm: pods('-t 10.96.0.50:80') }, asked).map(({ verdict }) => verdict);
const virtualService = '-m ipvs --vproto 6 --vaddr 10.96.0.50 --vport 80';

describe('-m ipvs', () => {
  it.each([
    ['the node itself', {}],
    ['a client outside', outside],
  ])('knows the virtual server of what %s sends, once it is sent on', (_, asked) => {
    expect(verdicts(`-A OUTPUT ${virtualService} -j DROP`, asked)).toEqual(['DROP', 'DROP']);
  });

  it('knows nothing in INPUT, where IPVS is only asked after the rules', () => {
    expect(verdicts(`-A INPUT ${virtualService} -j DROP\n-A INPUT -m ipvs --ipvs -j DROP`, outside)).toEqual([
      'ACCEPT',
      'ACCEPT',
    ]);
  });

  it("compares the virtual server's address, port and protocol", () => {
    const others = [
      '--vproto 17 --vaddr 10.96.0.50 --vport 80',
      '--vproto 6 --vaddr 10.96.0.51 --vport 80',
      '--vproto 6 --vaddr 10.96.0.50 --vport 81',
    ];
    expect(verdicts(others.map((words) => `-A OUTPUT -m ipvs ${words} -j DROP`).join('\n'))).toEqual([
      'ACCEPT',
      'ACCEPT',
    ]);
  });

  it('finds the first packet on its original way', () => {
    expect(verdicts('-A OUTPUT -m ipvs --vdir ORIGINAL -j DROP')).toEqual(['DROP', 'DROP']);
    expect(
      verdicts('-A OUTPUT -m ipvs --vdir REPLY -j DROP\n-A OUTPUT -m ipvs --vaddr 10.96.0.50 --vdir REPLY -j DROP'),
    ).toEqual(['ACCEPT', 'ACCEPT']);
  });

  it('takes a network for the address, and turned options', () => {
    expect(verdicts('-A OUTPUT -d 10.244.2.5/32 -m ipvs --vaddr 10.96.0.0/16 ! --vport 81 -j DROP')).toEqual([
      'DROP',
      'ACCEPT',
    ]);
    expect(verdicts('-A OUTPUT -m ipvs ! --vaddr 10.96.0.0/16 -j DROP')).toEqual(['ACCEPT', 'ACCEPT']);
  });

  it('is met by no packet that no virtual server took up, but for ! --ipvs', () => {
    const asked = { ...outside, to: '192.168.0.2', port: 22 };
    expect(
      verdicts('-A INPUT -m ipvs ! --vport 81 -j DROP\n-A INPUT -m ipvs ! --vdir ORIGINAL -j DROP', asked),
    ).toEqual(['REJECT']);
    expect(verdicts('-A INPUT -m ipvs ! --ipvs -j DROP', asked)).toEqual(['DROP']);
  });

  it('finds no connection once the source was rewritten, where --ipvs still says that there is one', () => {
    const masquerade = '*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -j SNAT --to-source 192.168.0.9\nCOMMIT\n';
    const here = (rule: string): string[] =>
      trace(
        {
          save: filter(rule) + masquerade,
          ipvsadm: '-A -t 10.96.0.50:80 -s rr\n-a -t 10.96.0.50:80 -r 192.168.0.2:8080 -m -w 1\n',
        },
        {},
      ).map(({ verdict }) => verdict);
    expect(here(`-A INPUT ${virtualService} -j DROP`)).toEqual(['ACCEPT']);
    expect(here('-A INPUT -m ipvs --ipvs -j DROP')).toEqual(['DROP']);
  });

  it('may hold or not where an option is not understood', () => {
    expect(verdicts('-A OUTPUT -m ipvs --vmethod MASQ --vportctl 21 -j DROP')).toEqual([
      'DROP',
      'ACCEPT',
      'DROP',
      'ACCEPT',
    ]);
  });
});

describe('loopback addresses', () => {
  const served = (real: string, asked: Asked) =>
    trace(
      { save: filter(''), ipvsadm: `-A -t 10.96.0.50:80 -s rr\n-a -t 10.96.0.50:80 -r ${real} -m -w 1\n` },
      asked,
    ).map(({ verdict, destination }) => `${verdict} ${destination}`);

  it('do not get to a real server on another host, as those of the node do', () => {
    expect(served('10.244.2.5:8080', { from: '127.0.0.1' })).toEqual(['DROP 10.244.2.5:8080']);
    expect(served('192.168.0.2:8080', { from: '127.0.0.1' })).toEqual(['ACCEPT 192.168.0.2:8080']);
    expect(served('10.244.2.5:8080', { from: '192.168.0.2' })).toEqual(['ACCEPT 10.244.2.5:8080']);
  });

  it('are real servers for the node alone', () => {
    expect(served('127.0.0.1:8080', outside)).toEqual(['DROP 127.0.0.1:8080']);
    expect(served('127.0.0.1:8080', {})).toEqual(['ACCEPT 127.0.0.1:8080']);
  });

  it('are told of where they are dropped', () => {
    const ways = describeTraceOf(`-A -t 10.96.0.50:80 -s rr\n-a -t 10.96.0.50:80 -r 10.244.2.5:8080 -m -w 1\n`, {
      from: '127.0.0.1',
    });
    expect(ways).toContain('IPVS sends nothing from 127.0.0.1 to a real server on another host');
  });
});

it('the node is kept from a load balancer that does not admit it, by KUBE-IPVS-OUT-FILTER', () => {
  const read = (format: string): string => readFileSync(`golden/lb-ranges-node-not-in/ipvs.ipv4.${format}`, 'utf8');
  const outcomes = trace(
    {
      save: read('save'),
      ipvsadm: read('ipvsadm'),
      ipset: read('ipset'),
      boundAddresses: read('addresses').trim().split('\n'),
    },
    { to: '203.0.113.7' },
  );
  expect(outcomes.map(({ verdict, hook, steps }) => [verdict, hook, steps.at(-1)?.chain])).toEqual([
    ['DROP', 'OUTPUT', 'KUBE-IPVS-OUT-FILTER'],
    ['DROP', 'OUTPUT', 'KUBE-IPVS-OUT-FILTER'],
  ]);
});

describe('a ping', () => {
  const ping: Asked = { ...outside, protocol: 'icmp', port: 0 };
  const rule = '-A INPUT -m set --match-set PINGED dst,dst -j DROP';
  const pinged = (element: string): string[] =>
    trace(
      {
        save: filter(rule),
        ipvsadm: '',
        ipset: `create PINGED hash:ip,port family inet hashsize 1024 maxelem 65536\nadd PINGED ${element}\n`,
      },
      ping,
    ).map(({ verdict }) => verdict);

  it('of a cluster IP is refused, as sets of TCP and UDP ports do not hold it', () => {
    const read = (format: string): string => readFileSync(`golden/nodeport/ipvs.ipv4.${format}`, 'utf8');
    const outcomes = trace({ save: read('save'), ipvsadm: read('ipvsadm'), ipset: read('ipset') }, ping);
    expect(outcomes.map(({ verdict, steps }) => [verdict, steps.at(-1)?.chain])).toEqual([
      ['REJECT', 'KUBE-IPVS-FILTER'],
    ]);
  });

  it('is in a set by its type and code', () => {
    expect(
      ['10.96.0.50,tcp:80', '10.96.0.50,icmp:echo-reply', '10.96.0.50,icmp:echo-request', '10.96.0.50,icmp:8/0'].map(
        pinged,
      ),
    ).toEqual([['ACCEPT'], ['ACCEPT'], ['DROP'], ['DROP']]);
  });
});
