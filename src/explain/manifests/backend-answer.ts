import type { Cluster, Service } from '../../cluster/types.js';
import type { BackendView } from '../../lint/model/backends.js';
import { plain } from '../words/plain.js';
import { joinHostPort } from '../../net/host-port.js';

/** What answers behind a backend of an Ingress or route. */
export interface BackendAnswer {
  /** `shop/web` */
  readonly service: string;
  /** As in the backend; `''` if it has none. */
  readonly port: string;
  /** Whether the Service exists and has that port. */
  readonly hasPort: boolean;
  /** `10.244.1.5:8080`; for an ExternalName its name. */
  readonly endpoints: readonly string[];
  /** Why nothing answers, as a clause. */
  readonly fault: string | undefined;
}

/** Looks up a backend's Service, its port and its ready endpoints. */
export function backendAnswer(backend: BackendView, cluster: Cluster | undefined): BackendAnswer {
  const name = `${backend.namespace}/${backend.service}`;
  const base = { service: name, port: backend.port === undefined ? '' : String(backend.port) };
  const service = cluster?.services.find((one) => one.namespace === backend.namespace && one.name === backend.service);
  if (service === undefined)
    return { ...base, hasPort: false, endpoints: [], fault: `there is no Service ${plain(name)} among the inputs` };
  if (service.type === 'ExternalName')
    return { ...base, hasPort: true, endpoints: [service.externalName], fault: undefined };
  const own = service.ports.find(
    ({ name: portName, port }) => backend.port === undefined || portName === backend.port || port === backend.port,
  );
  if (own === undefined) return { ...base, hasPort: false, endpoints: [], fault: lacksPort(service, base.port) };
  const endpoints = readyEndpoints(service, own, cluster?.endpointSlices ?? []);
  const fault = endpoints.length === 0 ? `Service ${name} has no ready endpoint for port ${own.port}` : undefined;
  return { ...base, hasPort: true, endpoints, fault };
}

function lacksPort({ namespace, name, ports }: Service, port: string): string {
  const has = ports.map((one) => `${one.port}${one.name === '' ? '' : ` (${one.name})`}`).join(', ');
  return `Service ${namespace}/${name} has no port ${plain(port)}; it has ${plain(has)}`;
}

function readyEndpoints(
  { namespace, name }: Service,
  port: Service['ports'][number],
  slices: Cluster['endpointSlices'],
): string[] {
  return slices
    .filter((slice) => slice.namespace === namespace && slice.serviceName === name)
    .flatMap((slice) => {
      const onPod = slice.ports.find((one) => (one.name ?? '') === port.name && one.protocol === port.protocol);
      return slice.endpoints
        .filter(({ ready }) => ready && onPod?.port !== undefined)
        .map(({ addresses: [address = ''] }) => joinHostPort(address, onPod?.port ?? ''));
    });
}
