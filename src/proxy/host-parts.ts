/** Recognises which iproute2 output a JSON array is, and combines several outputs into one object of host facts. */
import type { Json, JsonObject } from '../manifests/types.js';
import { objectOf } from '../manifests/values.js';

/** Fields of host facts that contain unchanged output of `ip -json`. */
export type HostPart = 'links' | 'routes' | 'rules' | 'neighbours';

/**
 * The command that printed an array: `ip -json address` or `link`, `route`, `rule`, `neighbour` (iproute2, ip/*.c).
 * Undefined if it is none of these, or empty.
 */
export function partOf(value: readonly Json[]): HostPart | undefined {
  const kinds = new Set(value.map((item) => kindOf(objectOf(item))));
  const [kind] = kinds;
  return kinds.size > 1 ? undefined : kind;
}

function kindOf(item: JsonObject): HostPart | undefined {
  // Without -details, ip -json link prints {} for interfaces that a filter excludes.
  if (typeof item.ifname === 'string' || Object.keys(item).length === 0) return 'links';
  if (item.priority !== undefined && item.src !== undefined) return 'rules';
  if (item.dst !== undefined && (Array.isArray(item.state) || item.lladdr !== undefined)) return 'neighbours';
  return item.dst === undefined ? undefined : 'routes';
}

/** Host facts as one object, from any accepted form; undefined if the value has none of these forms. */
export function sortedFacts(value: Json): JsonObject | undefined {
  if (!Array.isArray(value)) return typeof value === 'object' && value !== null ? (value as JsonObject) : undefined;
  const part = partOf(value);
  if (part === undefined) return value.length === 0 ? {} : undefined;
  return { [part]: value };
}

/** Combines several host facts: lists of the same kind are concatenated; of all other values, the last is used. */
export function joinedFacts(values: readonly Json[]): JsonObject {
  const joined: Record<string, Json> = {};
  for (const facts of values.map(sortedFacts)) {
    for (const [name, value] of Object.entries(facts ?? {})) {
      const before = joined[name];
      if (value !== undefined) joined[name] = bothLists(before, value) ?? value;
    }
  }
  return joined;
}

function bothLists(first: Json | undefined, second: Json): readonly Json[] | undefined {
  if (!Array.isArray(first) || !Array.isArray(second)) return undefined;
  return [...(first as readonly Json[]), ...(second as readonly Json[])];
}
