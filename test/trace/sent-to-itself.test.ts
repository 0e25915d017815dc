/** What rules send to the node itself is answered as what comes there by itself: by what listens. */
import { parseListening } from '../../src/proxy/host-sockets.js';
import type { HostOptions } from '../../src/walk/host.js';
import { node, traceText, type Asked } from './support/tracers.js';

const nat = (rules: string, chains = ''): string =>
  `*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n${chains}${rules}\nCOMMIT\n`;

const fromOutside: Asked = { from: '192.168.0.77', inInterface: 'eth0', to: '192.168.0.2', port: 80 };

/** The one outcome: its verdict, where it goes, and what it rests on. */
function fateOf(rules: string, options: HostOptions = {}, chains = '', asked: Asked = fromOutside): unknown {
  const outcomes = traceText(nat(rules, chains), asked, node, options);
  return outcomes.map(({ verdict, destination, assumptions }) => [verdict, destination, ...assumptions]);
}

const closed = (port: string): string =>
  `no process of the node listens on ${port} (--listening ${port} says that one does)`;
const socketsOf = (port: number): HostOptions => ({
  sockets: parseListening(`tcp LISTEN 0 128 0.0.0.0:${port} 0.0.0.0:*`).sockets,
});

// Linux 6 answers a SYN with a reset after each of these rules, as nothing listens.
const redirect = '-A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 15001';
const translate = '-A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination 192.168.0.2:15001';
const portmap =
  '-A PREROUTING -j CNI-HOSTPORT-DNAT\n-A CNI-HOSTPORT-DNAT -p tcp -m multiport --dports 80 -j CNI-DN-a\n' +
  '-A CNI-DN-a -p tcp -m tcp --dport 80 -j DNAT --to-destination 192.168.0.2:15001';
const portmapChains = ':CNI-HOSTPORT-DNAT - [0:0]\n:CNI-DN-a - [0:0]\n';

describe.each([
  ['REDIRECT', redirect, ''],
  ['DNAT', translate, ''],
  ['a host port of portmap', portmap, portmapChains],
])('%s to a port of the node itself', (_name, rules, chains) => {
  it('is refused where nothing is said to listen, and says what that rests on', () => {
    expect(fateOf(rules, {}, chains)).toEqual([['REJECT', '192.168.0.2:15001', closed('tcp/15001')]]);
    expect(fateOf(rules, { listening: ['tcp/80'] }, chains)).toEqual([
      ['REJECT', '192.168.0.2:15001', closed('tcp/15001')],
    ]);
    expect(fateOf(rules, socketsOf(80), chains)).toEqual([['REJECT', '192.168.0.2:15001']]);
  });

  it('is delivered where a process is said to listen', () => {
    expect(fateOf(rules, { listening: ['tcp/15001'] }, chains)).toEqual([['ACCEPT', '192.168.0.2:15001']]);
    expect(fateOf(rules, socketsOf(15001), chains)).toEqual([['ACCEPT', '192.168.0.2:15001']]);
  });
});

it('a ping that is sent to the node itself is answered by its kernel', () => {
  const rules = '-A PREROUTING -d 192.168.0.99/32 -j DNAT --to-destination 192.168.0.2';
  const asked: Asked = { ...fromOutside, to: '192.168.0.99', protocol: 'icmp' };
  expect(fateOf(rules, {}, '', asked)).toEqual([['ACCEPT', '192.168.0.2']]);
});

describe('an endpoint of a Service on the node itself', () => {
  const name = 'KUBE-SEP-AAAAAAAAAAAAAAAA';
  const rules =
    `-A PREROUTING -d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j ${name}\n` +
    `-A ${name} -p tcp -m tcp -j DNAT --to-destination 192.168.0.2:6443`;
  const asked: Asked = { ...fromOutside, to: '10.96.0.1', port: 443 };

  it('is taken to be listened on, as kube-proxy knows it to be ready', () => {
    const expected =
      'a process of the node listens on tcp/6443, as kube-proxy expects of an endpoint (--listening takes what ss -ltnu prints)';
    expect(fateOf(rules, {}, `:${name} - [0:0]\n`, asked)).toEqual([['ACCEPT', '192.168.0.2:6443', expected]]);
  });

  it('is refused where the list of all sockets lacks it', () => {
    expect(fateOf(rules, socketsOf(22), `:${name} - [0:0]\n`, asked)).toEqual([['REJECT', '192.168.0.2:6443']]);
  });
});
