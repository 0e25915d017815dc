import type { Range } from '../../src/diagnostics/finding.js';
import type { Json, JsonObject, ManifestObject } from '../../src/manifests/types.js';

const nowhere: Range = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };

/** An object as reading would return it, without a text: every place is line 1, column 1 of `test.yaml`. */
export function manifestObject(value: JsonObject): ManifestObject {
  const metadata = (value.metadata ?? {}) as JsonObject;
  return {
    apiVersion: textOf(value.apiVersion),
    kind: textOf(value.kind),
    name: textOf(metadata.name),
    namespace: textOf(metadata.namespace),
    value,
    source: { name: 'test.yaml', text: '' },
    document: 0,
    locate: () => nowhere,
    scalar: () => undefined,
  };
}

/** Objects of a `List`, or of a plain array, as reading would return them. */
export function manifestObjects(
  values: readonly JsonObject[] | { readonly items: readonly JsonObject[] },
): ManifestObject[] {
  return ('items' in values ? values.items : values).map(manifestObject);
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
