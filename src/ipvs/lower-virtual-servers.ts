import { normaliseAddress } from '../net/address.js';
import type { Endpoint } from '../proxy/endpoints.js';
import type { ServicePortState } from '../proxy/state.js';
import type { RealServer, VirtualServer } from './types.js';
import { joinHostPort } from '../net/host-port.js';

/**
 * Collects virtual servers. If two Services claim the same address, port and protocol, the one synced last determines
 * persistence and endpoints.
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
 * With policy Local and no local endpoints, the endpoints of policy Cluster are used. This lets clients on the node
 * reach the Service. Answers to outside clients have the wrong source address and are lost (pkg/proxy/ipvs/proxier.go,
 * syncEndpoint).
 */
function chosen(choice: ServicePortState, onlyLocal: boolean): readonly Endpoint[] {
  return onlyLocal && choice.local.length > 0 ? choice.local : choice.cluster;
}

/** A fast path: if all endpoints are in canonical form, none is a duplicate. */
function distinct(endpoints: readonly Endpoint[]): readonly RealServer[] {
  const servers: RealServer[] = [];
  for (const { address, port } of endpoints) {
    if (normaliseAddress(address) !== address) return [...addMissing(new Map(), endpoints).values()];
    servers.push(realServer(address, port));
  }
  return servers;
}

/**
 * The real servers of a virtual server after a sync that found those of `before`. kube-proxy compares the existing ones
 * with endpoints as text. An endpoint in non-canonical form (1.31 and older) is therefore removed as unknown when a
 * second claim of the same address is synced, and added again by a third.
 */
function syncRealServers(before: readonly RealServer[], endpoints: readonly Endpoint[]): readonly RealServer[] {
  const known = new Map(before.map((server) => [joinHostPort(server.address, server.port), server]));
  if (known.size === 0) return distinct(endpoints);
  const wanted = new Set(endpoints.map((endpoint) => endpoint.hostPort));
  const servers = addMissing(new Map(known), endpoints);
  for (const key of known.keys()) if (!wanted.has(key)) servers.delete(key);
  return [...servers.values()];
}

function addMissing(servers: Map<string, RealServer>, endpoints: readonly Endpoint[]): Map<string, RealServer> {
  for (const { address: written, port } of endpoints) {
    const address = normaliseAddress(written);
    const key = joinHostPort(address ?? '', port);
    if (address !== undefined && !servers.has(key)) servers.set(key, realServer(address, port));
  }
  return servers;
}

function realServer(address: string, port: number): RealServer {
  return { address, port, forwarding: 'masquerade', weight: 1 };
}
