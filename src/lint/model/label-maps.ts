import type { Json, JsonObject } from '../../manifests/types.js';
import { isList, isObject } from '../../manifests/values.js';

export type Labels = ReadonlyMap<string, string>;

/** Every map named `labels` within a value: custom resources have Pod templates at any path. */
export function labelMapsIn(value: Json | undefined): Labels[] {
  if (isList(value)) return value.flatMap(labelMapsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    key === 'labels' && isObject(child) ? [stringsOf(child)] : labelMapsIn(child),
  );
}

function stringsOf(map: JsonObject): Labels {
  return new Map(
    Object.entries(map).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[key, value]] : [],
    ),
  );
}
