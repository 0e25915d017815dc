import { normaliseAddress } from '../net/address.js';
import type { Endpoint } from '../proxy/endpoints.js';
import type { ServicePortState } from '../proxy/state.js';
import type { RealServer, VirtualServer } from './types.js';

/**
 * Collects virtual servers. Where two service ports claim one address, port and protocol, the one synced last rewrites it: its
 * persistence and its endpoints count, the first one's are removed again.
 */
export class VirtualServerBuilder {
  private readonly byAddress = new Map<string, VirtualServer>();

  constructor(private readonly scheduler: string) {}

  add(choice: ServicePortState, address: string, port: number, onlyLocal: boolean): void {
    const { protocol, name, affinitySeconds } = choice.servicePort;
    const key = `${protocol} ${address} ${port}`;
    this.byAddress.set(key, {
      service: { kind: 'address', protocol, address, port },
      scheduler: this.scheduler,
      ...(affinitySeconds === undefined ? {} : { persistence: { seconds: affinitySeconds } }),
      ...(this.scheduler === 'mh' ? { schedulerFlags: ['mh-port'] } : {}),
      realServers: realServers(choice, onlyLocal),
      servicePorts: [...this.byAddress.get(key)?.servicePorts ?? [], name],
    });
  }

  finish(): VirtualServer[] {
    return [...this.byAddress.values()];
  }
}

/**
 * A Local policy without local endpoints uses those of the Cluster policy: clients on the node itself shall reach the Service, while
 * answers to clients outside come from the wrong address and are lost (pkg/proxy/ipvs/proxier.go, syncEndpoint).
 */
function realServers(choice: ServicePortState, onlyLocal: boolean): RealServer[] {
  const endpoints = onlyLocal && choice.local.length > 0 ? choice.local : choice.cluster;
  const servers = new Map<string, RealServer>();
  for (const endpoint of endpoints) {
    const address = addressOf(endpoint);
    if (address === undefined || servers.has(`${address} ${endpoint.port}`)) continue;
    servers.set(`${address} ${endpoint.port}`, { address, port: endpoint.port, forwarding: 'masquerade', weight: 1 });
  }
  return [...servers.values()];
}

/** The endpoint's address as the kernel has it; undefined where it is none. */
export function addressOf(endpoint: Endpoint): string | undefined {
  return normaliseAddress(endpoint.address);
}
