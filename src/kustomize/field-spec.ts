import { emptyMap, type BuildNode, type Place } from './node.js';
import { isSelected, type KindSelector } from './resource-id.js';
import type { Resource } from './resource.js';

/** A field that a transformation is about, of the kinds that it names: kustomize's FieldSpec. */
export interface FieldSpec extends KindSelector {
  /** Keys from the outside in; lists along the way are gone through. */
  readonly path: readonly string[];
  /** Whether the field is made where it is absent. */
  readonly create?: boolean;
}

/** A field that was found, and how another value is put in its place. */
export interface Slot {
  readonly node: BuildNode;
  readonly replace: (node: BuildNode) => void;
}

/** Everything downstream may recurse as deep as a path makes an object. */
const longestPath = 400;

/** `spec/containers[]/image` as keys; a slash within a key is written `\/`. `[]` marks a list, which is never made. */
export function fieldPath(text: string): string[] {
  if (text.length > longestPath) return [];
  return text
    .split(/(?<!\\)\//)
    .map((part) => part.replaceAll('\\/', '/'))
    .filter((part) => part !== '');
}

/** Reads `kind path` lines as field specs: `apps/Deployment spec/selector/matchLabels +` makes the field if need be. */
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
 * Calls `set` for every field of the resource that the spec leads to. `make`: what an absent field begins as, where the
 * spec lets it be made; mappings that lead to it are made at `place`.
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
