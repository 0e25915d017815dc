import { chainHash } from '../../proxy/chain-hash.js';
import type { ServicePort } from '../../proxy/service-port.js';

/** Names of the chains that one service port may have. */
export interface ServicePortChains {
  /** KUBE-SVC: balances over all endpoints (policy Cluster). */
  readonly cluster: string;
  /** KUBE-SVL: balances over this node's endpoints (policy Local). */
  readonly local: string;
  /** KUBE-EXT: for traffic to node ports, external IPs and load balancers. */
  readonly external: string;
  /** KUBE-FW: lets clients in loadBalancerSourceRanges pass. */
  readonly firewall: string;
}

export function servicePortChains(servicePort: ServicePort): ServicePortChains {
  const suffix = chainHash(servicePort.name + servicePort.protocol);
  return {
    cluster: `KUBE-SVC-${suffix}`,
    local: `KUBE-SVL-${suffix}`,
    external: `KUBE-EXT-${suffix}`,
    firewall: `KUBE-FW-${suffix}`,
  };
}

/**
 * KUBE-SEP: the chain of one endpoint. The hash is of the service port's name, its protocol and the endpoint's
 * `address:port`.
 */
export function endpointChain(hash: string): string {
  return `KUBE-SEP-${hash}`;
}
