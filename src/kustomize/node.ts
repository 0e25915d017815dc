import type { Path, Range } from '../diagnostics/finding.js';
import { setKey } from '../manifests/outcome.js';
import { isObject } from '../manifests/skip.js';
import type { Json, JsonObject, NodePart, ScalarSource, SourceText } from '../manifests/types.js';

/** A document whose nodes have places: an object, a kustomization, a patch within one. */
export interface PlacedDocument {
  readonly source: SourceText;
  locate(path: Path, part?: NodePart): Range;
  scalar(path: Path): ScalarSource | undefined;
}

/** Where a value is written. */
export interface Place {
  readonly document: PlacedDocument;
  readonly path: Path;
}

/**
 * A value on its way through a build, with the place where it is written. It begins as what stands there and is taken
 * apart only where somebody looks into it, so that an object that nothing changes stays the value that was read.
 */
export class BuildNode {
  #entries: Map<string, BuildNode> | undefined;
  #items: BuildNode[] | undefined;
  #edited = false;

  constructor(
    readonly place: Place,
    private readonly written: Json,
    /** Whether the value is not what stands at the place, but was made of it: a name with its prefix. */
    readonly isMade = false,
  ) {}

  /** A value that is made of what stands at a place. */
  static made(place: Place, value: Json): BuildNode {
    return new BuildNode(place, value, true);
  }

  get isMap(): boolean {
    return isObject(this.written);
  }
  get isList(): boolean {
    return Array.isArray(this.written);
  }
  get isNull(): boolean {
    return this.written === null;
  }

  /** The scalar; undefined for mappings and lists. */
  get scalar(): null | boolean | number | string | undefined {
    const { written } = this;
    return typeof written === 'object' && written !== null ? undefined : written;
  }

  /** The scalar as text, as YAML would be read by a program that takes all scalars for text. */
  get text(): string | undefined {
    const { scalar } = this;
    return scalar === undefined || scalar === null ? undefined : String(scalar);
  }

  /** The entries of a mapping; none for anything else. */
  get entries(): ReadonlyMap<string, BuildNode> {
    return this.#map();
  }

  /** The items of a list; none for anything else. */
  get items(): readonly BuildNode[] {
    return this.#list();
  }

  get(...path: readonly string[]): BuildNode | undefined {
    return path.reduce<BuildNode | undefined>(
      (node, key) => (node?.isMap === true ? node.#map().get(key) : undefined),
      this,
    );
  }

  textAt(...path: readonly string[]): string {
    return this.get(...path)?.text ?? '';
  }

  set(key: string, node: BuildNode): void {
    this.#map().set(key, node);
    this.#edited = true;
  }

  delete(key: string): void {
    if (this.#map().delete(key)) this.#edited = true;
  }

  setItems(items: BuildNode[]): void {
    this.#items = items;
    this.#edited = true;
  }

  setItem(index: number, node: BuildNode): void {
    this.#list()[index] = node;
    this.#edited = true;
  }

  /** A node of its own: what is done to one is not seen in the other. */
  clone(): BuildNode {
    if (!this.isChanged()) return new BuildNode(this.place, this.written, this.isMade);
    const copy = new BuildNode(this.place, this.written, this.isMade);
    if (this.isMap) copy.#entries = new Map([...this.#map()].map(([key, node]) => [key, node.clone()]));
    else copy.#items = this.#list().map((node) => node.clone());
    copy.#edited = true;
    return copy;
  }

  /** Whether anything below differs from what is written. */
  isChanged(): boolean {
    if (this.#edited) return true;
    for (const child of this.#entries?.values() ?? this.#items ?? []) if (child.isChanged()) return true;
    return false;
  }

  /** The value as it is now; what was left alone is the value that was read, not a copy. */
  toJson(): Json {
    if (!this.isChanged()) return this.written;
    if (this.#items !== undefined && this.isList) return this.#items.map((item) => item.toJson());
    const value: Record<string, Json> = {};
    for (const [key, node] of this.#map()) setKey(value, key, node.toJson());
    return value;
  }

  /** How many nodes were taken apart or added, for bounds on what copying costs. */
  size(): number {
    let size = 1;
    for (const child of this.#entries?.values() ?? this.#items ?? []) size += child.size();
    return size;
  }

  /** How many levels lie below. */
  depth(): number {
    const children = this.#entries?.values() ?? this.#items;
    if (children === undefined) return depthOf(this.written);
    let depth = 0;
    for (const child of children) depth = Math.max(depth, child.depth() + 1);
    return depth;
  }

  /** The place of the node at a path, or of its nearest ancestor that exists. */
  placeOf(path: Path): { readonly place: Place; readonly isMade: boolean; readonly isThere: boolean } {
    const [part, ...rest] = path;
    if (part === undefined) return { place: this.place, isMade: this.isMade, isThere: true };
    const next = this.#step(part);
    return next?.placeOf(rest) ?? { place: this.#below(path), isMade: false, isThere: false };
  }

  /** What is not there may be written all the same, as in a mapping that stands for nothing. */
  #below(rest: Path): Place {
    return this.#edited || this.isMade ? this.place : { ...this.place, path: [...this.place.path, ...rest] };
  }

  #step(part: string | number): BuildNode | undefined {
    if (typeof part === 'number') return this.isList ? this.#list()[part] : undefined;
    return this.isMap ? this.#map().get(part) : undefined;
  }

  #map(): Map<string, BuildNode> {
    if (!isObject(this.written)) return new Map();
    return (this.#entries ??= new Map(
      Object.entries(this.written).flatMap(([key, value]): [string, BuildNode][] =>
        value === undefined ? [] : [[key, this.#child(key, value)]],
      ),
    ));
  }

  #list(): BuildNode[] {
    if (!Array.isArray(this.written)) return [];
    return (this.#items ??= (this.written as readonly Json[]).map((value, index) => this.#child(index, value)));
  }

  #child(key: string | number, value: Json): BuildNode {
    const { document, path } = this.place;
    // What is made of a whole mapping has no places of its own below it.
    return new BuildNode(this.isMade ? this.place : { document, path: [...path, key] }, value, this.isMade);
  }
}

function depthOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  let depth = 0;
  for (const child of Object.values(value)) depth = Math.max(depth, depthOf(child ?? null) + 1);
  return depth;
}

/** An empty mapping, made at a place. */
export function emptyMap(place: Place): BuildNode {
  return BuildNode.made(place, {} satisfies JsonObject);
}

export function emptyList(place: Place): BuildNode {
  return BuildNode.made(place, []);
}
