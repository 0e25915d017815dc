/**
 * One node, from manifests (what kube-proxy would set up) or from dumps. Explaining, tracing and comparing read only
 * this.
 */
import type { ParsedDump } from '../iptables/dump/types.js';
import type { ManifestSet, SourceText } from '../manifests/types.js';
import type { Family } from '../net/address.js';
import type { Completed } from '../pipeline/complete.js';
import type { HostFacts } from '../proxy/host.js';
import type { ProxyState } from '../proxy/state.js';
import type { NodeContent } from './content.js';

/** A node's content in one family, and its origin. */
export interface NodeFamily extends NodeContent {
  /** The name of the proxy mode of the rules; undefined if they contain nothing of kube-proxy. */
  readonly mode: string | undefined;
  /**
   * kube-proxy's state according to manifests: those that the rules were generated from, or those given with a dump.
   */
  readonly state?: ProxyState | undefined;
}

/** One node, with at most one entry for each family; a family without inputs has none. */
export interface NodeModel {
  /** The name of its inputs in messages. */
  readonly name: string;
  /** Whether the rules come from dumps or were generated from manifests. */
  readonly source: 'dump' | 'manifests';
  readonly families: readonly NodeFamily[];
  /** Addresses and interfaces; undefined if unknown: a dump without host facts and without a Node. */
  readonly host: HostFacts | undefined;
  /** Ports on which processes of the node listen according to manifests, `tcp/9100`; there may be more. */
  readonly listening?: readonly string[];
  /** Where the rules come from if they are generated; undefined for dumps. */
  readonly generated?: GeneratedNode;
  /** The cluster in the manifests; with a dump, only if manifests were given, too. */
  readonly completed?: Completed;
  /** The manifests as read, for answers that refer to their lines. */
  readonly manifests?: ManifestSet;
  /** The dumps and their content; undefined for manifests. */
  readonly dump?: NodeDump;
  /** Notes on how the node was made, one sentence each. */
  readonly hints: readonly string[];
}

/** What the rules of a node are generated from. */
export interface GeneratedNode {
  /** The name of the proxy mode. */
  readonly mode: string;
  /** kube-proxy's state in each family. */
  readonly states: readonly ProxyState[];
  /**
   * The node if kube-proxy left out the rules of all Services but these (`namespace/name`). Undefined in a mode in which
   * other rules depend on them.
   */
  readonly only?: (services: ReadonlySet<string>) => NodeModel;
}

/** The dumps of a node as read. */
export interface NodeDump {
  readonly texts: readonly SourceText[];
  /** Programs with output among the inputs: `iptables-save`, `ipset save` … */
  readonly commands: readonly string[];
  /** Tables with their lines, in the order read. */
  readonly tables: readonly ParsedDump[];
  readonly repeated: readonly RepeatedTables[];
}

/** Tables that occur twice in a node's dumps. */
export interface RepeatedTables {
  readonly family: Family;
  /** The name of the text with the second occurrence. */
  readonly text: string;
  /** `nat`, `filter` … */
  readonly tables: readonly string[];
  /** Those used instead of the first occurrence, because only they contain kube-proxy's chains. */
  readonly taken: readonly string[];
  /** Whether both contain kube-proxy's chains. */
  readonly areBothKubeProxys: boolean;
}
