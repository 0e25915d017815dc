/** Names of the chains that kube-proxy makes for single Services. */
import type { ServiceChainKind } from '../../node/found-service-port.js';

export type { ServiceChainKind };

const kinds: Readonly<Record<string, ServiceChainKind>> = {
  SVC: 'cluster',
  SVL: 'local',
  EXT: 'external',
  FW: 'firewall',
  SEP: 'endpoint',
  XLB: 'localOld',
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

/** What a service chain is for, in a few words; `of` is the service port's name, or what stands for it. */
export const serviceChainWords: Readonly<Record<Exclude<ServiceChainKind, 'endpoint'>, (of: string) => string>> = {
  cluster: (of) => `balances over the endpoints of ${of}`,
  local: (of) => `balances over the endpoints of ${of} on this node`,
  external: (of) => `takes what comes to a node port, external IP or load balancer of ${of}`,
  firewall: (of) => `lets the loadBalancerSourceRanges of ${of} through`,
  localOld: (of) => `takes what comes from outside to ${of} under policy Local`,
};
