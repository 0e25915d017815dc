import { greatest } from '../diagnostics/extremes.js';
import type { BuildContext } from './context.js';
import { visitField, type FieldSpec } from './field-spec.js';
import { BuildNode } from './node.js';
import { isSelected, type ResourceId } from './resource-id.js';
import type { Resource } from './resource.js';
import { groupVersion } from './group-version.js';

type Value = string | number | boolean;

/** Limit for a text after inserting variables: many copies of a long value would exhaust memory. */
const longest = 16 * 1024 * 1024;

/**
 * Binds the variables of one level to the objects that they name, among the objects of that level. An object with the
 * same name added at a higher level is not meant.
 */
export function bindVariables(resources: readonly Resource[], variables: readonly BuildNode[]): void {
  for (const variable of variables) resourceOf(resources, variable)?.variables.add(variable);
}

/** Replaces `$(NAME)` by the values of `vars` in the fields that kustomize supports. */
export function resolveVariables(
  resources: readonly Resource[],
  variables: readonly BuildNode[],
  fields: readonly FieldSpec[],
  context: BuildContext,
): void {
  const values = new Map<string, Value>();
  for (const variable of variables) {
    const named = namedBy(resources, variable);
    const value = named === undefined ? undefined : valueOf(named, variable);
    if (value === undefined && context.knowsAll && named?.lacksData !== true)
      context.problem(
        variable.place,
        `The var ${JSON.stringify(variable.textAt('name'))} does not name a field of an object here, so kustomize refuses to build`,
      );
    else if (value !== undefined) values.set(variable.textAt('name'), value);
  }
  if (values.size === 0) return;
  for (const resource of resources)
    for (const field of fields)
      visitField(resource, field, ({ node, replace }) => {
        const replaced = replacedText(node, values);
        if (replaced !== undefined) replace(replaced);
        else replaceIn(node, values);
      });
}

function namedBy(resources: readonly Resource[], variable: BuildNode): Resource | undefined {
  return resources.find(({ variables }) => variables.has(variable)) ?? resourceOf(resources, variable);
}

function valueOf({ node }: Resource, variable: BuildNode): Value | undefined {
  const path =
    variable.get('fieldref')?.textAt('fieldpath') || variable.get('fieldref')?.textAt('fieldPath') || 'metadata.name';
  return scalarAt(node, path);
}

function resourceOf(resources: readonly Resource[], variable: BuildNode): Resource | undefined {
  const reference = variable.get('objref');
  if (reference === undefined) return undefined;
  const apiVersion = reference.textAt('apiVersion');
  const kind = {
    ...(apiVersion === ''
      ? { group: reference.textAt('group'), version: reference.textAt('version') }
      : groupVersion(apiVersion)),
    kind: reference.textAt('kind'),
  };
  const [name, namespace] = [reference.textAt('name'), reference.textAt('namespace')];
  const isMeant = (id: ResourceId): boolean =>
    id.name === name && isSelected(id, kind) && (namespace === '' || id.namespace === namespace);
  return resources.find((resource) => [...resource.previous, resource.id].some(isMeant));
}

/** `spec.ports[0].port`; numbers count items. */
function scalarAt(root: BuildNode, path: string): Value | undefined {
  let node: BuildNode | undefined = root;
  for (const part of path.split(/[.[\]]+/).filter((key) => key !== ''))
    node = node?.isList === true ? node.items[Number(part)] : node?.get(part);
  return node?.scalar ?? undefined;
}

/** A field may contain a list of texts, or a mapping of texts. */
function replaceIn(node: BuildNode, values: ReadonlyMap<string, Value>): void {
  for (const [key, child] of node.entries) {
    const replaced = replacedText(child, values);
    if (replaced !== undefined) node.set(key, replaced);
  }
  for (const [index, child] of node.items.entries()) {
    const replaced = replacedText(child, values);
    if (replaced !== undefined) node.setItem(index, replaced);
  }
}

function replacedText(node: BuildNode, values: ReadonlyMap<string, Value>): BuildNode | undefined {
  const { scalar } = node;
  if (typeof scalar !== 'string' || !scalar.includes('$(')) return undefined;
  // A text that consists of one variable takes the variable's value with its type, such as a number.
  const whole = values.get(/^\$\(([^()\s]+)\)$/.exec(scalar)?.[1] ?? '');
  if (whole === undefined && scalar.length * longestIn(values) > longest) return undefined;
  const value =
    whole ?? scalar.replace(/\$\(([^()\s]+)\)/g, (written, name: string) => String(values.get(name) ?? written));
  return value === scalar ? undefined : BuildNode.made(node.place, value);
}

function longestIn(values: ReadonlyMap<string, Value>): number {
  return greatest([...values.values()].map((value) => String(value).length));
}
