import { chainHash } from '../../proxy/chain-hash.js';
import type { Endpoint } from '../../proxy/endpoints.js';
import type { ServicePort } from '../../proxy/service-port.js';

/** The chains of one service port, and what those of its endpoints begin with. */
export interface ServicePortNames {
  readonly cluster: string;
  readonly local: string;
  readonly external: string;
  readonly firewall: string;
  readonly description: string;
}

/** Chain names of a service port (pkg/proxy/nftables/proxier.go, servicePortChainNameBase). */
export function servicePortNames({ namespace, serviceName, portName, protocol }: ServicePort): ServicePortNames {
  const description = `${namespace}/${serviceName}/${protocol}/${portName}`;
  const base = hashed(description);
  return {
    cluster: `service-${base}`,
    local: `local-${base}`,
    external: `external-${base}`,
    firewall: `firewall-${base}`,
    description,
  };
}

/** What the names of an endpoint's chain and affinity set end with: colons may not stand in names. */
export function endpointName({ description }: ServicePortNames, { address, port }: Endpoint): string {
  return hashed(`${description}__${address.replaceAll(':', '.')}/${port}`);
}

/** Of a name without its prefix; kube-proxy leaves room for the longest prefix and more. */
const longest = 240;

function hashed(text: string): string {
  const name = `${chainHash(text).slice(0, 8)}-${text}`;
  return name.length > longest ? `${name.slice(0, longest - 3)}...` : name;
}
