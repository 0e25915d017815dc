/**
 * Checks values from JavaScript callers, who have no type checker: invalid values cause a TypeError with a sentence.
 */
import { quote } from '../diagnostics/quote.js';

/** Throws a TypeError if a value is not what a function accepts. `wanted`: `a list of texts, [{name, text}]`. */
export function must(holds: boolean, name: string, wanted: string, value: unknown): void {
  if (!holds) throw new TypeError(`${name} takes ${wanted}; not ${shown(value)}`);
}

/** Whether a value is an object with these fields and types; `list` is an array. */
export function hasFields(
  value: unknown,
  fields: Readonly<Record<string, 'string' | 'object' | 'list' | 'function'>>,
): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(fields).every(([field, type]) => {
    const found = (value as Record<string, unknown>)[field];
    return type === 'list' ? Array.isArray(found) : found !== null && typeof found === type;
  });
}

/** A value as shown in a message, without its content. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value instanceof Promise) return 'a promise: await it';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list that begins with ${shown(value[0])}`;
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return `the ${typeof value} ${String(value)}`;
  const keys = Object.keys(value).slice(0, 5);
  return keys.length === 0 ? 'an object without fields' : `an object with ${keys.map(quote).join(', ')}`;
}

/** `[{name, text}]`. */
export function mustBeTexts(name: string, value: unknown): void {
  const isList = Array.isArray(value) && value.every((one) => hasFields(one, { name: 'string', text: 'string' }));
  must(isList, name, 'a list of texts, [{ name: "web.yaml", text: "…" }]', value);
}

/** `{name, text}`. */
export function mustBeText(name: string, value: unknown): void {
  must(hasFields(value, { name: 'string', text: 'string' }), name, 'a text, { name: "node.save", text: "…" }', value);
}

/** A value returned by parseManifests. */
export function mustBeManifests(name: string, value: unknown): void {
  const isSet = hasFields(value, { objects: 'list', findings: 'list', sources: 'list', skipped: 'list' });
  must(isSet, name, 'manifests as parseManifests reads them', value);
}

/** A value returned by completeCluster if nothing was rejected. */
export function mustBeCompleted(name: string, value: unknown): void {
  const isCompleted = hasFields(value, { cluster: 'object', options: 'object', families: 'list' });
  must(
    isCompleted,
    name,
    '`completed` of what completeCluster gives, which is undefined where objects are refused',
    value,
  );
}

/** A value returned by readNode or nodeFromManifests. */
export function mustBeNode(name: string, value: unknown): void {
  const isNode = hasFields(value, { name: 'string', source: 'string', families: 'list', hints: 'list' });
  must(isNode, name, 'a node, as `node` of readNode and nodeFromManifests give one', value);
}

/** Options may be omitted; anything given must be an object. */
export function mustBeOptions(name: string, value: unknown): void {
  must(typeof value === 'object' && value !== null && !Array.isArray(value), name, 'its options as an object', value);
}
