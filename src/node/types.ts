/**
 * One node, whatever it is known from: what manifests lead kube-proxy to set up, or what its dumps hold. Explaining,
 * tracing and comparing read this and nothing else.
 */
import type { ParsedDump } from '../iptables/dump.js';
import type { ManifestSet, SourceText } from '../manifests/types.js';
import type { Family } from '../net/address.js';
import type { Completed } from '../pipeline/complete.js';
import type { HostFacts } from '../proxy/host.js';
import type { ProxyState } from '../proxy/state.js';
import type { NodeContent } from './content.js';

/** What a node has in one family, and what is known of where it comes from. */
export interface NodeFamily extends NodeContent {
  /** The name of the proxy mode that the rules are of; undefined where nothing in them is kube-proxy's. */
  readonly mode: string | undefined;
  /** What kube-proxy knows by the manifests: those that the rules were lowered from, or those given beside a dump. */
  readonly state?: ProxyState | undefined;
}

/** One node. Of each family at most one entry; a family that nothing was given of has none. */
export interface NodeModel {
  /** What its inputs are called in messages. */
  readonly name: string;
  /** Whether the rules are those of dumps, or what kube-proxy would make of manifests. */
  readonly source: 'dump' | 'manifests';
  readonly families: readonly NodeFamily[];
  /** Addresses and interfaces; undefined where nothing tells them: a dump without host facts and without a Node. */
  readonly host: HostFacts | undefined;
  /** What processes of the node listen on by the manifests, `tcp/9100`; more may. */
  readonly listening?: readonly string[];
  /** The cluster that manifests describe; with a dump only where manifests were given too. */
  readonly completed?: Completed;
  /** The manifests as they were read, for answers that point at their lines. */
  readonly manifests?: ManifestSet;
  /** Where dumps stood and what was in them; undefined for manifests. */
  readonly dump?: NodeDump;
  /** What a reader of answers should know of how the node was made, a sentence each. */
  readonly hints: readonly string[];
}

/** The dumps of a node as they were read. */
export interface NodeDump {
  readonly texts: readonly SourceText[];
  /** Programs whose output was given: `iptables-save`, `ipset save` … */
  readonly commands: readonly string[];
  /** Tables with their lines, first come first. */
  readonly tables: readonly ParsedDump[];
  readonly repeated: readonly RepeatedTables[];
}

/** Tables that a node's dumps hold a second time. */
export interface RepeatedTables {
  readonly family: Family;
  /** The name of the text that holds them once more. */
  readonly text: string;
  /** `nat`, `filter` … */
  readonly tables: readonly string[];
  /** Those of them that count rather than the first, as only they hold kube-proxy's chains. */
  readonly taken: readonly string[];
  /** Whether kube-proxy's chains are in both. */
  readonly areBothKubeProxys: boolean;
}
