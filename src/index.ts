/**
 * The public API of kubechains: what the command line does, as functions. Nothing here reads files or writes anywhere;
 * texts come in, texts and findings go out.
 */
export { parseManifests } from './manifests/read.js';
export type {
  Json,
  JsonObject,
  ManifestObject,
  ManifestSet,
  NodePart,
  SkippedInput,
  SourceText,
} from './manifests/types.js';
export {
  compareFindings,
  formatPath,
  type Finding,
  type Fix,
  type Path,
  type Position,
  type Range,
  type Severity,
} from './diagnostics/finding.js';
export {
  completeCluster,
  defaultNodePortRange,
  type Completed,
  type CompleteOptions,
  type CompleteResult,
} from './pipeline/complete.js';
export { generateRules, type Generated, type GenerateResult } from './pipeline/generate.js';
export { defaultMode, modes } from './pipeline/modes.js';
export { compareOutputs, type Comparison, type OutputText } from './golden/compare.js';
export { outputName, parseOutput, type Output } from './golden/output.js';
export { wantedFormats, type KnownFormats, type Wishes } from './golden/wanted.js';
export type { DumpFormat, DumpPart, LoweredState, ModeLowering, ProxyMode } from './node/mode.js';
export { proxyState, type ProxyOptions, type ProxyState } from './proxy/state.js';
export { defaultVersion, parseVersion, formatVersion, type KubernetesVersion } from './cluster/version.js';
export type { Cluster, EndpointSlice, MadeUp, Node, Service } from './cluster/types.js';
export { lower } from './iptables/lower.js';
export { asInstalled } from './iptables/lower-node.js';
export { printRestore } from './iptables/print-restore.js';
export { printSave } from './iptables/print-save.js';
export type { Chain, Match, Rule, RuleSet, Table, Target } from './iptables/types.js';
export { parseDump } from './iptables/parse.js';
export { looksLikeDump, printParsed, type ParsedDump } from './iptables/dump.js';
export { parseIpset } from './ipvs/parse-ipset.js';
export { parseIpvsadm } from './ipvs/parse-ipvsadm.js';
export { lint, type LintOptions, type LintResult } from './lint/run.js';
export type { ClusterFacts } from './lint/context.js';
export { parsePrefix, type Family, type Prefix } from './net/address.js';
export { rules, findRule } from './lint/registry.js';
export type { LintRule, RuleDocumentation } from './lint/rule.js';
export { reporters, reporterNamed } from './diagnostics/reporters/index.js';
export { Tracer, type TracerOptions } from './trace/trace.js';
export { hostModel, type HostModel, type HostOptions } from './walk/host.js';
export { outcomesOf, packetFacts, type Outcome, type Step } from './trace/outcome.js';
export { readAddress, type TraceAddress } from './walk/address.js';
export type { Packet, TraceProtocol } from './walk/packet.js';
export { explain, type ExplainResult } from './explain/explain.js';
export { printExplanation, type ExplainFormat } from './explain/output/print.js';
export { compareSides } from './diff/report.js';
export { nodeFromDumps, type BesideDumps } from './node/from-dumps.js';
export { nodeFromManifests, type BesideManifests } from './node/from-manifests.js';
export { readNode, type ReadNode } from './node/read-node.js';
export type { NodeContent } from './node/content.js';
export type { NodeDump, NodeFamily, NodeModel, RepeatedTables } from './node/types.js';
