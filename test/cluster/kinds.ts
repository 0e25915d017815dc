import { buildCluster, type ClusterOptions } from '../../src/cluster/build.js';
import type { Cluster, EndpointSlice, Service } from '../../src/cluster/types.js';
import type { Finding } from '../../src/diagnostics/finding.js';
import type { JsonObject } from '../../src/manifests/types.js';
import { manifestObjects } from '../support/objects.js';

/** Short constructors for the objects in this folder's tests. */

export function service(name: string, spec: JsonObject, more: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec, ...more };
}

export function workload(
  kind: string,
  name: string,
  spec: JsonObject,
  podSpec: JsonObject = {},
  labels: JsonObject = { app: name },
): JsonObject {
  const apiVersion = kind === 'Job' ? 'batch/v1' : kind === 'ReplicationController' ? 'v1' : 'apps/v1';
  return {
    apiVersion,
    kind,
    metadata: { name, namespace: 'shop' },
    spec: { ...spec, template: { metadata: { labels }, spec: podSpec } },
  };
}

export function deployment(name: string, replicas: number, podSpec: JsonObject = {}, labels?: JsonObject): JsonObject {
  return workload('Deployment', name, { replicas }, podSpec, labels);
}

export function pod(
  name: string,
  labels: JsonObject,
  more: { metadata?: JsonObject; spec?: JsonObject; status?: JsonObject } = {},
): JsonObject {
  const { metadata = {}, spec = {}, status } = more;
  const base = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', labels, ...metadata }, spec };
  return status === undefined ? base : { ...base, status };
}

export function node(
  name: string,
  podCIDRs: readonly string[],
  more: { labels?: JsonObject; spec?: JsonObject; addresses?: readonly JsonObject[] } = {},
): JsonObject {
  const { labels = {}, spec = {}, addresses = [] } = more;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    spec: { ...(podCIDRs.length > 0 ? { podCIDRs } : {}), ...spec },
    status: { addresses },
  };
}

export function slice(name: string, serviceName: string, more: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    addressType: 'IPv4',
    endpoints: [],
    ports: [],
    metadata: { name, namespace: 'shop', labels: { 'kubernetes.io/service-name': serviceName } },
    ...more,
  };
}

export function endpoints(name: string, subsets: readonly JsonObject[], metadata: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace: 'shop', ...metadata }, subsets };
}

export function build(values: readonly JsonObject[], options: Partial<ClusterOptions> = {}): Cluster {
  return buildCluster(manifestObjects(values), { version: { minor: 36 }, ...options }).cluster;
}

export function findingsOf(values: readonly JsonObject[], options: Partial<ClusterOptions> = {}): Finding[] {
  return buildCluster(manifestObjects(values), { version: { minor: 36 }, ...options }).findings;
}

export function serviceOf(cluster: Cluster, name: string): Service {
  const found = cluster.services.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no Service ${name}`);
  return found;
}

export function slicesOf(cluster: Cluster, serviceName: string): EndpointSlice[] {
  return cluster.endpointSlices.filter((candidate) => candidate.serviceName === serviceName);
}

/** `address:port` of every ready endpoint in the Service's slices. */
export function readyOf(cluster: Cluster, serviceName: string): string[] {
  return slicesOf(cluster, serviceName).flatMap((found) =>
    found.endpoints
      .filter((endpoint) => endpoint.ready)
      .flatMap((endpoint) => found.ports.map((port) => `${endpoint.addresses[0] ?? ''}:${port.port ?? ''}`)),
  );
}
