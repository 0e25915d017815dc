import type { Path } from '../diagnostics/finding.js';
import { DocumentObject, type SourceDocument } from './document.js';
import type { ReadOutcome } from './outcome.js';
import { reasonToSkip } from './skip.js';
import { isObject } from './values.js';
import type { Json, JsonObject, ManifestObject, SkippedInput } from './types.js';

/**
 * The objects of a document: itself, or the items of a List (`v1` List, `ServiceList` and similar, lists within lists).
 * Items of a typed list may omit apiVersion and kind, as in the API server's answers.
 */
export function objectsIn(
  document: SourceDocument,
  root: Json,
  skipped: SkippedInput[],
  cuts?: ReadOutcome['cuts'],
): ManifestObject[] {
  const found: ManifestObject[] = [];
  collect(root, [], 0);
  return found;

  function collect(value: Json, path: Path, depth: number): void {
    const reason = depth > 10 ? 'a List nested in Lists too deeply' : reasonToSkip(value);
    if (reason !== undefined || !isObject(value)) {
      skipped.push({
        file: document.source.name,
        reason: `${reason ?? ''} (item ${path.filter((part) => part !== 'items').join('.')} of a List)`,
      });
      return;
    }
    if (!isListOfObjects(value)) found.push(new DocumentObject(value, document, path, cuts?.get(value)));
    else
      for (const [index, item] of value.items.entries())
        collect(typed(item, value), [...path, 'items', index], depth + 1);
  }
}

interface List extends JsonObject {
  readonly kind: string;
  readonly items: readonly Json[];
}

/** Whether an object is a List of others: `List`, `ServiceList`. */
export function isListOfObjects(value: JsonObject): value is List {
  return typeof value.kind === 'string' && value.kind.endsWith('List') && Array.isArray(value.items);
}

function typed(item: Json, list: List): Json {
  const kind = list.kind.slice(0, -'List'.length);
  if (kind === '' || !isObject(item) || (item.kind !== undefined && item.apiVersion !== undefined)) return item;
  return { apiVersion: list.apiVersion, kind, ...item };
}
