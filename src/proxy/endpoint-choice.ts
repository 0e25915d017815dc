import type { KubernetesVersion } from '../cluster/version.js';
import { has } from './changes.js';
import { sortByHostPort, type Endpoint } from './endpoints.js';
import { usesClusterEndpoints, usesLocalEndpoints, type ServicePort } from './service-port.js';

/** Where the node stands, for topology: its name and the label `topology.kubernetes.io/zone` (`''` without one). */
export interface NodePlace {
  readonly name: string;
  readonly zone: string;
}

/** The endpoints that each traffic policy uses on one node (pkg/proxy/topology.go, CategorizeEndpoints). */
export interface EndpointChoice {
  /** For policy Cluster; empty where no traffic uses it. */
  readonly cluster: readonly Endpoint[];
  /** For policy Local; empty where no traffic uses it. */
  readonly local: readonly Endpoint[];
  /** Those that any policy uses: they get chains. */
  readonly reachable: readonly Endpoint[];
  /** Whether the Service has a usable endpoint anywhere, even one that no policy reaches from this node. */
  readonly hasAny: boolean;
}

/** Chooses endpoints of one service port for the node at `place`, as kube-proxy of `version` does. */
export function chooseEndpoints(
  servicePort: ServicePort,
  endpoints: readonly Endpoint[],
  place: NodePlace,
  version: KubernetesVersion,
): EndpointChoice {
  if (!usesLocalEndpoints(servicePort)) {
    const chosen = chooseCluster(servicePort, endpoints, place, version);
    return { cluster: chosen, local: [], reachable: chosen, hasAny: chosen.length > 0 };
  }
  const local = readyOrElseTerminating(
    endpoints.filter((endpoint) => endpoint.isLocal),
    version,
  );
  if (!usesClusterEndpoints(servicePort)) {
    return {
      cluster: [],
      local,
      reachable: local,
      hasAny: endpoints.some((endpoint) => endpoint.ready || isFallback(endpoint, version)),
    };
  }
  const chosen = chooseCluster(servicePort, endpoints, place, version);
  return { cluster: chosen, local, reachable: merge(chosen, local), hasAny: chosen.length > 0 || local.length > 0 };
}

function chooseCluster(
  servicePort: ServicePort,
  endpoints: readonly Endpoint[],
  place: NodePlace,
  version: KubernetesVersion,
): readonly Endpoint[] {
  const ready = readyOrElseTerminating(endpoints, version);
  if (ready.length === 0 || !ready.some((endpoint) => endpoint.ready)) return ready;
  const isNear = topologyFilter(servicePort, ready, place, version);
  return isNear === undefined ? ready : ready.filter(isNear);
}

/** Ready endpoints; if there is none, those that still serve while they terminate (KEP-1669). */
function readyOrElseTerminating(endpoints: readonly Endpoint[], version: KubernetesVersion): readonly Endpoint[] {
  if (endpoints.every((endpoint) => endpoint.ready)) return endpoints;
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  return ready.length > 0 ? ready : endpoints.filter((endpoint) => isFallback(endpoint, version));
}

function isFallback(endpoint: Endpoint, version: KubernetesVersion): boolean {
  return endpoint.serving && endpoint.terminating && has(version, 'fallsBackToTerminating');
}

/**
 * Which ready endpoints topology hints leave, or undefined where hints do not apply. Hints apply only if every ready
 * endpoint has one and at least one names this place.
 */
export function topologyFilter(
  servicePort: ServicePort,
  ready: readonly Endpoint[],
  place: NodePlace,
  version: KubernetesVersion,
): ((endpoint: Endpoint) => boolean) | undefined {
  if (!servicePort.asksForTopology && !has(version, 'readsHintsAlone')) return undefined;
  const byNode = has(version, 'readsNodeHints')
    ? hintFilter(ready, (endpoint) => endpoint.nodeHints, place.name)
    : undefined;
  if (byNode !== undefined || (place.zone === '' && !has(version, 'takesNoZoneForZone'))) return byNode;
  return hintFilter(ready, (endpoint) => endpoint.zoneHints, place.zone);
}

function hintFilter(
  ready: readonly Endpoint[],
  hintsOf: (endpoint: Endpoint) => readonly string[] | undefined,
  here: string,
): ((endpoint: Endpoint) => boolean) | undefined {
  if (ready.some((endpoint) => (hintsOf(endpoint)?.length ?? 0) === 0)) return undefined;
  const isHere = (endpoint: Endpoint): boolean => hintsOf(endpoint)?.includes(here) === true;
  return ready.some(isHere) ? isHere : undefined;
}

/**
 * Local endpoints that the cluster policy left out (other zones, terminating) join; the list then stands in bytewise
 * order.
 */
function merge(cluster: readonly Endpoint[], local: readonly Endpoint[]): readonly Endpoint[] {
  const known = new Set(cluster.map((endpoint) => endpoint.hostPort));
  const missing = local.filter((endpoint) => !known.has(endpoint.hostPort));
  return missing.length === 0 ? cluster : sortByHostPort([...cluster, ...missing]);
}
