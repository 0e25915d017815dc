import { emptyMap, type BuildNode, type Place } from './node.js';
import { isSelected, type KindSelector } from './resource-id.js';
import type { Resource } from './resource.js';

/** A field that a transformation changes, in the kinds that it selects: kustomize's FieldSpec. */
export interface FieldSpec extends KindSelector {
  /** Keys from the outside in; every item of a list on the way is included. */
  readonly path: readonly string[];
  /** Whether the field is created if it is absent. */
  readonly create?: boolean;
}

/** A field that was found, and a function to replace its value. */
interface Slot {
  readonly node: BuildNode;
  readonly replace: (node: BuildNode) => void;
}

/** A limit because later code may recurse as deeply as a path nests an object. */
const longestPath = 400;

/**
 * Splits `spec/containers[]/image` into keys; a slash within a key is written `\/`. `[]` marks a list, which is never
 * created.
 */
export function fieldPath(text: string): string[] {
  if (text.length > longestPath) return [];
  return text
    .split(/(?<!\\)\//)
    .map((part) => part.replaceAll('\\/', '/'))
    .filter((part) => part !== '');
}

/**
 * Reads `kind path` lines as field specs: `apps/Deployment spec/selector/matchLabels +` creates the field if it is
 * absent.
 */
export function fieldSpecs(lines: string): FieldSpec[] {
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .flatMap((line) => {
      const [kinds = '', path = '', create] = line.split(/\s+/);
      return kinds.split(',').map((kind) => ({
        ...kindSelector(kind),
        path: fieldPath(path),
        ...(create === '+' ? { create: true } : {}),
      }));
    });
}

function kindSelector(text: string): KindSelector {
  if (text === '*') return {};
  const parts = text.split('/');
  const kind = parts.at(-1) ?? '';
  if (parts.length === 1) return { kind };
  return parts[0] === 'v1' ? { version: 'v1', kind } : { group: parts[0] ?? '', kind };
}

/**
 * Calls `set` for every field of the resource that the spec selects. `make`: the initial value of an absent field, if
 * the spec allows creating it; missing parent mappings are created at `place`.
 */
export function visitField(
  resource: Resource,
  spec: FieldSpec,
  set: (slot: Slot) => void,
  make?: { readonly place: Place; readonly value: () => BuildNode },
): void {
  if (!isSelected(resource.id, spec)) return;
  walk(resource.node, spec.path, spec.create === true ? make : undefined, set);
}

function walk(
  node: BuildNode,
  path: readonly string[],
  make: { readonly place: Place; readonly value: () => BuildNode } | undefined,
  set: (slot: Slot) => void,
): void {
  if (node.isList) {
    for (const item of node.items) walk(item, path, make, set);
    return;
  }
  const [step, ...rest] = path;
  if (step === undefined || !node.isMap) return;
  const isList = step.endsWith('[]');
  const key = isList ? step.slice(0, -2) : step;
  let next = node.get(key);
  if ((next === undefined || next.isNull) && make !== undefined && !isList) {
    next = rest.length === 0 ? make.value() : emptyMap(make.place);
    node.set(key, next);
  }
  if (next === undefined || next.isNull) return;
  if (rest.length > 0) walk(next, rest, make, set);
  else
    set({
      node: next,
      replace: (value) => {
        node.set(key, value);
      },
    });
}
