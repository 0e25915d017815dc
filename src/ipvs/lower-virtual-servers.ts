import { normaliseAddress } from '../net/address.js';
import type { Endpoint } from '../proxy/endpoints.js';
import type { ServicePortState } from '../proxy/state.js';
import { hostPort } from './host-port.js';
import type { RealServer, VirtualServer } from './types.js';

/**
 * Collects virtual servers. Where one address, port and protocol is claimed twice, the claim synced last rewrites it:
 * its persistence and its endpoints count.
 */
export class VirtualServerBuilder {
  private readonly byAddress = new Map<string, VirtualServer>();

  constructor(
    private readonly scheduler: string,
    private readonly hashesPorts: boolean,
  ) {}

  add(choice: ServicePortState, address: string, port: number, onlyLocal: boolean): void {
    const { protocol, name, affinitySeconds } = choice.servicePort;
    const key = `${protocol} ${address} ${port}`;
    const before = this.byAddress.get(key);
    this.byAddress.set(key, {
      service: { kind: 'address', protocol, address, port },
      scheduler: this.scheduler,
      ...(affinitySeconds === undefined ? {} : { persistence: { seconds: affinitySeconds } }),
      ...(this.scheduler === 'mh' && this.hashesPorts ? { schedulerFlags: ['mh-port'] } : {}),
      realServers:
        before === undefined
          ? distinct(chosen(choice, onlyLocal))
          : syncRealServers(before.realServers, chosen(choice, onlyLocal)),
      servicePorts: before === undefined ? [name] : [...new Set([...(before.servicePorts ?? []), name])],
    });
  }

  finish(): VirtualServer[] {
    return [...this.byAddress.values()];
  }
}

/**
 * A Local policy without local endpoints uses those of the Cluster policy: clients on the node itself shall reach the
 * Service, while answers to clients outside come from the wrong address and are lost (pkg/proxy/ipvs/proxier.go,
 * syncEndpoint).
 */
function chosen(choice: ServicePortState, onlyLocal: boolean): readonly Endpoint[] {
  return onlyLocal && choice.local.length > 0 ? choice.local : choice.cluster;
}

/** Most endpoints are written in canonical form, and then no two of them are one. */
function distinct(endpoints: readonly Endpoint[]): readonly RealServer[] {
  const servers: RealServer[] = [];
  for (const { address, port } of endpoints) {
    if (normaliseAddress(address) !== address) return [...addMissing(new Map(), endpoints).values()];
    servers.push(realServer(address, port));
  }
  return servers;
}

/**
 * The real servers of a virtual server after a sync that found those of `before`. What is there is compared by text
 * with endpoints as they were written: one written in no canonical form (1.31 and older) is taken for a stranger and
 * removed when a second claim of the same address is synced, and is back after a third.
 */
function syncRealServers(before: readonly RealServer[], endpoints: readonly Endpoint[]): readonly RealServer[] {
  const known = new Map(before.map((server) => [hostPort(server.address, server.port), server]));
  if (known.size === 0) return distinct(endpoints);
  const wanted = new Set(endpoints.map((endpoint) => endpoint.hostPort));
  const servers = addMissing(new Map(known), endpoints);
  for (const key of known.keys()) if (!wanted.has(key)) servers.delete(key);
  return [...servers.values()];
}

function addMissing(servers: Map<string, RealServer>, endpoints: readonly Endpoint[]): Map<string, RealServer> {
  for (const { address: written, port } of endpoints) {
    const address = normaliseAddress(written);
    const key = hostPort(address ?? '', port);
    if (address !== undefined && !servers.has(key)) servers.set(key, realServer(address, port));
  }
  return servers;
}

function realServer(address: string, port: number): RealServer {
  return { address, port, forwarding: 'masquerade', weight: 1 };
}
