import { normaliseAddress } from '../net/address.js';
import type { Endpoint } from '../proxy/endpoints.js';
import type { ServicePortState } from '../proxy/state.js';
import { hostPort } from './host-port.js';
import type { RealServer, VirtualServer } from './types.js';

/**
 * Collects virtual servers. Where one address, port and protocol is claimed twice, the claim synced last rewrites it: its persistence
 * and its endpoints count.
 */
export class VirtualServerBuilder {
  private readonly byAddress = new Map<string, Claimed>();

  constructor(private readonly scheduler: string) {}

  add(choice: ServicePortState, address: string, port: number, onlyLocal: boolean): void {
    const { protocol, name, affinitySeconds } = choice.servicePort;
    const key = `${protocol} ${address} ${port}`;
    const before = this.byAddress.get(key);
    this.byAddress.set(key, {
      service: { kind: 'address', protocol, address, port },
      scheduler: this.scheduler,
      ...(affinitySeconds === undefined ? {} : { persistence: { seconds: affinitySeconds } }),
      ...(this.scheduler === 'mh' ? { schedulerFlags: ['mh-port'] } : {}),
      realServers: syncRealServers(before?.realServers ?? new Map(), chosen(choice, onlyLocal)),
      servicePorts: new Set(before?.servicePorts).add(name),
    });
  }

  finish(): VirtualServer[] {
    return [...this.byAddress.values()].map(
      (claimed) => ({ ...claimed, realServers: [...claimed.realServers.values()], servicePorts: [...claimed.servicePorts] }));
  }
}

type RealServers = ReadonlyMap<string, RealServer>;

interface Claimed extends Omit<VirtualServer, 'realServers' | 'servicePorts'> {
  readonly realServers: RealServers;
  readonly servicePorts: ReadonlySet<string>;
}

/**
 * A Local policy without local endpoints uses those of the Cluster policy: clients on the node itself shall reach the Service, while
 * answers to clients outside come from the wrong address and are lost (pkg/proxy/ipvs/proxier.go, syncEndpoint).
 */
function chosen(choice: ServicePortState, onlyLocal: boolean): readonly Endpoint[] {
  return onlyLocal && choice.local.length > 0 ? choice.local : choice.cluster;
}

/**
 * The real servers of a virtual server after a sync that found those of `before`. What is there is compared by text with endpoints as
 * they were written: one written in no canonical form (1.31 and older) is taken for a stranger and removed when a second claim
 * of the same address is synced, and is back after a third.
 */
function syncRealServers(before: RealServers, endpoints: readonly Endpoint[]): RealServers {
  if (before.size === 0) return addMissing(new Map(), endpoints);
  const wanted = new Set(endpoints.map((endpoint) => endpoint.hostPort));
  const servers = addMissing(new Map(before), endpoints);
  for (const key of before.keys()) if (!wanted.has(key)) servers.delete(key);
  return servers;
}

function addMissing(servers: Map<string, RealServer>, endpoints: readonly Endpoint[]): Map<string, RealServer> {
  for (const { address: written, port } of endpoints) {
    const address = normaliseAddress(written);
    const key = hostPort(address ?? '', port);
    if (address !== undefined && !servers.has(key)) servers.set(key, { address, port, forwarding: 'masquerade', weight: 1 });
  }
  return servers;
}
