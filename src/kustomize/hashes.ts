import { createHash } from 'node:crypto';
import type { Json } from '../manifests/types.js';
import type { BuildContext } from './context.js';
import type { Resource } from './resource.js';
import { rename } from './transform-fields.js';

/**
 * Appends content hashes to the names of generated objects (kustomize's api/hasher): the first ten hex digits of
 * SHA-256 over JSON with sorted keys, five of the digits replaced by letters. The name is not included: kustomize
 * intends to include it but looks for it in a wrong place. If a file could not be read, the hash differs from
 * kustomize's, but is the same in all references to the object.
 */
export function addHashes(resources: readonly Resource[], context: BuildContext): void {
  for (const resource of resources.filter(({ isHashed }) => isHashed)) {
    context.countCopies(resource.place, 1);
    const hash = hashOf(resource);
    rename(resource, (name) => `${name}-${hash}`);
  }
}

function hashOf({ node, kind }: Resource): string {
  const json = (...path: string[]): Json => node.get(...path)?.toJson() ?? '';
  const value: Record<string, Json> = { data: json('data'), kind, name: '' };
  if (kind === 'Secret') value.type = json('type');
  const extra = kind === 'Secret' ? 'stringData' : 'binaryData';
  if (node.get(extra) !== undefined) value[extra] = json(extra);
  const hex = createHash('sha256').update(goJson(value)).digest('hex').slice(0, 10);
  const letters: Readonly<Record<string, string>> = { 0: 'g', 1: 'h', 3: 'k', a: 'm', e: 't' };
  return hex.replace(/./g, (digit) => letters[digit] ?? digit);
}

/** JSON as Go writes it: with sorted keys, and HTML characters escaped. */
function goJson(value: Json): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return JSON.stringify(value)
      .replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .replaceAll('\\b', '\\u0008')
      .replaceAll('\\f', '\\u000c');
  const entries = Object.entries(value as Readonly<Record<string, Json>>).sort(([a], [b]) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  return `{${entries.map(([key, item]) => `${goJson(key)}:${goJson(item)}`).join(',')}}`;
}
