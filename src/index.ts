/**
 * The public API of kubechains: what the command line does, as functions. They read and write no files; they accept
 * texts and return texts and findings. Values of a wrong type cause a TypeError with a sentence.
 */
export * from './library/inputs.js';
export * from './library/cluster.js';
export * from './library/answers.js';
export * from './library/migrate.js';
export * from './library/knowledge.js';
export * from './library/explore.js';
export * from './library/check.js';
export * from './library/review.js';
export * from './library/host.js';
export * from './library/packet.js';
export { compareFindings, formatPath } from './diagnostics/finding.js';
export { defaultNodePortRange } from './pipeline/complete.js';
export { defaultMode, modes } from './pipeline/modes.js';
export { compareOutputs } from './golden/compare.js';
export { outputName, parseOutput } from './golden/output.js';
export { wantedFormats } from './golden/wanted.js';
export { proxyState } from './proxy/state.js';
export { defaultVersion, parseVersion, formatVersion } from './cluster/version.js';
export { lower } from './iptables/lower/lower.js';
export { asInstalled } from './iptables/lower/node.js';
export { printRestore } from './iptables/print/restore.js';
export { printSave } from './iptables/print/save.js';
export { printParsed } from './iptables/dump/types.js';
export { looksLikeDump } from './iptables/dump/pasted.js';
export { parsePrefix } from './net/address.js';
export { catalogue as rules, findRule } from './review/catalogue.js';
export { reporters, reporterNamed } from './diagnostics/reporters/index.js';
export { nodeFromDumps } from './node/from-dumps.js';
export { readAnyTarget as readTarget } from './explain/target.js';
export { packetFacts } from './trace/outcome.js';
export { readAddress } from './walk/address.js';
export type * from './library/types.js';
