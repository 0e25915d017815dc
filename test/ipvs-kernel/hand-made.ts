/** Virtual servers that kube-proxy never creates, and rules that test for them: one address for each case. */
import type { Probe } from '../trace/support/probes.js';

interface Tried {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly server?: string;
  readonly reals: readonly string[];
  readonly mangle?: string;
  readonly filter?: readonly string[];
}

const pods = ['-r 10.244.2.5:8080 -m -w 1', '-r 10.244.3.6:8080 -m -w 1'];
const plain = (address: string): Pick<Tried, 'protocol' | 'port' | 'server' | 'reals'> => ({
  protocol: 'tcp',
  port: 80,
  server: `-t ${address}:80 -s rr`,
  reals: pods,
});

/** By the address of the case. */
const tried: Readonly<Record<string, Tried>> = {
  '10.97.0.1': {
    protocol: 'tcp',
    port: 80,
    server: '-t 10.97.0.1:80 -s wrr',
    reals: ['-r 10.244.2.5:8080 -m -w 3', '-r 10.244.3.6:8080 -m -w 1', '-r 10.244.3.7:8080 -m -w 0'],
  },
  '10.97.0.2': {
    protocol: 'tcp',
    port: 80,
    server: '-f 7 -s rr',
    reals: ['-r 10.244.2.5:0 -m -w 1', '-r 10.244.3.6:0 -m -w 1'],
    mangle: '-d 10.97.0.2/32 -p tcp -j MARK --set-xmark 0x7/0xffffffff',
  },
  '10.97.0.3': {
    protocol: 'tcp',
    port: 4711,
    server: '-t 10.97.0.3:0 -s rr -p 60',
    reals: ['-r 10.244.2.5:0 -m -w 1', '-r 10.244.3.6:0 -m -w 1'],
  },
  '10.97.0.4': {
    protocol: 'udp',
    port: 53,
    server: '-u 10.97.0.4:53 -s fo',
    reals: ['-r 10.244.2.5:53 -m -w 1', '-r 10.244.3.6:53 -m -w 2'],
  },
  '10.97.0.5': { protocol: 'tcp', port: 80, server: '-t 10.97.0.5:80 -s rr', reals: ['-r 10.244.2.5:8080 -m -w 0'] },
  // The node itself is a real server, and packets that IPVS has accepted may not arrive by lo.
  '10.97.0.6': {
    protocol: 'tcp',
    port: 80,
    server: '-t 10.97.0.6:80 -s rr',
    reals: ['-r 192.168.0.2:8081 -m -w 1', ...pods.slice(1)],
    filter: ['-A INPUT -d 192.168.0.2/32 -i lo -p tcp -m tcp --dport 8081 -m ipvs --ipvs -j DROP'],
  },
  '10.97.0.7': { ...plain('10.97.0.7'), filter: ['-A OUTPUT -m ipvs --vproto 6 --vaddr 10.97.0.7 --vport 80 -j DROP'] },
  '10.97.0.8': {
    ...plain('10.97.0.8'),
    filter: ['-A INPUT -m ipvs --vaddr 10.97.0.8 -j DROP', '-A OUTPUT -m ipvs --vaddr 10.97.0.8 --vdir REPLY -j DROP'],
  },
  '10.97.0.9': {
    ...plain('10.97.0.9'),
    filter: [
      '-A OUTPUT -d 10.244.2.5/32 -m ipvs --vaddr 10.97.0.9 --vdir ORIGINAL -j REJECT --reject-with icmp-port-unreachable',
    ],
  },
  '10.97.0.10': { ...plain('10.97.0.10'), filter: ['-A OUTPUT -m ipvs ! --vport 81 --vaddr 10.97.0.10 -j DROP'] },
  '10.97.0.11': {
    ...plain('10.97.0.11'),
    reals: pods.slice(1),
    filter: ['-A OUTPUT -m ipvs ! --vaddr 10.97.0.0/24 -j DROP', '-A OUTPUT -s 10.97.0.11/32 -m ipvs ! --ipvs -j DROP'],
  },
  // The source of the node's own packet is rewritten when it arrives by lo, so its connection is no longer found.
  '10.97.0.12': {
    ...plain('10.97.0.12'),
    reals: ['-r 192.168.0.2:8080 -m -w 1'],
    filter: ['-A INPUT -d 192.168.0.2/32 -i lo -m ipvs --vaddr 10.97.0.12 -j DROP'],
  },
  '10.97.0.13': {
    protocol: 'tcp',
    port: 80,
    reals: [],
    filter: ['-A INPUT -d 10.97.0.13/32 -m ipvs ! --vport 81 -j DROP'],
  },
  '10.97.0.14': {
    protocol: 'tcp',
    port: 80,
    reals: [],
    filter: ['-A INPUT -d 10.97.0.14/32 -m ipvs ! --ipvs -j DROP'],
  },
  '10.97.0.15': { ...plain('10.97.0.15'), reals: ['-r 127.0.0.1:8080 -m -w 1', ...pods.slice(1)] },
};

const rules = Object.values(tried);
const base = (names: readonly string[]): string => names.map((name) => `:${name} ACCEPT [0:0]\n`).join('');
const mangle = rules
  .flatMap((one) => (one.mangle === undefined ? [] : [`-A PREROUTING ${one.mangle}\n-A OUTPUT ${one.mangle}\n`]))
  .join('');
const filter = rules
  .flatMap((one) => one.filter ?? [])
  .map((rule) => `${rule}\n`)
  .join('');

/** FORWARD drops everything: packets of virtual servers do not traverse it. */
export const handMade = {
  ipset: '',
  addresses: Object.keys(tried)
    .map((address) => `${address}\n`)
    .join(''),
  ipvsadm: rules
    .map(({ server, reals }) =>
      server === undefined
        ? ''
        : `-A ${server}\n${reals.map((real) => `-a ${server.split(' ').slice(0, 2).join(' ')} ${real}\n`).join('')}`,
    )
    .join(''),
  save:
    `*mangle\n${base(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'])}${mangle}COMMIT\n` +
    `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n${filter}COMMIT\n` +
    `*nat\n${base(['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'])}-A POSTROUTING -s 10.97.0.0/24 -j MASQUERADE\nCOMMIT\n`,
};

/** The node, a client outside and a Pod to each address, twice; and directly to a real server. */
const probes: readonly Probe[] = [...Object.entries(tried), ['10.244.2.5', plain('10.244.2.5')] as const].flatMap(
  ([to, { protocol, port }]) => [
    { inInterface: '', source: undefined, protocol, to, port },
    { inInterface: 'eth0', source: '203.0.113.77', protocol, to, port },
    { inInterface: 'cni0', source: '10.244.1.250', protocol, to, port },
  ],
);
export const handMadeProbes: readonly Probe[] = [...probes, ...probes];
