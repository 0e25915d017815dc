import type { IpSet, VirtualServer } from '../../ipvs/types.js';
import type { ServicePort } from '../../proxy/service-port.js';
import type { AddressKind, FoundServicePort, ServiceAddress } from './discover.js';
import { readServicePortName } from './service-name.js';
import { addToGroup } from '../../diagnostics/groups.js';

type Server = VirtualServer & { readonly service: VirtualServer['service'] & { readonly kind: 'address' } };

/**
 * The service ports of virtual servers: those with addresses of `named` service ports from manifests. Each of the
 * remaining virtual servers is listed by its address, because rules of IPVS mode contain no names.
 */
export function discoverVirtualServers(
  servers: readonly VirtualServer[],
  sets: readonly IpSet[],
  named: readonly ServicePort[],
): FoundServicePort[] {
  const left = new Map<string, Server>();
  for (const server of servers) if (isByAddress(server)) left.set(keyOf(server), server);
  const nodePorts = serversByPort(left.values());
  const found = named.flatMap((servicePort) => claim(servicePort, left, nodePorts));
  return [...found, ...[...left.values()].map((server) => unnamed(server, sets))];
}

function isByAddress(server: VirtualServer): server is Server {
  return server.service.kind === 'address';
}

function keyOf({ service }: Server): string {
  return `${service.protocol} ${service.address} ${service.port}`;
}

function serversByPort(servers: Iterable<Server>): Map<string, Server[]> {
  const byPort = new Map<string, Server[]>();
  for (const server of servers) {
    const key = `${server.service.protocol} ${server.service.port}`;
    addToGroup(byPort, key, server);
  }
  return byPort;
}

function claim(
  servicePort: ServicePort,
  left: Map<string, Server>,
  nodePorts: ReadonlyMap<string, readonly Server[]>,
): FoundServicePort[] {
  const { protocol, port, nodePort } = servicePort;
  const addresses: ServiceAddress[] = [];
  const take = (kind: AddressKind, address: string): void => {
    if (left.delete(`${protocol} ${address} ${port}`)) addresses.push({ kind, address, port });
  };
  take('clusterIP', servicePort.clusterIP);
  for (const address of servicePort.externalIPs) take('externalIP', address);
  for (const address of servicePort.loadBalancerVIPs) take('loadBalancerIP', address);
  const onNode = nodePort === 0 ? [] : (nodePorts.get(`${protocol} ${nodePort}`) ?? []);
  for (const server of onNode) {
    if (left.delete(keyOf(server)))
      addresses.push({ kind: 'nodePort', address: server.service.address, port: nodePort });
  }
  const name = readServicePortName(servicePort.name);
  return addresses.length === 0 ? [] : [make(name, protocol, addresses, servicePort.healthCheckNodePort)];
}

const kindsBySet: readonly (readonly [RegExp, AddressKind])[] = [
  [/^KUBE-(?:6-)?CLUSTER-IP$/, 'clusterIP'],
  [/^KUBE-(?:6-)?EXTERNAL-IP/, 'externalIP'],
  [/^KUBE-(?:6-)?LOAD-BALANCER$/, 'loadBalancerIP'],
];

function unnamed(server: Server, sets: readonly IpSet[]): FoundServicePort {
  const { protocol, address, port } = server.service;
  const element = `${address},${protocol}:${port}`;
  const kind = kindsBySet.find(([pattern]) =>
    sets.some((set) => pattern.test(set.name) && set.elements.some((one) => one.element === element)),
  )?.[1];
  const isNodePort =
    kind === undefined &&
    sets.some(
      (set) =>
        /^KUBE-(?:6-)?NODE-PORT/.test(set.name) &&
        set.elements.some((one) => one.element === String(port) || one.element === element),
    );
  return make(undefined, protocol, [{ kind: kind ?? (isNodePort ? 'nodePort' : 'external'), address, port }], 0);
}

function make(
  name: FoundServicePort['name'],
  protocol: string,
  addresses: readonly ServiceAddress[],
  healthCheckNodePort: number,
): FoundServicePort {
  return {
    name,
    nameFrom: name === undefined ? 'nothing' : 'hash',
    protocol,
    addresses,
    chains: new Map(),
    entries: [],
    healthCheckNodePort,
  };
}
