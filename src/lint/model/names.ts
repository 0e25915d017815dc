import { quote } from '../../diagnostics/quote.js';
import type { Path } from '../../diagnostics/finding.js';
import { sourceAt, type ManifestObject } from '../../manifests/types.js';

/** `Service shop/web`, or `Service web` if no namespace is written: another object in messages. */
export function describeObject(object: ManifestObject): string {
  const name = object.namespace === '' ? object.name : `${object.namespace}/${object.name}`;
  return `${object.kind} ${/^[-./\w]{1,120}$/.test(name) ? name : quote(name)}`;
}

/** `shop/web.yaml:12`: the place of another object in messages. */
export function placeOf(object: ManifestObject, path: Path = ['metadata', 'name']): string {
  return `${sourceAt(object, path).name}:${object.locate(path).start.line}`;
}

const workloadGroups = ['apps', 'extensions'];

/** Kubernetes' own groups that serve a kind, or once did. */
const groupsOfKind: ReadonlyMap<string, readonly string[]> = new Map([
  ['Service', ['']],
  ['Endpoints', ['']],
  ['Node', ['']],
  ['Pod', ['']],
  ['Namespace', ['']],
  ['ReplicationController', ['']],
  ['PodTemplate', ['']],
  ['EndpointSlice', ['discovery.k8s.io']],
  ['Ingress', ['networking.k8s.io', 'extensions']],
  ['IngressClass', ['networking.k8s.io']],
  ['ServiceCIDR', ['networking.k8s.io']],
  ['NetworkPolicy', ['networking.k8s.io', 'extensions']],
  ['Deployment', workloadGroups],
  ['ReplicaSet', workloadGroups],
  ['StatefulSet', workloadGroups],
  ['DaemonSet', workloadGroups],
  ['Job', ['batch']],
  ['CronJob', ['batch']],
  ['PodDisruptionBudget', ['policy']],
]);

function isOfGroup(apiVersion: string, group: string): boolean {
  return group === ''
    ? !apiVersion.includes('/')
    : apiVersion.charAt(group.length) === '/' && apiVersion.startsWith(group);
}

/** Whether the object has a kind of Kubernetes itself (a Service of `v1`, never one of `serving.knative.dev`). */
export function isOwnKind(object: ManifestObject): boolean {
  const groups = groupsOfKind.get(object.kind);
  return groups?.some((group) => isOfGroup(object.apiVersion, group)) === true;
}
