import type { Service, ServicePortSpec } from '../cluster/types.js';
import type { KubernetesVersion } from '../cluster/version.js';
import { canonicalAddress } from '../net/address.js';
import { isServiceForKubeProxy, protocolNames } from '../proxy/service-port.js';
import type { ProxyState } from '../proxy/state.js';
import { PortClaims } from './claims.js';
import type { Entrance, OpenedPortals, Portal } from './types.js';

/** The first local port: the first one that was recorded. */
const firstLocalPort = 40001;

/**
 * The portals of one process in the order in which it opens them: Services by `namespace/name`, ports as in the Service
 * (pkg/proxy/userspace/proxier.go, 1.25). Endpoints, policies and source ranges have no effect.
 */
export function openPortals({ services, options, family }: ProxyState): OpenedPortals {
  const claims = new PortClaims();
  const all = [...services]
    .filter((service) => isServed(service, options.version))
    .sort(byName)
    .flatMap((service) =>
      service.ports.filter(({ protocol }) => protocol !== 'SCTP').map((port) => ({ service, port })),
    )
    .map(({ service, port }, index) => closedPortal(service, port, firstLocalPort + index));
  const portals = all.map((portal) => ({ ...portal, entrances: claims.open(portal, family) }));
  // kube-proxy learns the node's own addresses after it has written the first rules, and claims them in a second round.
  const local = new Set(
    options.host.interfaces.flatMap(({ addresses }) => addresses.map((text) => text.replace(/\/.*$/, ''))),
  );
  for (const portal of all) claims.open(portal, family, local);
  return { portals, claims: claims.all() };
}

function isServed({ labels, type, clusterIPs }: Service, version: KubernetesVersion): boolean {
  const [clusterIP = ''] = clusterIPs;
  return isServiceForKubeProxy(labels, version) && type !== 'ExternalName' && clusterIP !== '' && clusterIP !== 'None';
}

function byName(a: Service, b: Service): number {
  const [first, second] = [`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`];
  return first === second ? 0 : first < second ? -1 : 1;
}

function closedPortal(service: Service, port: ServicePortSpec, localPort: number): Portal {
  const qualified = `${service.namespace}/${service.name}`;
  return {
    name: port.name === '' ? qualified : `${qualified}:${port.name}`,
    protocol: protocolNames[port.protocol],
    localPort,
    entrances: [...entrancesOf(service, port)],
  };
}

/** In the order in which they are opened. Only `spec.clusterIP` is used, the first of `clusterIPs`. */
function* entrancesOf(service: Service, { port, nodePort }: ServicePortSpec): Generator<Entrance> {
  yield* service.clusterIPs
    .slice(0, 1)
    .map((text) => ({ kind: 'address' as const, address: canonicalAddress(text), port }));
  yield* service.externalIPs.map((text) => ({ kind: 'externalIP' as const, address: canonicalAddress(text), port }));
  for (const { ip } of service.loadBalancerIngress)
    if (ip !== '') yield { kind: 'address', address: canonicalAddress(ip), port };
  if (nodePort !== 0) yield { kind: 'nodePort', port: nodePort };
}
