import { deepest } from '../manifests/outcome.js';
import type { BuildContext } from './context.js';
import type { BuildNode } from './node.js';

/** Why an operation fails; kustomize would stop with an error. */
class Failure extends Error {}

/**
 * Applies a JSON patch (RFC 6902) to an object. New values have their place in the patch. An operation that fails is
 * reported with its place and ends the patch; kustomize would not build at all.
 */
export function applyJsonPatch(object: BuildNode, patch: BuildNode, context: BuildContext): void {
  for (const operation of patch.items) {
    try {
      apply(object, operation, context);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const doubt = context.knowsFields ? {} : { severity: 'info' as const };
      context.problem(operation.place, `${error.message}, so kustomize refuses to build`, doubt);
      return;
    }
  }
}

function apply(object: BuildNode, operation: BuildNode, context: BuildContext): void {
  const op = operation.textAt('op');
  const path = pointer(operation, 'path');
  const value = (): BuildNode => {
    const node = operation.get('value');
    if (node === undefined) throw new Failure(`The operation ${op} has no value`);
    context.countCopies(operation.place, node.size());
    return node.clone();
  };
  if (op === 'add') add(object, path, value());
  else if (op === 'replace') replace(object, path, value());
  else if (op === 'remove') take(object, path);
  else if (op === 'move') add(object, path, take(object, pointer(operation, 'from')));
  else if (op === 'copy') add(object, path, copied(object, operation, context));
  else if (op === 'test') test(object, path, operation.get('value'));
  else
    throw new Failure(
      `${op === '' ? 'An operation without op' : `The operation ${JSON.stringify(op)}`} is not one of JSON Patch`,
    );
}

function copied(object: BuildNode, operation: BuildNode, context: BuildContext): BuildNode {
  const found = existing(object, pointer(operation, 'from'));
  context.countCopies(operation.place, found.size());
  return found.clone();
}

/** The keys of a JSON pointer (RFC 6901). The library that kustomize uses ignores what is before the first slash. */
function pointer(operation: BuildNode, field: string): string[] {
  const text = operation.textAt(field);
  if (text === '') return [];
  const slash = text.indexOf('/');
  if (slash < 0) throw new Failure(`The ${field} ${JSON.stringify(text)} does not begin with /`);
  return text
    .slice(slash + 1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function child(node: BuildNode, key: string): BuildNode | undefined {
  return node.isList ? node.items[indexIn(node, key)] : node.get(key);
}

/** Negative numbers count from the end, as in the library that kustomize uses. */
function indexIn({ items }: BuildNode, key: string): number {
  if (!/^-?\d+$/.test(key)) return -1;
  const index = Number(key);
  return index < 0 ? items.length + index : index;
}

function existing(object: BuildNode, path: readonly string[]): BuildNode {
  let node: BuildNode | undefined = object;
  for (const key of path) node = node && child(node, key);
  if (node === undefined) throw missing(path);
  return node;
}

function missing(path: readonly string[]): Failure {
  return new Failure(`The object has nothing at /${path.join('/')}`);
}

function parentOf(object: BuildNode, path: readonly string[]): { parent: BuildNode; key: string } {
  const parent = existing(object, path.slice(0, -1));
  if (!parent.isMap && !parent.isList) throw missing(path);
  return { parent, key: path.at(-1) ?? '' };
}

function add(object: BuildNode, path: readonly string[], value: BuildNode): void {
  if (path.length === 0) throw new Failure('The whole object would be replaced');
  refuseDepth(path, value);
  const { parent, key } = parentOf(object, path);
  if (!parent.isList) {
    parent.set(key, value);
    return;
  }
  const index = key === '-' ? parent.items.length : indexIn(parent, key);
  if (index < 0 || index > parent.items.length) throw missing(path);
  parent.setItems(parent.items.toSpliced(index, 0, value));
}

/** A limit because later code may recurse as deeply as values are nested. */
function refuseDepth(path: readonly string[], value: BuildNode): void {
  if (path.length + value.depth() > deepest) throw new Failure(`The object would have more than ${deepest} levels`);
}

/** Creates a missing key, like the library that kustomize uses. */
function replace(object: BuildNode, path: readonly string[], value: BuildNode): void {
  if (path.length === 0) throw new Failure('The whole object would be replaced');
  refuseDepth(path, value);
  const { parent, key } = parentOf(object, path);
  if (parent.isList) existing(object, path);
  if (parent.isList) parent.setItem(indexIn(parent, key), value);
  else parent.set(key, value);
}

function take(object: BuildNode, path: readonly string[]): BuildNode {
  const node = existing(object, path);
  if (path.length === 0) throw new Failure('The whole object would be removed');
  const { parent, key } = parentOf(object, path);
  if (parent.isList) parent.setItems(parent.items.toSpliced(indexIn(parent, key), 1));
  else parent.delete(key);
  return node;
}

function test(object: BuildNode, path: readonly string[], value: BuildNode | undefined): void {
  const { parent, key } = parentOf(object, path);
  if (parent.isList) existing(object, path);
  if (!isEqual(child(parent, key)?.toJson() ?? null, value?.toJson() ?? null))
    throw new Failure(`The test of /${path.join('/')} fails`);
}

function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return (
    Array.isArray(a) === Array.isArray(b) &&
    left.length === right.length &&
    left.every(([key, value]) => Object.hasOwn(b, key) && isEqual(value, (b as Record<string, unknown>)[key]))
  );
}
