import type { Cluster, EndpointSlice, Service } from '../cluster/types.js';

/**
 * Whether no other Service's rules could meet the packets to a Service or to its endpoints: then its own rules alone
 * treat them as all rules of the node do. `nodeAddresses`: where every node port is open. Linear in the Services.
 */
export function isAlone(
  { services }: Cluster,
  service: Service,
  slices: readonly EndpointSlice[],
  nodeAddresses: readonly string[],
): boolean {
  const own = new Set([...addressesOf(service), ...slices.flatMap(endpointAddresses)]);
  const ports = new Set<number>([...nodePortsOf(service), ...slices.flatMap((slice) => slice.ports.flatMap(numberOf))]);
  const ofNode = new Set(nodeAddresses);
  if (addressesOf(service).some((address) => ofNode.has(address))) return false;
  return services.every(
    (other) =>
      other === service ||
      (!addressesOf(other).some((address) => own.has(address) || ofNode.has(address)) &&
        !nodePortsOf(other).some((port) => ports.has(port))),
  );
}

function addressesOf({ clusterIPs, externalIPs, loadBalancerIngress }: Service): string[] {
  return [...clusterIPs, ...externalIPs, ...loadBalancerIngress.map(({ ip }) => ip)].filter(
    (address) => address !== '' && address !== 'None',
  );
}

function nodePortsOf({ ports }: Service): number[] {
  return ports.map(({ nodePort }) => nodePort).filter((port) => port > 0);
}

function endpointAddresses({ endpoints }: EndpointSlice): readonly string[] {
  return endpoints.flatMap(({ addresses }) => addresses);
}

function numberOf({ port }: EndpointSlice['ports'][number]): number[] {
  return port === undefined ? [] : [port];
}
