import { chainHash } from '../../proxy/chain-hash.js';
import type { Endpoint } from '../../proxy/endpoints.js';
import type { ServicePort } from '../../proxy/service-port.js';

/** The chains of one service port, and the prefix of its endpoints' chains. */
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

/**
 * The end of the names of an endpoint's chain and affinity set. Colons are replaced, because nft's names must not
 * contain them.
 */
export function endpointName({ description }: ServicePortNames, { address, port }: Endpoint): string {
  return hashed(`${description}__${address.replaceAll(':', '.')}/${port}`);
}

/** The longest name without its prefix; kube-proxy leaves enough room for every prefix. */
const longest = 240;

function hashed(text: string): string {
  const name = `${chainHash(text).slice(0, 8)}-${text}`;
  return name.length > longest ? `${name.slice(0, longest - 3)}...` : name;
}
