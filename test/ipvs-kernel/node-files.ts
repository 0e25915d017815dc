/** A node of the guest, created by guest/trace.sh: its interfaces, and a neighbour at the other end of each cable. */
import { families } from '../../src/net/address.js';
import type { HostFacts } from '../../src/proxy/host.js';
import { hostModel } from '../../src/walk/host.js';
import type { Probe } from '../trace/support/probes.js';
import { address } from '../trace/support/tracers.js';

/** The last packet, after which all others have arrived: nothing answers it and no rule matches it. */
export const lastProbe: Probe = {
  inInterface: 'eth0',
  source: '198.18.0.1',
  protocol: 'udp',
  to: '198.18.0.2',
  port: 9,
};

type Origin = Pick<Probe, 'inInterface' | 'source'>;

const batch = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
const isV6 = (text: string): boolean => text.includes(':');
const adding = (text: string, name: string): string => `address add ${text} dev ${name}${isV6(text) ? ' nodad' : ''}`;

/** The files for a node with these interfaces, and for neighbours with the probes' sources. */
export function nodeFiles({ interfaces, ...facts }: HostFacts, probes: readonly Origin[]): Map<string, string> {
  const asked = [lastProbe, ...probes].map(({ inInterface }) => inInterface);
  const names = [...new Set([...asked, ...interfaces.map(({ name }) => name)])].filter(
    (name) => name !== '' && name !== 'lo',
  );
  return new Map([
    ['interfaces', names.join('\n')],
    [
      'node.batch',
      batch(['link set lo up', 'link add kube-ipvs0 type dummy', ...names.flatMap(cable), ...interfaces.flatMap(held)]),
    ],
    ['routes.batch', defaultRoutes({ interfaces, ...facts })],
    ...names.map((name): [string, string] => [`${name}.batch`, neighbour(name, probes)]),
  ]);
}

/** There is no ARP here: both ends of a cable have the same hardware address, so that frames arrive nevertheless. */
function cable(name: string, index: number): string[] {
  const hardware = `02:00:00:00:00:${(index + 1).toString(16).padStart(2, '0')}`;
  return [
    `link add ${name} address ${hardware} type veth peer name peer-${name} address ${hardware}`,
    `link set ${name} arp off up`,
    `link set peer-${name} arp off`,
  ];
}

/** The kernel itself assigns lo's addresses. */
function held({ name, addresses }: HostFacts['interfaces'][number]): string[] {
  return addresses.filter((text) => !/^(?:127\.|::1\/)/.test(text)).map((text) => adding(text, name));
}

/** By the interface with the node's address, which tracing assumes for other destinations. */
function defaultRoutes(facts: HostFacts): string {
  return batch(
    families.map((family) => {
      const { name } = hostModel(facts).exitTo(address(family === 'ipv4' ? '198.51.100.1' : '2001:db8::1'));
      return `route add ${family === 'ipv4' ? 'default' : '::/0'} dev ${name}`;
    }),
  );
}

function neighbour(name: string, probes: readonly Origin[]): string {
  const sources = new Set(
    [lastProbe, ...probes].flatMap(({ inInterface, source }) =>
      inInterface === name && source !== undefined ? [source] : [],
    ),
  );
  return batch([
    'link set lo up',
    `link set peer-${name} up`,
    `route add default dev peer-${name}`,
    `route add ::/0 dev peer-${name}`,
    ...[...sources].map((source) => adding(`${source}/${isV6(source) ? '128' : '32'}`, `peer-${name}`)),
  ]);
}
