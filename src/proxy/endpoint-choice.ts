import type { KubernetesVersion } from '../cluster/version.js';
import { has } from './changes.js';
import { sortByHostPort, type Endpoint } from './endpoints.js';
import { usesClusterEndpoints, usesLocalEndpoints, type ServicePort } from './service-port.js';

/** The node's place for topology: its name and its label `topology.kubernetes.io/zone` (`''` without one). */
export interface NodePlace {
  readonly name: string;
  readonly zone: string;
}

/** The endpoints that each traffic policy uses on one node (pkg/proxy/topology.go, CategorizeEndpoints). */
export interface EndpointChoice {
  /** For policy Cluster; empty if no traffic uses it. */
  readonly cluster: readonly Endpoint[];
  /** For policy Local; empty if no traffic uses it. */
  readonly local: readonly Endpoint[];
  /** The endpoints that any policy uses; these get chains. */
  readonly reachable: readonly Endpoint[];
  /** Whether the Service has a usable endpoint anywhere, even one that is not used from this node. */
  readonly hasAny: boolean;
}

/** Chooses endpoints of one service port for the node at `place`, like kube-proxy of this version. */
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

/** Ready endpoints; if there is none, those that still serve while terminating (KEP-1669). */
function readyOrElseTerminating(endpoints: readonly Endpoint[], version: KubernetesVersion): readonly Endpoint[] {
  if (endpoints.every((endpoint) => endpoint.ready)) return endpoints;
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  return ready.length > 0 ? ready : endpoints.filter((endpoint) => isFallback(endpoint, version));
}

function isFallback(endpoint: Endpoint, version: KubernetesVersion): boolean {
  return endpoint.serving && endpoint.terminating && has(version, 'fallsBackToTerminating');
}

/**
 * The ready endpoints left by topology hints; undefined if hints do not apply. Hints apply only if every ready endpoint
 * has one and at least one names this place.
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

/** Adds local endpoints that policy Cluster left out (other zones, terminating). The result is in bytewise order. */
function merge(cluster: readonly Endpoint[], local: readonly Endpoint[]): readonly Endpoint[] {
  const known = new Set(cluster.map((endpoint) => endpoint.hostPort));
  const missing = local.filter((endpoint) => !known.has(endpoint.hostPort));
  return missing.length === 0 ? cluster : sortByHostPort([...cluster, ...missing]);
}
