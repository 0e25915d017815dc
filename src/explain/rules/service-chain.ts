/** Names of the chains that kube-proxy makes for single Services. */

/** What a chain of one service port does. `localOld` is KUBE-XLB of 1.23 and older. */
export type ServiceChainKind = 'cluster' | 'local' | 'external' | 'firewall' | 'endpoint' | 'localOld';

const kinds: Readonly<Record<string, ServiceChainKind>> = {
  SVC: 'cluster', SVL: 'local', EXT: 'external', FW: 'firewall', SEP: 'endpoint', XLB: 'localOld',
};

export interface ServiceChainName {
  readonly kind: ServiceChainKind;
  /** The 16 characters that are a hash of the service port's name and protocol (and, for endpoints, its address). */
  readonly hash: string;
}

/** `KUBE-SVC-TCOU7JCQXEZGVUNU` taken apart; undefined for chains of another form. */
export function readServiceChainName(name: string): ServiceChainName | undefined {
  const parts = /^KUBE-(SVC|SVL|EXT|FW|SEP|XLB)-([A-Z2-7]{16})$/.exec(name);
  const kind = kinds[parts?.[1] ?? ''];
  return kind === undefined ? undefined : { kind, hash: parts?.[2] ?? '' };
}

/** What a service chain is for, in a few words, without the Service's name. */
export const serviceChainWords: Readonly<Record<ServiceChainKind, string>> = {
  cluster: 'balances over its endpoints',
  local: 'balances over its endpoints on this node',
  external: 'where traffic to its node port, external IPs and load balancer enters',
  firewall: 'lets loadBalancerSourceRanges through',
  endpoint: 'one endpoint',
  localOld: 'external traffic under policy Local, as 1.23 and older write it',
};
