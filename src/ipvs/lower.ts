import type { KubernetesVersion } from '../cluster/version.js';
import { has } from './changes.js';
import type { ProxyState } from '../proxy/state.js';
import { lowerIptables } from './lower-iptables.js';
import { asInstalled } from './lower-node.js';
import { ServicePortLowering } from './lower-service-port.js';
import type { IpvsState } from './types.js';

function keepsSet(name: string, version: KubernetesVersion): boolean {
  return has(version, 'filtersAccess') || !/^KUBE-(?:6-)?IPVS-IPS$/.test(name);
}

/**
 * What kube-proxy in IPVS mode sets up in its first full sync of a clean node (pkg/proxy/ipvs/proxier.go,
 * syncProxyRules; differences before 1.30 are in `changes.ts`). The configured scheduler is not checked;
 * schedulerRefusal finds schedulers that kernels do not have.
 */
export function lower(state: ProxyState): IpvsState {
  const services = new ServicePortLowering(state);
  for (const servicePort of state.servicePorts) services.lower(state.stateOf(servicePort));
  const boundAddresses = services.finish();
  const synced = lowerIptables(state, services);
  return {
    family: state.family,
    virtualServers: services.virtualServers.finish(),
    sets: services.sets.finish().filter(({ name }) => keepsSet(name, state.options.version)),
    boundAddresses,
    synced,
    installed: asInstalled(synced, state.options.version),
  };
}
