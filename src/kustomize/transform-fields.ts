import { visitField, type FieldSpec } from './field-spec.js';
import { BuildNode, emptyMap, type Place } from './node.js';
import type { Resource } from './resource.js';

/** Adds pairs to mappings such as labels, selectors and annotations. `pairs`: the mapping in the kustomization. */
export function addPairs(resources: readonly Resource[], fields: readonly FieldSpec[], pairs: BuildNode): void {
  for (const [key, written] of [...pairs.entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const value = typeof written.scalar === 'string' ? written : BuildNode.made(written.place, written.text ?? '');
    const make = { place: pairs.place, value: () => emptyMap(pairs.place) };
    for (const resource of resources)
      for (const field of fields)
        visitField(
          resource,
          field,
          ({ node }) => {
            if (node.get(key)?.scalar !== value.scalar) node.set(key, value.clone());
          },
          make,
        );
  }
}

/** Sets the namespace of every object of a namespaced kind. `namespace`: the value in the kustomization. */
export function setNamespace(resources: readonly Resource[], fields: readonly FieldSpec[], namespace: BuildNode): void {
  const name = namespace.text ?? '';
  if (name === '') return;
  const make = { place: namespace.place, value: () => namespace.clone() };
  const fill = { create: true, path: ['metadata', 'namespace'] };
  for (const resource of resources) {
    const { id } = resource;
    resource.keepId();
    if (id.namespace !== '') replaceText(resource, fill, name, namespace, make);
    for (const field of fields) replaceText(resource, field, name, namespace, make);
    setDefaultSubjects(resource, name, namespace);
  }
}

/** Bindings refer to the ServiceAccount `default`, which no object in the build represents. */
function setDefaultSubjects(resource: Resource, name: string, namespace: BuildNode): void {
  if (resource.kind !== 'RoleBinding' && resource.kind !== 'ClusterRoleBinding') return;
  for (const subject of resource.node.get('subjects')?.items ?? [])
    if (subject.textAt('name') === 'default' && subject.textAt('namespace') !== name)
      subject.set('namespace', namespace.clone());
}

function replaceText(
  resource: Resource,
  field: FieldSpec,
  text: string,
  value: BuildNode,
  make: { readonly place: Place; readonly value: () => BuildNode },
): void {
  visitField(
    resource,
    field,
    ({ node, replace }) => {
      if (node.text !== text) replace(value.clone());
    },
    make,
  );
}

/** Kinds with names that have a fixed meaning and are not changed. */
function keepsName({ firstId: { group, kind } }: Resource): boolean {
  return (
    kind === 'CustomResourceDefinition' ||
    kind === 'Namespace' ||
    (kind === 'APIService' && group === 'apiregistration.k8s.io')
  );
}

/** Adds a prefix and suffix to the names of all objects; the name's place does not change. */
export function changeNames(resources: readonly Resource[], prefix: string, suffix: string): void {
  for (const resource of resources) {
    if (keepsName(resource)) continue;
    if (prefix !== '') {
      resource.prefixes.push(prefix);
      rename(resource, (name) => prefix + name);
    }
    if (suffix !== '') {
      resource.suffixes.push(suffix);
      rename(resource, (name) => name + suffix);
    }
  }
}

/** Renames an object and records its old id. */
export function rename(resource: Resource, change: (name: string) => string): void {
  resource.keepId();
  const metadata = resource.node.get('metadata');
  const name = metadata?.get('name');
  if (metadata === undefined || name?.text === undefined) return;
  metadata.set('name', BuildNode.made(name.place, change(name.text)));
}

/** Sets `spec.replicas` of the workloads with a name; false if there is none. */
export function setReplicas(resources: readonly Resource[], fields: readonly FieldSpec[], entry: BuildNode): boolean {
  const [name, count] = [entry.textAt('name'), entry.get('count')];
  if (count === undefined) return true;
  const make = { place: count.place, value: () => count.clone() };
  const named = resources.filter((resource) => [...resource.previous, resource.id].some((id) => id.name === name));
  let found = false;
  for (const resource of named)
    for (const field of fields)
      visitField(
        resource,
        field,
        ({ node, replace }) => {
          found = true;
          if (node.scalar !== count.scalar) replace(count.clone());
        },
        make,
      );
  return found;
}
