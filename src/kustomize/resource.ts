import type { ManifestObject } from '../manifests/types.js';
import { BuildNode, type Place } from './node.js';
import { readWords } from './words.js';
import { resourceId, type ResourceId } from './resource-id.js';

/** How a generated ConfigMap or Secret goes together with one of its name that is there already. */
export type GeneratorBehavior = 'create' | 'merge' | 'replace';

/** An object on its way through a build: what it is now, and what it was called before. */
export class Resource {
  node: BuildNode;
  /** What it was called before each change of its name or namespace, the oldest first. */
  readonly previous: ResourceId[] = [];
  readonly prefixes: string[] = [];
  readonly suffixes: string[] = [];
  /** For a generated object: whether the hash of what it holds is to be put behind its name. */
  isHashed = false;
  behavior: GeneratorBehavior | undefined;
  /** For a generated object: whether a file with data of it is not there, so that it may have more than is known. */
  lacksData = false;
  /** The variables whose values it has. */
  readonly variables = new Set<BuildNode>();

  private constructor(
    node: BuildNode,
    /** The object that was read; undefined for a generated one. */
    readonly written: ManifestObject | undefined,
    /** Where the object as a whole stands. */
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

  /** What it was called where it is written. */
  get firstId(): ResourceId {
    return this.previous[0] ?? this.id;
  }

  /** Notes what it is called now, before that changes. */
  keepId(): void {
    this.previous.push(this.id);
  }
}
