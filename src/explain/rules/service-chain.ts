/** The names of chains that kube-proxy creates for single Services. */
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

interface ServiceChainName {
  readonly kind: ServiceChainKind;
  /** The 16 characters of the hash: of the service port's name and protocol, and for endpoints also the address. */
  readonly hash: string;
}

/** Reads `KUBE-SVC-TCOU7JCQXEZGVUNU`; undefined for other names. */
export function readServiceChainName(name: string): ServiceChainName | undefined {
  const parts = /^KUBE-(SVC|SVL|EXT|FW|SEP|XLB)-([A-Z2-7]{16})$/.exec(name);
  const kind = kinds[parts?.[1] ?? ''];
  return kind === undefined ? undefined : { kind, hash: parts?.[2] ?? '' };
}

/** The purpose of a service chain in a few words; `of`: the service port's name, or what replaces it. */
export const serviceChainWords: Readonly<Record<Exclude<ServiceChainKind, 'endpoint'>, (of: string) => string>> = {
  cluster: (of) => `balances over the endpoints of ${of}`,
  local: (of) => `balances over the endpoints of ${of} on this node`,
  external: (of) => `handles packets to a node port, external IP or load balancer of ${of}`,
  firewall: (of) => `accepts the loadBalancerSourceRanges of ${of}`,
  localOld: (of) => `handles packets from outside to ${of} under policy Local`,
};
