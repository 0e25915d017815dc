import type { Finding } from '../diagnostics/finding.js';
import type { ParsedDump } from '../iptables/dump.js';
import type { IpSet, VirtualServer } from '../ipvs/types.js';
import type { Table as NftablesTable } from '../nftables/types.js';
import type { Json, SourceText } from '../manifests/types.js';
import type { NodeContent } from './content.js';
import type { ProxyOptions, ProxyState } from '../proxy/state.js';

/** One family's state in one mode, ready to be printed in any of the mode's formats. */
export interface LoweredState {
  /** What the node then has, as its kernel keeps it. */
  content(): NodeContent;
  /** The text of one format, a stretch at a time; none of it where printing throws. */
  print(format: string): Iterable<string>;
  /** The same as plain values, for `json`. */
  toJson(): Json;
}

/** What a mode makes of what kube-proxy knows. */
export interface ModeLowering {
  /** The mode's. */
  readonly name: string;
  /** Why kube-proxy would not start with this configuration; undefined where it would. */
  refusal(options: ProxyOptions): string | undefined;
  /** What a user should know beside the rules, a sentence each. */
  notes(state: ProxyState): readonly string[];
  /** Why a node would refuse what kube-proxy writes, so that it has none of it: a sentence each. */
  failures?(state: ProxyState): readonly string[];
  lower(state: ProxyState): LoweredState;
  /**
   * The text of a format of what a node has, others' rules with kube-proxy's; undefined for formats that show
   * kube-proxy's alone.
   */
  printContent(format: string, content: NodeContent): Iterable<string> | undefined;
}

/** What one text tells of a node. */
export interface DumpPart {
  readonly tables?: readonly ParsedDump[];
  readonly sets?: readonly IpSet[];
  readonly virtualServers?: readonly VirtualServer[];
  readonly nftables?: readonly NftablesTable[];
  /** What was not understood. */
  readonly findings: readonly Finding[];
}

/** A program whose output tells part of what a node has. Reading it is the inverse of printing a mode's format. */
export interface DumpFormat {
  /** As it is typed: `ipset save`. */
  readonly command: string;
  /** The mode's format that prints the same: `ipset`. */
  readonly format: string;
  /** Whether a text holds such output, by its content; looks at its beginning only. */
  recognises(text: string): boolean;
  /**
   * Which lines are this program's, of a text that others' output stands in too: an answer for each line; a program
   * without takes what others leave.
   */
  readonly ownLines?: (lines: readonly string[]) => readonly boolean[];
  /** The reader, which never throws. */
  load(): Promise<(source: SourceText) => DumpPart>;
}

/**
 * A proxy mode: all that the rest of the program knows of it. Each mode's folder exports one, from `mode.ts`, which
 * loads what is large when it is used.
 */
export interface ProxyMode {
  /** As KubeProxyConfiguration and `--mode` have it. */
  readonly name: string;
  /** How sentences call it: `IPVS mode`. */
  readonly title: string;
  /** What can be printed, the default first. */
  readonly formats: readonly string[];
  /** The programs whose output, together, tells what a node in this mode has. */
  readonly dumps: readonly DumpFormat[];
  /** What is wrong with rules of this mode where the output of some of `dumps` is lacking: a clause about `rules`. */
  readonly lackingDumps?: string;
  /** Why Services may not be found by name although they are there: a clause; undefined where rules name them. */
  readonly namelessHint?: string;
  /**
   * Rules of lint whose findings no API server admits, but which this mode's kube-proxy was recorded to cope with where
   * they are there nevertheless: they are told, and nothing is refused for them.
   */
  readonly copesWith?: readonly string[];
  /** `false` where no rule of the mode rewrites sources. */
  readonly masquerades?: false;
  /** Addresses of the node that its rules tell; absent where rules of the mode tell none. */
  nodeAddresses?(content: NodeContent): readonly string[];
  /** Whether kube-proxy's own process hands connections on to endpoints, so that rules do not show where to. */
  readonly handsOnItself?: true;
  /** Whether its rules accept what load balancers ask health check node ports, before a firewall drops it. */
  readonly admitsHealthChecks?: true;
  /** Whether a node's rules are of this mode. */
  isModeOf(content: NodeContent): boolean;
  load(): Promise<ModeLowering>;
}
