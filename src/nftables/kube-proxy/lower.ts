import type { ProxyState } from '../../proxy/state.js';
import { NodeLowering } from './lower-node.js';
import { ServicePortLowering } from './lower-service-port.js';
import type { Transaction } from './transaction.js';

/**
 * Passes on the commands of the transaction with which kube-proxy in nftables mode sets up a clean node in its first
 * full sync, in kube-proxy's order (pkg/proxy/nftables/proxier.go, syncProxyRules, 1.30 to 1.37).
 */
export function lowerInto(transaction: Transaction, state: ProxyState): void {
  new NodeLowering(state, transaction).lower();
  const services = new ServicePortLowering(state, transaction);
  for (const servicePort of state.servicePorts) services.lower(state.stateOf(servicePort));
}
