/** Packets for testing a node: every kind of client to every address of a Service. */
import type { Family } from '../../../src/net/address.js';
import type { ProxyState } from '../../../src/proxy/state.js';
import { isLoopbackAddress } from '../../../src/walk/address.js';
import { address } from './tracers.js';

/** Clients: elsewhere, a Pod of another node, a Pod of this node. */
const clients: Record<Family, readonly [string, string, string]> = {
  ipv4: ['203.0.113.77', '10.244.77.7', '10.244.1.250'],
  ipv6: ['2001:db8:77::77', 'fd00:10:244:77::7', 'fd00:10:244:1::250'],
};

/**
 * A packet for a node with real neighbours: sent by the node itself (`inInterface` is empty), or by the neighbour at
 * that interface.
 */
export interface Probe {
  readonly inInterface: string;
  readonly source: string | undefined;
  readonly protocol: 'tcp' | 'udp';
  readonly to: string;
  readonly port: number;
}

interface Destination {
  readonly protocol: 'tcp' | 'udp';
  readonly to: string;
  readonly port: number;
  readonly isLoopback: boolean;
}

function ownAddresses(state: ProxyState, family: Family): string[] {
  return state.options.host.interfaces
    .flatMap(({ addresses }) => addresses)
    .map((text) => text.split('/')[0] ?? '')
    .filter((text) => address(text).family === family && !text.startsWith('fe80'));
}

/** The destinations of one case: every address of every service port, and ports that no Service has. */
function destinationsOf(state: ProxyState, family: Family): Destination[] {
  const own = ownAddresses(state, family);
  const at = (protocol: 'tcp' | 'udp', to: string, port: number): Destination => ({
    protocol,
    to,
    port,
    isLoopback: isLoopbackAddress(address(to)),
  });
  const found = state.servicePorts
    .filter(({ protocol }) => protocol !== 'sctp')
    .flatMap((one) => {
      const protocol = one.protocol as 'tcp' | 'udp';
      return [
        at(protocol, one.clusterIP, one.port),
        at(protocol, one.clusterIP, 7),
        ...[...one.externalIPs, ...one.loadBalancerVIPs].map((to) => at(protocol, to, one.port)),
        ...(one.nodePort === 0 ? [] : own.map((to) => at(protocol, to, one.nodePort))),
        ...(one.healthCheckNodePort === 0
          ? []
          : own.slice(0, 1).map((to) => at(protocol, to, one.healthCheckNodePort))),
      ];
    });
  return [...found, ...own.slice(-1).map((to) => at('tcp', to, 7))];
}

/** Every kind of client to every destination of the proxy's state. */
export function probesOf(state: ProxyState, family: Family): Probe[] {
  const [outside, remote, pod] = clients[family];
  const detector = state.localDetector;
  const podInterface =
    detector?.kind === 'inInterface'
      ? ({ 'cali+': 'cali0', 'veth+': 'veth0' }[detector.name] ?? detector.name)
      : 'cni0';
  const endpoint = state.servicePorts
    .flatMap((one) => state.stateOf(one).all)
    .find((one) => one.isLocal && !ownAddresses(state, family).includes(one.address))?.address;
  const inRange =
    state.servicePorts.flatMap(({ loadBalancerSourceRanges }) => loadBalancerSourceRanges).length > 0 &&
    family === 'ipv4'
      ? ['192.0.2.9']
      : [];
  const from = (to: Destination): Pick<Probe, 'inInterface' | 'source'>[] =>
    to.isLoopback
      ? [{ inInterface: '', source: undefined }]
      : [
          { inInterface: '', source: undefined },
          { inInterface: 'eth0', source: outside },
          { inInterface: 'eth0', source: remote },
          { inInterface: podInterface, source: pod },
          ...inRange.map((source) => ({ inInterface: 'eth0', source })),
          ...(endpoint === undefined ? [] : [{ inInterface: podInterface, source: endpoint }]),
        ];
  return destinationsOf(state, family).flatMap((to) =>
    from(to).map((origin) => ({ ...origin, protocol: to.protocol, to: to.to, port: to.port })),
  );
}

/** A packet that a neighbour sends to an address that it uses itself as a client never reaches the node. */
export function withoutSenders(probes: readonly Probe[]): Probe[] {
  const clients = new Set(probes.map(({ source }) => source));
  return probes.filter(({ to }) => !clients.has(to));
}
