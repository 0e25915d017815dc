import type { Finding } from '../diagnostics/finding.js';
import type { ParsedDump } from '../iptables/dump/types.js';
import type { IpSet, VirtualServer } from '../ipvs/types.js';
import type { Table as NftablesTable } from '../nftables/types.js';
import type { Json, SourceText } from '../manifests/types.js';
import type { NodeContent } from './content.js';
import type { ProxyOptions, ProxyState } from '../proxy/state.js';

/** One family's state in one mode, ready to be printed in each of the mode's formats. */
export interface LoweredState {
  /** The content of the node afterwards, as its kernel stores it. */
  content(): NodeContent;
  /** The text in one format, in pieces; if printing throws, nothing has been returned. */
  print(format: string): Iterable<string>;
  /** The state as plain values, for `json`. */
  toJson(): Json;
}

/** How a mode makes rules from kube-proxy's state. */
export interface ModeLowering {
  /** The name of the mode. */
  readonly name: string;
  /** Why kube-proxy would not start with this configuration; undefined if it would. */
  refusal(options: ProxyOptions): string | undefined;
  /** Notes for users besides the rules, one sentence each. */
  notes(state: ProxyState): readonly string[];
  /** Why a node would reject kube-proxy's rules, so that it has none of them; one sentence each. */
  failures?(state: ProxyState): readonly string[];
  lower(state: ProxyState): LoweredState;
  /**
   * Whether each Service has chains and rules of its own, so that those of some Services can be made and shown without the
   * others. Not so where Services share sets, or maps that are shown as a whole.
   */
  readonly separatesServices?: true;
  /**
   * A node's content in one format, including rules of other programs; undefined for formats that show only
   * kube-proxy's rules.
   */
  printContent(format: string, content: NodeContent): Iterable<string> | undefined;
}

/** What one text says about a node. */
export interface DumpPart {
  readonly tables?: readonly ParsedDump[];
  readonly sets?: readonly IpSet[];
  readonly virtualServers?: readonly VirtualServer[];
  readonly nftables?: readonly NftablesTable[];
  /** What was not understood. */
  readonly findings: readonly Finding[];
}

/** A program that prints a part of a node's content. Reading is the inverse of printing one of the mode's formats. */
export interface DumpFormat {
  /** As typed in a shell: `ipset save`. */
  readonly command: string;
  /** The mode's format that prints the same: `ipset`. */
  readonly format: string;
  /** Whether a text is output of the program, by its content; only the beginning is examined. */
  recognises(text: string): boolean;
  /**
   * For the combined output of several programs: for each line, whether it belongs to this program. A program without
   * this function gets the lines that no other claims.
   */
  readonly ownLines?: (lines: readonly string[]) => readonly boolean[];
  /** Loads the reader, which never throws. */
  load(): Promise<(source: SourceText) => DumpPart>;
}

/**
 * A proxy mode: its only interface to the rest of the program. Each mode's folder exports one from `mode.ts`, which
 * loads large parts only when they are needed.
 */
export interface ProxyMode {
  /** The name in KubeProxyConfiguration and `--mode`. */
  readonly name: string;
  /** The name in sentences: `IPVS mode`. */
  readonly title: string;
  /** The output formats, the default first. */
  readonly formats: readonly string[];
  /** The programs that together print everything about a node in this mode. */
  readonly dumps: readonly DumpFormat[];
  /**
   * The problem with rules of this mode if the output of some of `dumps` is missing, as a clause with `rules` as
   * subject.
   */
  readonly lackingDumps?: string;
  /** Why Services may not be found by name although they exist, as a clause; undefined if rules contain their names. */
  readonly namelessHint?: string;
  /**
   * Rules of lint for errors that every API server rejects, but that this mode's kube-proxy was recorded to tolerate if
   * such objects exist. They are reported, but generation continues.
   */
  readonly copesWith?: readonly string[];
  /** `false` if no rule of the mode rewrites source addresses. */
  readonly masquerades?: false;
  /** Addresses of the node found in its rules; absent if rules of the mode never contain any. */
  nodeAddresses?(content: NodeContent): readonly string[];
  /** Whether kube-proxy's own process forwards connections to endpoints, so that rules do not show the destination. */
  readonly handsOnItself?: true;
  /** Whether its rules accept load balancers' requests to health-check node ports before a firewall drops them. */
  readonly admitsHealthChecks?: true;
  /** Whether a node's rules belong to this mode. */
  isModeOf(content: NodeContent): boolean;
  load(): Promise<ModeLowering>;
}
