import type { Finding, Path, Range } from '../diagnostics/finding.js';

/** A value read from YAML or JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/**
 * The part of a node that a range covers. `value`: the node itself. `key`: its key (for an item of a sequence, its
 * first line, at its dash). If that part does not exist (a root has no key), the node itself.
 */
export type NodePart = 'value' | 'key';

/** How a scalar is written, for rules about notation. `plain` is YAML without quotes; JSON strings are `quoted`. */
export interface ScalarSource {
  readonly text: string;
  readonly style: 'plain' | 'quoted' | 'block';
}

/** One text: a file, standard input, or a manifest in a git revision. */
export interface SourceText {
  /** As given on the command line or found in a directory; `-` becomes `<stdin>`. */
  readonly name: string;
  readonly text: string;
  /** Found in a directory or by a glob, not named by the user: templates among such files are not errors. */
  readonly found?: boolean;
}

/**
 * Called with one endpoint of a slice. Absent conditions mean ready, serving and not terminating; `nodeName` is `''` if
 * absent.
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
 * An EndpointSlice with unparsed endpoints, all in the API server's usual form: a single address, at most one zone
 * hint, and nothing that schemas or name validation reject.
 */
export interface UnreadSlice {
  /** The object's value; its `endpoints` must not be used. */
  readonly head: JsonObject;
  /**
   * `ipv4`: all addresses are canonical unicast IPv4 addresses. `ipv6`: all consist of the characters of IPv6
   * addresses.
   */
  readonly family: 'ipv4' | 'ipv6';
  /** The list of endpoints as written. */
  text(): string;
  /** Reads the endpoints; parses them each time. */
  visit(visitor: EndpointVisitor): void;
}

/** A Kubernetes object and its place. Positions are computed on demand, not while reading. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** `metadata.name`, or `''` if absent (generateName). */
  readonly name: string;
  /** `metadata.namespace` as written, `''` if absent. */
  readonly namespace: string;
  readonly value: JsonObject;
  /** For callers that process very many endpoints. The `value` of such an object is completed on first use. */
  readonly unread?: UnreadSlice | undefined;
  readonly source: SourceText;
  /** The number of the document in its file, from 0. */
  readonly document: number;
  /** The place of the node at `path`; if it does not exist, of its nearest existing ancestor. */
  locate(path: Path, part?: NodePart): Range;
  /** How the scalar at `path` is written; undefined if there is none. */
  scalar(path: Path): ScalarSource | undefined;
  /**
   * For an object built by a kustomization, with values from several files: the text to which the range of `locate`
   * refers. Absent if that is always `source`.
   */
  sourceAt?(path: Path): SourceText;
  /** For an object built by a kustomization and not generated: the object as read; otherwise absent. */
  readonly written?: ManifestObject | undefined;
}

/** The text that contains the node at `path`, or its nearest ancestor. */
export function sourceAt(object: ManifestObject, path: Path): SourceText {
  return object.sourceAt?.(path) ?? object.source;
}

/** A skipped input and the reason, for users who wonder why a file has no effect. */
export interface SkippedInput {
  readonly file: string;
  readonly line?: number;
  readonly reason: string;
  /** Whether it is output of another program passed by mistake, as opposed to a file that is not a manifest. */
  readonly isForeign?: boolean;
}

/** Why kustomize would fail to build a kustomization, and the place of the problem. */
export interface BuiltProblem {
  readonly file: string;
  readonly range: Range;
  /** One sentence without its full stop. */
  readonly message: string;
  /** The rule, if the problem does not make the build fail. */
  readonly rule?: 'kustomize/lost-port';
  /** `info` if it is probably intended; `error` if absent. */
  readonly severity?: 'info' | 'warning';
  /** The missing file, if that is the reason. */
  readonly missingFile?: string;
  /** The file that cannot be read as YAML, if that is the reason. */
  readonly brokenFile?: string;
}

/** A kustomize feature that is not supported here. */
export interface BuildLimit {
  readonly file: string;
  readonly range: Range;
  /** `adds`: objects are missing. `changes`: anything may differ. `values`: data of a generated object is missing. */
  readonly effect: 'adds' | 'changes' | 'values';
  /** The feature, as a clause: `"https://…" is remote, and kubechains downloads nothing`. */
  readonly reason: string;
  /** The namespace of everything that is missing, if a kustomization sets it. */
  readonly namespace?: string;
}

/** The result of one kustomization that no other input uses. */
export interface BuiltSet {
  /** The kustomization's file. */
  readonly kustomization: SourceText;
  readonly objects: readonly ManifestObject[];
  /** The names of all files that it is built from. */
  readonly files: ReadonlySet<string>;
  readonly problems: readonly BuiltProblem[];
  readonly limits: readonly BuildLimit[];
}

/** The result of reading: objects in reading order, problems, and skipped inputs. */
export interface ManifestSet {
  readonly objects: readonly ManifestObject[];
  readonly findings: readonly Finding[];
  readonly skipped: readonly SkippedInput[];
  /** Every text that was read, for carets, suppression comments and fixes. */
  readonly sources: readonly SourceText[];
  /**
   * The results of kustomizations among the inputs. Built objects are in `objects`; those they are built from are not.
   */
  readonly builds?: readonly BuiltSet[];
  /** What patches of those kustomizations look like as objects; not in `objects`. */
  readonly patches?: readonly ManifestObject[];
}
