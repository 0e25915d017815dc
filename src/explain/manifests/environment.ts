import { parseAddress } from '../../net/address.js';
import type { Service } from '../../cluster/types.js';

export interface Variable {
  readonly name: string;
  readonly value: string;
}

/**
 * The environment variables that the kubelet sets in Pods of the Service's namespace that start after it
 * (pkg/kubelet/envvars), unless their spec has `enableServiceLinks: false`: Kubernetes' own, then those of Docker
 * links. None without a cluster IP.
 */
export function environmentVariables(service: Service): Variable[] {
  const [host] = service.clusterIPs;
  const [first] = service.ports;
  if (host === undefined || host === '' || host === 'None' || first === undefined) return [];
  const prefix = variableName(service.name);
  const named = service.ports.filter(({ name }) => name !== '');
  return [
    { name: `${prefix}_SERVICE_HOST`, value: host },
    { name: `${prefix}_SERVICE_PORT`, value: String(first.port) },
    ...named.map(({ name, port }) => ({ name: `${prefix}_SERVICE_PORT_${variableName(name)}`, value: String(port) })),
    ...service.ports.flatMap((port, index) => linkVariables(prefix, host, port, index === 0)),
  ];
}

function linkVariables(
  prefix: string,
  host: string,
  { port, protocol }: Service['ports'][number],
  isFirst: boolean,
): Variable[] {
  const address = parseAddress(host)?.family === 'ipv6' ? `[${host}]` : host;
  const url = `${protocol.toLowerCase()}://${address}:${port}`;
  const name = `${prefix}_PORT_${port}_${protocol}`;
  return [
    ...(isFirst ? [{ name: `${prefix}_PORT`, value: url }] : []),
    { name, value: url },
    { name: `${name}_PROTO`, value: protocol.toLowerCase() },
    { name: `${name}_PORT`, value: String(port) },
    { name: `${name}_ADDR`, value: host },
  ];
}

function variableName(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}
