import type { Cluster, EndpointSlice, Service } from '../cluster/types.js';
import { parseAddress } from '../net/address.js';
import type { Json } from '../manifests/types.js';
import { integerAt, listAt, textAt } from '../lint/values.js';

/** One record in the answer of the cluster's DNS. */
export interface DnsRecord {
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'SRV' | 'CNAME';
  readonly values: readonly string[];
}

/** How many Pods of a headless Service are listed one by one. */
const mostPods = 10;

/**
 * The DNS records of a Service (Kubernetes DNS specification 1.1): of its cluster IPs, of each endpoint of a headless
 * Service, or the alias of an ExternalName. `domain`: the cluster's domain, by default `cluster.local`. `most`: how
 * many endpoints of a headless Service are listed one by one.
 */
export function dnsRecords(service: Service, cluster: Cluster, domain: string, most = mostPods): DnsRecord[] {
  const name = `${service.name}.${service.namespace}.svc.${domain}`;
  if (service.type === 'ExternalName') return [{ name, type: 'CNAME', values: [withDot(service.externalName)] }];
  if (service.clusterIPs[0] === 'None') return headlessRecords(service, cluster, name, most);
  const ports = service.ports.filter((port) => port.name !== '');
  return [
    ...addressRecords(name, service.clusterIPs),
    ...ports.map((port): DnsRecord => ({
      name: portName(port, name),
      type: 'SRV',
      values: [`0 100 ${port.port} ${withDot(name)}`],
    })),
  ];
}

function withDot(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}

function portName(port: { readonly name: string; readonly protocol: string }, name: string): string {
  return `_${port.name}._${port.protocol.toLowerCase()}.${name}`;
}

function addressRecords(name: string, addresses: readonly string[]): DnsRecord[] {
  const of = (family: 'ipv4' | 'ipv6'): string[] =>
    addresses.filter((address) => parseAddress(address)?.family === family);
  return [
    ...(of('ipv4').length > 0 ? [{ name, type: 'A' as const, values: of('ipv4') }] : []),
    ...(of('ipv6').length > 0 ? [{ name, type: 'AAAA' as const, values: of('ipv6') }] : []),
  ];
}

interface NamedEndpoint {
  readonly hostname: string;
  readonly address: string;
  readonly ports: EndpointSlice['ports'];
}

/** Only ready endpoints. With publishNotReadyAddresses, all are marked ready in their slices. */
function headlessRecords(service: Service, cluster: Cluster, name: string, most: number): DnsRecord[] {
  const slices = cluster.endpointSlices.filter(
    (slice) =>
      slice.namespace === service.namespace && slice.serviceName === service.name && slice.addressType !== 'FQDN',
  );
  const endpoints = new HostnameGiver(service).nameAll(slices);
  const addresses = [...new Set(endpoints.map(({ address }) => address))];
  const shown = endpoints.slice(0, most);
  const srv = service.ports
    .filter((port) => port.name !== '')
    .map((port): DnsRecord => ({
      name: portName(port, name),
      type: 'SRV',
      values: shown.flatMap(({ hostname, ports }) =>
        ports
          .filter((one) => one.name === port.name && one.protocol === port.protocol)
          .map(
            (one) =>
              `0 ${Math.max(1, Math.floor(100 / Math.max(1, endpoints.length)))} ${one.port ?? port.port} ` +
              `${hostname}.${name}.`,
          ),
      ),
    }));
  return [
    ...addressRecords(name, addresses),
    ...shown.flatMap(({ hostname, address }) => addressRecords(`${hostname}.${name}`, [address])),
    ...srv.filter(({ values }) => values.length > 0),
  ];
}

/**
 * The DNS name of an endpoint's Pod: its hostname if it has one for this Service, else its address with dashes
 * (CoreDNS).
 */
class HostnameGiver {
  private readonly ordinals = new Map<string, number>();

  constructor(private readonly service: Service) {}

  nameAll(slices: readonly EndpointSlice[]): NamedEndpoint[] {
    return slices.flatMap((slice) =>
      slice.endpoints.flatMap((endpoint, index) => {
        const [address] = endpoint.addresses;
        const hostname = this.written(slice, index) ?? this.planned(endpoint.target, slice);
        return address === undefined || !endpoint.ready
          ? []
          : [{ hostname: hostname ?? dashed(address), address, ports: slice.ports }];
      }),
    );
  }

  private written(slice: EndpointSlice, index: number): string | undefined {
    if (slice.object?.kind !== 'EndpointSlice') return undefined;
    const endpoint: Json | undefined = listAt(slice.object.value, 'endpoints')[index];
    return textAt(endpoint, 'hostname') || undefined;
  }

  /**
   * Pods of a StatefulSet with this Service as serviceName have numbered hostnames; other Pods have the hostname in
   * their spec.
   */
  private planned(target: string | undefined, slice: EndpointSlice): string | undefined {
    const object = slice.object;
    if (target === undefined || object === undefined) return undefined;
    if (
      object.kind === 'StatefulSet' &&
      target === `StatefulSet ${object.name}` &&
      textAt(object.value, 'spec', 'serviceName') === this.service.name
    ) {
      const key = `${slice.addressType} ${target}`;
      const ordinal = this.ordinals.get(key) ?? integerAt(object.value, 'spec', 'ordinals', 'start') ?? 0;
      this.ordinals.set(key, ordinal + 1);
      return `${object.name}-${ordinal}`;
    }
    const spec = object.kind === 'Pod' ? ['spec'] : ['spec', 'template', 'spec'];
    const isOwn =
      textAt(object.value, ...spec, 'subdomain') === this.service.name && target === `${object.kind} ${object.name}`;
    return isOwn
      ? textAt(object.value, ...spec, 'hostname') || (object.kind === 'Pod' ? object.name : undefined)
      : undefined;
  }
}

function dashed(address: string): string {
  return address.replace(/[.:]/g, '-');
}
