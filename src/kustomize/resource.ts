import type { ManifestObject } from '../manifests/types.js';
import { BuildNode, type Place } from './node.js';
import { readWords } from './words.js';
import { resourceId, type ResourceId } from './resource-id.js';

/** How a generated ConfigMap or Secret is combined with an existing one of the same name. */
export type GeneratorBehavior = 'create' | 'merge' | 'replace';

/** An object during a build: its current state and its previous names. */
export class Resource {
  node: BuildNode;
  /** Its ids before each change of name or namespace, oldest first. */
  readonly previous: ResourceId[] = [];
  readonly prefixes: string[] = [];
  readonly suffixes: string[] = [];
  /** For a generated object: whether the hash of its content is appended to its name. */
  isHashed = false;
  behavior: GeneratorBehavior | undefined;
  /** For a generated object: whether a data file is missing, so that it may contain more than is known. */
  lacksData = false;
  /** The variables with values from this object. */
  readonly variables = new Set<BuildNode>();

  private constructor(
    node: BuildNode,
    /** The object as read; undefined for a generated one. */
    readonly written: ManifestObject | undefined,
    /** The place of the whole object. */
    readonly place: Place,
  ) {
    this.node = node;
  }

  static of(object: ManifestObject): Resource {
    const place = { document: object, path: [] };
    return new Resource(readWords(new BuildNode(place, object.value), object), object, place);
  }

  static generated(node: BuildNode, place: Place): Resource {
    return new Resource(node, undefined, place);
  }

  get apiVersion(): string {
    return this.node.textAt('apiVersion');
  }
  get kind(): string {
    return this.node.textAt('kind');
  }
  get name(): string {
    return this.node.textAt('metadata', 'name');
  }
  get namespace(): string {
    return this.node.textAt('metadata', 'namespace');
  }

  get id(): ResourceId {
    return resourceId(this.apiVersion, this.kind, this.name, this.namespace);
  }

  /** Its id as written. */
  get firstId(): ResourceId {
    return this.previous[0] ?? this.id;
  }

  /** Records the current id before it changes. */
  keepId(): void {
    this.previous.push(this.id);
  }
}
