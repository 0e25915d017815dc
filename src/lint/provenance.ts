import type { Finding, Position } from '../diagnostics/finding.js';
import type { ManifestObject } from '../manifests/types.js';
import { addToGroup } from '../diagnostics/groups.js';

/** Finds the object of a reader's or validator's finding. */
export class ObjectFinder {
  readonly #objects: readonly ManifestObject[];
  #byReference: Map<string, ManifestObject[]> | undefined;
  readonly #starts = new Map<readonly ManifestObject[], readonly Position[]>();

  constructor(objects: readonly ManifestObject[]) {
    this.#objects = objects;
  }

  /** The object, or undefined for a finding about a file. */
  find(finding: Finding): ManifestObject | undefined {
    if (finding.object === undefined) return undefined;
    const { kind, namespace, name } = finding.object;
    const index = this.#index();
    const candidates =
      index.get(referenceKey(finding.file, kind, namespace, name)) ??
      index.get(referenceKey('', kind, namespace, name)) ??
      [];
    return candidates.length > 1 ? this.#lastBefore(candidates, finding.range.start) : candidates[0];
  }

  /** Of objects with one name in one file, in reading order, the last one that begins at or before the position. */
  #lastBefore(candidates: readonly ManifestObject[], position: Position): ManifestObject | undefined {
    const starts = this.#starts.get(candidates) ?? candidates.map((object) => object.locate([]).start);
    this.#starts.set(candidates, starts);
    let [low, high] = [0, candidates.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const start = starts[middle];
      if (start !== undefined && isBefore(position, start)) high = middle;
      else low = middle + 1;
    }
    return candidates[Math.max(0, low - 1)];
  }

  #index(): Map<string, ManifestObject[]> {
    if (this.#byReference !== undefined) return this.#byReference;
    this.#byReference = new Map();
    for (const object of this.#objects) {
      addToGroup(
        this.#byReference,
        referenceKey(object.source.name, object.kind, object.namespace, object.name),
        object,
      );
      if (object.sourceAt !== undefined) this.#addBuilt(this.#byReference, object);
    }
    return this.#byReference;
  }

  /** A built object has values from several files, and findings of reading contain the name it had there. */
  #addBuilt(byReference: Map<string, ManifestObject[]>, object: ManifestObject): void {
    addToGroup(byReference, referenceKey('', object.kind, object.namespace, object.name), object);
    if (object.written === undefined) return;
    const { kind, namespace, name, source } = object.written;
    const key = referenceKey(source.name, kind, namespace, name);
    if (byReference.get(key)?.includes(object) !== true) addToGroup(byReference, key, object);
  }
}

/** The objects with a removed or unknown apiVersion: they get only that finding. */
export function removedObjects(findings: readonly Finding[], objects: ObjectFinder): ReadonlySet<ManifestObject> {
  const removed = new Set<ManifestObject>();
  for (const finding of findings) {
    const object = isAboutVersion(finding) ? objects.find(finding) : undefined;
    if (object !== undefined) removed.add(object);
  }
  return removed;
}

/** Whether a finding says that the kind does not exist in the apiVersion. */
export function isAboutVersion({ rule, path }: Finding): boolean {
  return rule === 'schema/removed-api' || (rule === 'schema/invalid' && path?.length === 1 && path[0] === 'apiVersion');
}

function referenceKey(file: string, kind: string, namespace: string, name: string): string {
  return [file, kind, namespace === 'default' ? '' : namespace, name].join('\0');
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}
