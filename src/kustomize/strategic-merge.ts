import type { BuildContext } from './context.js';
import { mergeShape, type MergeShape } from './merge-shapes.js';
import type { BuildNode, Place } from './node.js';
import { TooLarge } from './context.js';

/** For lists with two keys every item is compared with every other, so long lists are rejected. */
const longestKeyedList = 2000;

/** Thrown if a patch has another type of value than the object; caught in `mergePatch`. */
class Mismatch extends Error {
  constructor(
    readonly place: Place,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Merges a strategic-merge patch into an object, like kustomize (kyaml/yaml/merge2, which adds list items at the
 * front): mappings and lists with merge keys are merged, all other values replaced; `null` and `$patch: delete` remove,
 * `$patch: replace` replaces. Undefined if the object itself is deleted. Each value keeps the place where it is
 * written. A patch that does not fit is reported, and the object remains unchanged.
 */
export function mergePatch(
  object: BuildNode,
  patch: BuildNode,
  kind: { readonly apiVersion: string; readonly kind: string },
  context: BuildContext,
): BuildNode | undefined {
  context.countCopies(patch.place, patch.size());
  try {
    const shape = mergeShape(kind.apiVersion, kind.kind);
    const merged = merge(object, patch, shape, (item) => {
      context.problem(item.place, lostMessage(item), { severity: 'warning', rule: 'kustomize/lost-port' });
    });
    if (merged !== undefined && shape !== undefined) withoutRepeated(merged, shape);
    return merged;
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    context.problem(error.place, error.message);
    return object;
  }
}

/** Called for a patch item that kustomize drops. */
type OnLost = (item: BuildNode) => void;

function lostMessage(item: BuildNode): string {
  const [key = 'port'] = ['containerPort', 'port'].filter((name) => item.get(name) !== undefined);
  const port = `${key} ${item.textAt(key)}`;
  return item.get('protocol') === undefined
    ? `kustomize drops the patch of ${port}, because the object has the protocol of that port and the patch does not: add it`
    : `kustomize drops the patch of ${port}, because the patch has its protocol and the object does not: leave it out`;
}

function merge(
  target: BuildNode | undefined,
  patch: BuildNode,
  shape: MergeShape | undefined,
  onLost: OnLost,
): BuildNode | undefined {
  if (patch.isNull) return undefined;
  if (target === undefined || target.isNull) return added(patch, shape);
  if (patch.isMap) {
    if (!target.isMap) throw mismatch(patch, target);
    return mergeMaps(target, patch, shape, onLost);
  }
  if (patch.isList) {
    if (!target.isList) throw mismatch(patch, target);
    return shape?.keys === undefined ? patch : mergeLists(target, patch, shape.keys, shape.items, onLost);
  }
  if (target.isMap || target.isList) throw mismatch(patch, target);
  return patch;
}

function mismatch(patch: BuildNode, target: BuildNode): Mismatch {
  const kind = ({ isMap, isList }: BuildNode): string => (isMap ? 'a mapping' : isList ? 'a list' : 'a single value');
  return new Mismatch(
    patch.place,
    `The patch has ${kind(patch)} where the object has ${kind(target)}, so kustomize refuses to build`,
  );
}

function mergeMaps(
  target: BuildNode,
  patch: BuildNode,
  shape: MergeShape | undefined,
  onLost: OnLost,
): BuildNode | undefined {
  const directive = patch.textAt('$patch');
  if (directive === 'delete') return undefined;
  if (directive === 'replace') return added(patch, shape);
  for (const [key, value] of patch.entries) {
    if (key === '$patch') continue;
    const merged = merge(target.get(key), value, shape?.fields?.[key], onLost);
    if (merged === undefined) target.delete(key);
    else if (merged !== target.get(key)) target.set(key, merged);
  }
  return target;
}

/** The value that a patch adds where there was none: the patch without its removals. */
function added(patch: BuildNode, shape: MergeShape | undefined): BuildNode | undefined {
  if (patch.textAt('$patch') === 'delete') return undefined;
  for (const [key, value] of [...patch.entries]) {
    const kept = key === '$patch' || value.isNull ? undefined : added(value, shape?.fields?.[key]);
    if (kept === undefined) patch.delete(key);
  }
  if (shape?.keys !== undefined && patch.isList) {
    const items = patch.items.filter((item) => !isDirective(item) && added(item, shape.items) !== undefined);
    if (items.length < patch.items.length) patch.setItems(items);
  }
  return patch;
}

/** An item that is a directive for the list: `- $patch: replace`. */
function isDirective(item: BuildNode): boolean {
  return item.entries.size === 1 && item.get('$patch') !== undefined;
}

function mergeLists(
  target: BuildNode,
  patch: BuildNode,
  keys: readonly string[],
  shape: MergeShape | undefined,
  onLost: OnLost,
): BuildNode | undefined {
  const directive = patch.items.find(isDirective)?.textAt('$patch');
  if (directive === 'delete') return undefined;
  if (directive === 'replace') return added(patch, { keys, ...(shape && { items: shape }) });
  if (keys.length > 1 && target.items.length + patch.items.length > longestKeyedList) throw new TooLarge(patch.place);
  const items =
    keys.length === 0 ? mergeScalars(target, patch) : new KeyedItems(target, patch, keys, shape, onLost).merge();
  target.setItems(items);
  return target;
}

/** A merge keeps one item for each key in all of an object's lists: of repeated ones, the last. */
function withoutRepeated(node: BuildNode, shape: MergeShape): void {
  const [key, ...more] = shape.keys ?? [];
  if (key !== undefined && more.length === 0) {
    const last = new Map(node.items.map((item) => [item.get(key)?.text ?? item, item]));
    if (last.size < node.items.length) node.setItems([...last.values()]);
  }
  if (shape.items !== undefined) for (const item of node.items) withoutRepeated(item, shape.items);
  for (const [field, below] of Object.entries(shape.fields ?? {})) {
    const child = node.get(field);
    if (child !== undefined) withoutRepeated(child, below);
  }
}

function mergeScalars(target: BuildNode, patch: BuildNode): BuildNode[] {
  const known = new Set(patch.items.map(({ text }) => text));
  return [...patch.items, ...target.items.filter(({ text }) => !known.has(text))];
}

/** Merges the items of two lists by their keys; added items come first. */
class KeyedItems {
  readonly #keys: readonly string[];

  constructor(
    private readonly target: BuildNode,
    private readonly patch: BuildNode,
    keys: readonly string[],
    private readonly shape: MergeShape | undefined,
    private readonly onLost: OnLost,
  ) {
    const all = [...patch.items, ...target.items];
    const used = keys.filter((key) => all.some((item) => item.get(key)?.text !== undefined));
    this.#keys = used.length === 0 ? keys : used;
  }

  merge(): BuildNode[] {
    return this.#keys.length === 1 ? this.#mergeByKey() : this.#mergeByKeys();
  }

  /** Items that the patch names come first, in its order. */
  #mergeByKey(): BuildNode[] {
    const [key = ''] = this.#keys;
    const known = new Map<string, BuildNode>();
    for (const item of this.target.items) {
      const value = item.get(key)?.text;
      if (value !== undefined && !known.has(value)) known.set(value, item);
    }
    const first: BuildNode[] = [];
    const spoken = new Set<BuildNode>();
    for (const item of this.#patchItems()) {
      const match = known.get(item.get(key)?.text ?? '\0');
      if (match !== undefined) spoken.add(match);
      const value = merge(match, item, this.shape, this.onLost);
      if (value !== undefined) first.push(value);
    }
    return [...first, ...this.target.items.filter((item) => !spoken.has(item))];
  }

  /**
   * With two keys (a port and its protocol), only items with the same keys are merged. If an item of the object has
   * fewer or more of the keys than one of the patch, the object's item remains and the patch's is lost, as in kustomize
   * (kyaml/yaml/walk, appendListNode). The object's items come last.
   */
  #mergeByKeys(): BuildNode[] {
    let items: BuildNode[] = [];
    const merged = new Map<BuildNode, BuildNode | undefined>();
    for (const item of this.#patchItems()) {
      const match = this.target.items.find((other) => this.#isExact(item, other));
      if (match !== undefined) merged.set(match, merge(match, item, this.shape, this.onLost));
      else if (this.target.items.some((other) => this.#saysLess(item, other))) this.onLost(item);
      else {
        const value = merge(undefined, item, this.shape, this.onLost);
        if (value !== undefined) items.push(value);
      }
    }
    for (const item of this.target.items) {
      const value = merged.has(item) ? merged.get(item) : item;
      if (value === undefined) continue;
      for (const other of items) if (this.#saysLess(item, other)) this.onLost(other);
      items = items.filter((other) => !this.#saysLess(item, other) && !this.#isExact(item, other));
      items.push(value);
    }
    return items;
  }

  #patchItems(): readonly BuildNode[] {
    return this.patch.items.filter((item) => !isDirective(item));
  }

  #isExact(a: BuildNode, b: BuildNode): boolean {
    return this.#keys.every((key) => a.get(key)?.text === b.get(key)?.text);
  }

  /** Whether all keys of the first item equal those of the second, which has more. */
  #saysLess(a: BuildNode, b: BuildNode): boolean {
    const said = this.#keys.filter((key) => a.get(key)?.text !== undefined);
    return (
      said.length > 0 &&
      said.length < this.#keys.length &&
      said.every((key) => a.get(key)?.text === b.get(key)?.text) &&
      !this.#isExact(a, b)
    );
  }
}
