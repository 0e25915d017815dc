import type { Finding, Position } from '../diagnostics/finding.js';
import type { ManifestObject } from '../manifests/types.js';
import { append } from './model/groups.js';

/** Finds the object that a finding of the reader or the validator is about. */
export class ObjectFinder {
  readonly #objects: readonly ManifestObject[];
  #byReference: Map<string, ManifestObject[]> | undefined;

  constructor(objects: readonly ManifestObject[]) {
    this.#objects = objects;
  }

  /** The object, or undefined for a finding about a file. */
  find(finding: Finding): ManifestObject | undefined {
    if (finding.object === undefined) return undefined;
    const { kind, namespace, name } = finding.object;
    const candidates = this.#index().get(referenceKey(finding.file, kind, namespace, name)) ?? [];
    return candidates.length > 1 ? candidates.find((object) => holds(object, finding.range.start)) ?? candidates[0] : candidates[0];
  }

  #index(): Map<string, ManifestObject[]> {
    if (this.#byReference !== undefined) return this.#byReference;
    this.#byReference = new Map();
    for (const object of this.#objects) {
      append(this.#byReference, referenceKey(object.source.name, object.kind, object.namespace, object.name), object);
    }
    return this.#byReference;
  }
}

/** The objects whose apiVersion is no longer served: they get that one finding. */
export function removedObjects(findings: readonly Finding[], objects: ObjectFinder): ReadonlySet<ManifestObject> {
  const removed = new Set<ManifestObject>();
  for (const finding of findings) {
    const object = finding.rule === 'schema/removed-api' ? objects.find(finding) : undefined;
    if (object !== undefined) removed.add(object);
  }
  return removed;
}

function referenceKey(file: string, kind: string, namespace: string, name: string): string {
  return [file, kind, namespace === 'default' ? '' : namespace, name].join('\0');
}

function holds(object: ManifestObject, position: Position): boolean {
  const { start, end } = object.locate([]);
  return !isBefore(position, start) && isBefore(position, end);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}
