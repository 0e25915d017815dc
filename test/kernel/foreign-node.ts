/** The node for rules of other programs, and the packets that are sent to it. */
import type { HostFacts } from '../../src/proxy/host.js';
import type { Probe } from '../trace/support/probes.js';
import { node as usualFacts } from '../trace/support/tracers.js';

/** As of Calico: the interfaces of Pods have no address. */
export const facts: HostFacts = {
  ...usualFacts,
  interfaces: [...usualFacts.interfaces, { name: 'cali0', addresses: [] }],
};

/** From outside, from Pods and from the node itself, to a Pod and to the node. */
export const probes: readonly Probe[] = ['eth0', 'cni0', 'cali0', ''].flatMap((inInterface) =>
  (['tcp', 'udp'] as const).flatMap((protocol) =>
    ['10.244.2.5', '192.168.0.2'].map((to) => ({
      inInterface,
      source: inInterface === '' ? undefined : '198.51.100.9',
      protocol,
      to,
      port: 8080,
    })),
  ),
);
