/** Which of iproute2's outputs a JSON array is, and several of them as one object of host facts. */
import type { Json, JsonObject } from '../manifests/types.js';
import { asMap } from './host-values.js';

/** Fields of host facts that hold what `ip -json` prints, as it is printed. */
export type HostPart = 'links' | 'routes' | 'rules' | 'neighbours';

/**
 * What an array is the output of: `ip -json address` or `link`, `route`, `rule`, `neighbour` (iproute2, ip/*.c).
 * Undefined where it is none, or holds nothing.
 */
export function partOf(value: readonly Json[]): HostPart | undefined {
  const kinds = new Set(value.map((item) => kindOf(asMap(item))));
  const [kind] = kinds;
  return kinds.size > 1 ? undefined : kind;
}

function kindOf(item: JsonObject): HostPart | undefined {
  // Without -details, ip -json link prints {} for what a filter leaves out.
  if (typeof item.ifname === 'string' || Object.keys(item).length === 0) return 'links';
  if (item.priority !== undefined && item.src !== undefined) return 'rules';
  if (item.dst !== undefined && (Array.isArray(item.state) || item.lladdr !== undefined)) return 'neighbours';
  return item.dst === undefined ? undefined : 'routes';
}

/** Host facts as one object, whatever form they were given in; undefined where the value is none. */
export function sortedFacts(value: Json): JsonObject | undefined {
  if (!Array.isArray(value)) return typeof value === 'object' && value !== null ? (value as JsonObject) : undefined;
  const part = partOf(value);
  if (part === undefined) return value.length === 0 ? {} : undefined;
  return { [part]: value };
}

/** Several facts as one: lists of the same kind one behind the other; of all else the last one counts. */
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
