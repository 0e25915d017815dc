import type { ProxyState } from '../proxy/state.js';
import { lowerIptables } from './lower-iptables.js';
import { asInstalled } from './lower-node.js';
import { ServicePortLowering } from './lower-service-port.js';
import type { IpvsState } from './types.js';

/**
 * What kube-proxy in IPVS mode sets up at its first full sync of a clean node (pkg/proxy/ipvs/proxier.go,
 * syncProxyRules; unchanged from 1.30 to 1.37). The configured scheduler is taken as it is: schedulerRefusal tells of
 * one that kernels lack.
 */
export function lower(state: ProxyState): IpvsState {
  const services = new ServicePortLowering(state);
  for (const servicePort of state.servicePorts) services.lower(state.stateOf(servicePort));
  const boundAddresses = services.finish();
  const synced = lowerIptables(state, services);
  return {
    family: state.family,
    virtualServers: services.virtualServers.finish(),
    sets: services.sets.finish(),
    boundAddresses,
    synced,
    installed: asInstalled(synced),
  };
}
