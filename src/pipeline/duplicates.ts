import { quote } from '../diagnostics/quote.js';
import { NamespacedMap } from '../manifests/namespaced-map.js';
import { sourceAt, type ManifestObject } from '../manifests/types.js';
import { namespaceOf } from '../manifests/values.js';
import { entryOf } from '../diagnostics/groups.js';

const kinds = new Set([
  'Service',
  'EndpointSlice',
  'Endpoints',
  'Node',
  'ServiceCIDR',
  'Pod',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'ReplicationController',
]);

/**
 * Notes about objects that are defined more than once; the last definition counts. The cause is often a base and its
 * overlay read together.
 */
export function duplicateNotes(objects: readonly ManifestObject[]): string[] {
  const firsts = new Map<string, NamespacedMap<ManifestObject>>();
  const pairs: (readonly [first: ManifestObject, last: ManifestObject])[] = [];
  for (const object of objects) {
    if (!kinds.has(object.kind) || object.name === '') continue;
    const namespace = namespaceOf(object);
    const ofKind = entryOf(firsts, object.kind, () => new NamespacedMap<ManifestObject>());
    const first = ofKind.get(namespace, object.name);
    if (first !== undefined) pairs.push([first, object]);
    else ofKind.set(namespace, object.name, object);
  }
  const [example] = pairs;
  if (example === undefined) return [];
  const [first, last] = example;
  const others = pairs.length - 1;
  const more =
    others === 0
      ? ''
      : others === 1
        ? ', and so is 1 more (kubechains lint names it)'
        : `, and so are ${others} more (kubechains lint names them)`;
  return [
    `${last.kind} ${quote(last.name)} is defined at ${placeOf(first)} and again at ${placeOf(last)}${more}; the last definition is used`,
  ];
}

function placeOf(object: ManifestObject): string {
  return `${sourceAt(object, ['metadata', 'name']).name}:${object.locate(['metadata', 'name']).start.line}`;
}
