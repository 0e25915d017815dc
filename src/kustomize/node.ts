import type { Path, Range } from '../diagnostics/finding.js';
import { setKey } from '../manifests/outcome.js';
import { isObject } from '../manifests/values.js';
import type { Json, JsonObject, NodePart, ScalarSource, SourceText } from '../manifests/types.js';

/** A document with places for its nodes: an object, a kustomization, or a patch within one. */
export interface PlacedDocument {
  readonly source: SourceText;
  locate(path: Path, part?: NodePart): Range;
  scalar(path: Path): ScalarSource | undefined;
}

/** The place where a value is written. */
export interface Place {
  readonly document: PlacedDocument;
  readonly path: Path;
}

/**
 * A value during a build, with the place where it is written. It is expanded into child nodes only when needed, so that
 * an unchanged object remains the value that was read.
 */
export class BuildNode {
  #entries: Map<string, BuildNode> | undefined;
  #items: BuildNode[] | undefined;
  #edited = false;

  constructor(
    readonly place: Place,
    private readonly written: Json,
    /** Whether the value was computed from the text at the place instead of read from it: a name with its prefix. */
    readonly isMade = false,
  ) {}

  /** A value computed from the text at a place. */
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

  /** The scalar as text, as for a YAML reader that reads every scalar as text. */
  get text(): string | undefined {
    const { scalar } = this;
    return scalar === undefined || scalar === null ? undefined : String(scalar);
  }

  /** The entries of a mapping; empty for other values. */
  get entries(): ReadonlyMap<string, BuildNode> {
    return this.#map();
  }

  /** The items of a list; empty for other values. */
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

  /** A copy; changes to one do not affect the other. */
  clone(): BuildNode {
    if (!this.isChanged()) return new BuildNode(this.place, this.written, this.isMade);
    const copy = new BuildNode(this.place, this.written, this.isMade);
    if (this.isMap) copy.#entries = new Map([...this.#map()].map(([key, node]) => [key, node.clone()]));
    else copy.#items = this.#list().map((node) => node.clone());
    copy.#edited = true;
    return copy;
  }

  /** Whether the node or anything below it differs from the written text. */
  isChanged(): boolean {
    if (this.#edited) return true;
    for (const child of this.#entries?.values() ?? this.#items ?? []) if (child.isChanged()) return true;
    return false;
  }

  /** The current value; unchanged parts are the values that were read, not copies. */
  toJson(): Json {
    if (!this.isChanged()) return this.written;
    if (this.#items !== undefined && this.isList) return this.#items.map((item) => item.toJson());
    const value: Record<string, Json> = {};
    for (const [key, node] of this.#map()) setKey(value, key, node.toJson());
    return value;
  }

  /** How many nodes were expanded or added, to limit the cost of copying. */
  size(): number {
    let size = 1;
    for (const child of this.#entries?.values() ?? this.#items ?? []) size += child.size();
    return size;
  }

  /** The number of levels below. */
  depth(): number {
    const children = this.#entries?.values() ?? this.#items;
    if (children === undefined) return depthOf(this.written);
    let depth = 0;
    for (const child of children) depth = Math.max(depth, child.depth() + 1);
    return depth;
  }

  /** The place of the node at a path, or of its nearest existing ancestor. */
  placeOf(path: Path): { readonly place: Place; readonly isMade: boolean; readonly isThere: boolean } {
    const [part, ...rest] = path;
    if (part === undefined) return { place: this.place, isMade: this.isMade, isThere: true };
    const next = this.#step(part);
    return next?.placeOf(rest) ?? { place: this.#below(path), isMade: false, isThere: false };
  }

  /** A node that was not expanded may still have a place in the text. */
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
    // The parts of a computed mapping have no places of their own.
    return new BuildNode(this.isMade ? this.place : { document, path: [...path, key] }, value, this.isMade);
  }
}

function depthOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  let depth = 0;
  for (const child of Object.values(value)) depth = Math.max(depth, depthOf(child ?? null) + 1);
  return depth;
}

/** An empty mapping, created at a place. */
export function emptyMap(place: Place): BuildNode {
  return BuildNode.made(place, {} satisfies JsonObject);
}

export function emptyList(place: Place): BuildNode {
  return BuildNode.made(place, []);
}
