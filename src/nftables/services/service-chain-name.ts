import type { ServiceChainKind } from '../../node/found-service-port.js';
import { readServicePortName, type ServicePortName } from '../../proxy/service-port-name.js';

/** The parts of the name of a service port's chain. */
interface NamedServiceChain {
  readonly kind: ServiceChainKind;
  /** The common part of the names of its chains: the hash, then `namespace/name/protocol/port`. */
  readonly base: string;
  readonly servicePort: ServicePortName;
  /** `tcp`, `udp` or `sctp`. */
  readonly protocol: string;
}

const kinds: Readonly<Record<string, ServiceChainKind>> = {
  service: 'cluster',
  local: 'local',
  external: 'external',
  firewall: 'firewall',
  endpoint: 'endpoint',
};

const form = /^(service|local|external|firewall|endpoint)-([A-Z2-7]{8}-([^/]+)\/([^/]+)\/(tcp|udp|sctp)\/([^/_.]*))/;

/**
 * Reads `service-KHN6ECMT-shop/web/tcp/http` (pkg/proxy/nftables/proxier.go, servicePortChainNameBase); undefined for
 * other names. Names of endpoint chains continue with `__ADDRESS/PORT`.
 */
export function readServiceChainName(name: string): NamedServiceChain | undefined {
  const parts = form.exec(name);
  const [whole = '', prefix = '', base = '', namespace = '', service = '', protocol = '', port = ''] = parts ?? [];
  const kind = kinds[prefix];
  if (kind === undefined || (kind !== 'endpoint' && whole.length !== name.length)) return undefined;
  const servicePort = readServicePortName(`${namespace}/${service}${port === '' ? '' : `:${port}`}`);
  return servicePort === undefined ? undefined : { kind, base, servicePort, protocol };
}

/** The prefix of the names of chains of this kind. */
export function prefixOf(kind: Exclude<ServiceChainKind, 'endpoint' | 'localOld'>): string {
  return { cluster: 'service-', local: 'local-', external: 'external-', firewall: 'firewall-' }[kind];
}
