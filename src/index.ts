/**
 * The public API of kubechains: what the command line does, as functions. Nothing here reads files or writes anywhere; texts come
 * in, texts and findings go out.
 */
export { parseManifests } from './manifests/read.js';
export type { Json, JsonObject, ManifestObject, ManifestSet, NodePart, SkippedInput, SourceText } from './manifests/types.js';
export { compareFindings, formatPath, type Finding, type Fix, type Path, type Position, type Range, type Severity } from './diagnostics/finding.js';
export { completeCluster, type Completed, type CompleteOptions, type CompleteResult } from './pipeline/complete.js';
export { generateRules, type Generated, type GenerateResult } from './pipeline/generate.js';
export { modes } from './pipeline/modes.js';
export { compareOutputs, type Comparison, type OutputText } from './golden/compare.js';
export { outputName, parseOutput, type Output } from './golden/output.js';
export { wantedFormats, type KnownFormats, type Wishes } from './golden/wanted.js';
export type { LoweredState, ProxyMode } from './proxy/mode.js';
export { proxyState, type ProxyOptions, type ProxyState } from './proxy/state.js';
export { parseVersion, formatVersion, type KubernetesVersion } from './cluster/version.js';
export type { Cluster, EndpointSlice, MadeUp, Node, Service } from './cluster/types.js';
export { lower } from './iptables/lower.js';
export { asInstalled } from './iptables/lower-node.js';
export { printRestore } from './iptables/print-restore.js';
export { printSave } from './iptables/print-save.js';
export type { Chain, Match, Rule, RuleSet, Table, Target } from './iptables/types.js';
