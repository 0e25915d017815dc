import type { Path, Range } from '../diagnostics/finding.js';
import { isObject } from '../manifests/values.js';
import type { JsonObject, ManifestObject, NodePart, ScalarSource, SourceText } from '../manifests/types.js';
import type { BuildNode } from './node.js';
import type { Resource } from './resource.js';

/**
 * An object that a kustomization built. Each value has the place where it is written: in a base, a patch or a label.
 */
class BuiltObject implements ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly value: JsonObject;
  readonly source: SourceText;
  readonly document: number;
  readonly #node: BuildNode;

  constructor(
    { node, apiVersion, kind, name, namespace, place }: Resource,
    /** The object as read. */
    readonly written: ManifestObject | undefined,
    index: number,
  ) {
    const value = node.toJson();
    this.#node = node;
    this.value = isObject(value) ? value : {};
    this.apiVersion = apiVersion;
    this.kind = kind;
    this.name = name;
    this.namespace = namespace;
    this.source = place.document.source;
    this.document = written?.document ?? index;
  }

  locate(path: Path, part?: NodePart): Range {
    const { place } = this.#node.placeOf(path);
    return place.document.locate(place.path, part);
  }

  sourceAt(path: Path): SourceText {
    return this.#node.placeOf(path).place.document.source;
  }

  scalar(path: Path): ScalarSource | undefined {
    const { place, isMade, isThere } = this.#node.placeOf(path);
    return isMade || !isThere ? undefined : place.document.scalar(place.path);
  }
}

/** The final object of a build: the object as read if nothing changed it. */
export function builtObject(resource: Resource, index: number): ManifestObject {
  const { written, node } = resource;
  return written !== undefined && !node.isChanged() && node.place.document === written
    ? written
    : new BuiltObject(resource, written, index);
}
