import type { Finding, Path, Range } from '../diagnostics/finding.js';

/** What YAML and JSON can hold once read. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/**
 * Which part of a node a range covers. `value`: the node itself. `key`: the key it stands under (for an item of a
 * sequence, the item's first line, at its dash). Where either is absent (a root has no key), the node itself.
 */
export type NodePart = 'value' | 'key';

/** How a scalar is written, for rules about spelling. `plain` is YAML without quotes; JSON strings are `quoted`. */
export interface ScalarSource {
  readonly text: string;
  readonly style: 'plain' | 'quoted' | 'block';
}

/** One text that was read: a file, standard input, or a manifest kept in a revision. */
export interface SourceText {
  /** As given on the command line or found below a directory; `-` reads as `<stdin>`. */
  readonly name: string;
  readonly text: string;
  /** Come across below a directory or by a glob, rather than named: templates among such are no mistake. */
  readonly found?: boolean;
}

/**
 * Is told of one endpoint of a slice. Absent conditions read as ready, serving and not terminating; `nodeName` is `''`
 * where there is none.
 */
export type EndpointVisitor = (
  address: string,
  ready: boolean,
  serving: boolean,
  terminating: boolean,
  nodeName: string,
  zoneHint: string | undefined,
) => void;

/**
 * An EndpointSlice whose endpoints stay in the text, as all of them are written as API servers write the usual one: a
 * single address, one zone hint at most, and nothing that schemas or the syntax of names refuse.
 */
export interface UnreadSlice {
  /** The object's value, of which nobody may look at `endpoints`. */
  readonly head: JsonObject;
  /** `ipv4`: all addresses are canonical unicast IPv4 addresses. `ipv6`: all have the characters of IPv6 addresses. */
  readonly family: 'ipv4' | 'ipv6';
  /** Reads the endpoints, each time anew. */
  visit(visitor: EndpointVisitor): void;
}

/** A Kubernetes object with the place it came from. Positions are worked out when asked for, not while reading. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** `metadata.name`, or `''` where there is none (generateName). */
  readonly name: string;
  /** `metadata.namespace` as written, `''` where it is absent. */
  readonly namespace: string;
  readonly value: JsonObject;
  /** For those who look at very many endpoints: `value` of such an object is completed when it is first asked for. */
  readonly unread?: UnreadSlice | undefined;
  readonly source: SourceText;
  /** The number of the document in its file, from 0. */
  readonly document: number;
  /** Where the node at `path` stands; for a path that does not exist, its nearest ancestor that does. */
  locate(path: Path, part?: NodePart): Range;
  /** How the scalar at `path` is written; undefined where there is none. */
  scalar(path: Path): ScalarSource | undefined;
  /**
   * Of an object that a kustomization built, which may come from several files: the text that `locate` speaks of.
   * Absent where that is `source` throughout.
   */
  sourceAt?(path: Path): SourceText;
  /** Of an object that a kustomization built: the one that was read, if it was not generated; else absent. */
  readonly written?: ManifestObject | undefined;
}

/** The text that holds the node at `path`, or its nearest ancestor. */
export function sourceAt(object: ManifestObject, path: Path): SourceText {
  return object.sourceAt?.(path) ?? object.source;
}

/** An input that was left alone, and why: told to people who wonder where their file went. */
export interface SkippedInput {
  readonly file: string;
  readonly line?: number;
  readonly reason: string;
  /** What another program printed, given by mistake, rather than a file that is none of the manifests'. */
  readonly isForeign?: boolean;
}

/** Why kustomize would not build a kustomization as it is, and where that stands. */
export interface BuiltProblem {
  readonly file: string;
  readonly range: Range;
  /** One sentence without its full stop. */
  readonly message: string;
  /** What it is, where it is no reason to refuse the build. */
  readonly rule?: 'kustomize/lost-port';
  /** `info` where it is likely to be meant so; `error` where nothing is said. */
  readonly severity?: 'info' | 'warning';
  /** The file that is not there, where that is the reason. */
  readonly missingFile?: string;
  /** The file that cannot be read as YAML, where that is the reason. */
  readonly brokenFile?: string;
}

/** What kustomize would do and is not done here. */
export interface BuildLimit {
  readonly file: string;
  readonly range: Range;
  /** `adds`: objects are missing. `changes`: anything may differ. `values`: data of a generated object is missing. */
  readonly effect: 'adds' | 'changes' | 'values';
  /** What it is, as a clause: `"https://…" is remote, and nothing is fetched`. */
  readonly reason: string;
}

/** What one kustomization builds: one that no other of the inputs uses. */
export interface BuiltSet {
  /** The kustomization's file. */
  readonly kustomization: SourceText;
  readonly objects: readonly ManifestObject[];
  /** The names of all files that it is built from. */
  readonly files: ReadonlySet<string>;
  readonly problems: readonly BuiltProblem[];
  readonly limits: readonly BuildLimit[];
}

/** All that reading gives: objects in reading order, what could not be read, and what was passed over. */
export interface ManifestSet {
  readonly objects: readonly ManifestObject[];
  readonly findings: readonly Finding[];
  readonly skipped: readonly SkippedInput[];
  /** Every text that was read, for carets, suppression comments and fixes. */
  readonly sources: readonly SourceText[];
  /** What kustomizations among the inputs build. Their objects are among `objects`, those they are built from are not. */
  readonly builds?: readonly BuiltSet[];
}
