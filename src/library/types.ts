/**
 * All types in the signatures of library functions, and the types that these contain. If two have the same name, the
 * less common one has a longer name here.
 */
export type * from '../cluster/types.js';
export type * from '../explain/types.js';
export type * from '../ipvs/types.js';
export type * from '../iptables/types.js';
export type * from '../manifests/types.js';
export type * from '../node/content.js';
export type * from '../node/mode.js';
export type * from '../node/types.js';
/** The types of nftables for rules, chains and tables have the same names as those of iptables, hence the namespace. */
export type * as nftables from '../nftables/types.js';
export type { CheckFormat } from '../check/print.js';
export type { CheckStyle } from '../check/print-text.js';
export type { CheckReport, CheckResult, CheckStatus } from '../check/types.js';
export type { KubernetesVersion } from '../cluster/version.js';
export type {
  Finding,
  Fix,
  ObjectReference,
  Path,
  Position,
  Range,
  Severity,
  TextEdit,
} from '../diagnostics/finding.js';
export type {
  Report,
  ReportStyle,
  Reporter,
  RuleDescription,
  Summary,
  SuppressedFinding,
} from '../diagnostics/report.js';
export type { BesideDifference } from '../diff/beside/types.js';
export type {
  Change,
  DiffEntry,
  DiffReport,
  NodeDifference,
  Path as TrafficPath,
  PathChange,
  PathProof,
  Route,
  RuleDifference,
  ServiceDifference,
  Severity as DifferenceSeverity,
} from '../diff/types.js';
export type { MigrationEntry, MigrationHead, MigrationRemarkFacts, ProxyFacts } from '../migrate/print-json.js';
export type { DecidingRule } from '../compare/proof.js';
export type { Impact } from '../compare/impact.js';
export type { UpdateRefusal } from '../diff/update-refusals.js';
export type { ExplainResult } from '../explain/explain.js';
export type { IngressWanted } from '../targets/ingress-name.js';
export type { Variable } from '../explain/manifests/environment.js';
export type { IngressRoute } from '../explain/manifests/routes.js';
export type { ExplainFormat } from '../explain/output/print.js';
export type { TextStyle } from '../explain/output/text.js';
export type { AddressKind } from '../explain/rules/discover.js';
export type { ExplainTarget, NamedTarget } from '../explain/target.js';
export type { Question } from '../question/question.js';
export type { PacketWords } from '../question/words.js';
export type { TargetKind } from '../targets/kinds.js';
export type { NameWanted } from '../targets/read-name.js';
export type { UrlWanted } from '../targets/read-url.js';
export type { Decider, Fate, UntouchedBy } from '../explain/traffic/delivery.js';
export type { Comparison, OutputText } from '../golden/compare.js';
export type { Output } from '../golden/output.js';
export type { KnownFormats, Wishes } from '../golden/wanted.js';
export type {
  Counters,
  DumpSource,
  ParsedChain,
  ParsedDump,
  ParsedDumps,
  ParsedRule,
  ParsedRuleSet,
  ParsedTable,
} from '../iptables/dump/types.js';
export type { ParseOptions } from '../iptables/dump/parse.js';
export type { IpsetDump } from '../ipvs/parse-ipset.js';
export type { IpvsadmDump } from '../ipvs/parse-ipvsadm.js';
export type { ClusterFacts, LintContext, Release } from '../lint/context.js';
export type * from '../lint/model/duplicates.js';
export type * from '../lint/model/surroundings.js';
export type { GoldenSettings, IgnoreEntry, Settings } from '../lint/settings.js';
export type { ServicePortView, ServiceView } from '../lint/model/service.js';
export type { Reading, UnreadDocuments } from '../lint/model/unread.js';
export type { ContainerPortView, ContainerView, WorkloadView } from '../lint/model/workload.js';
export type { DocumentedRule, LintRule, Problem, RuleDocumentation } from '../lint/rule.js';
export type { GivenFacts, GivenHost, GivenListening } from '../node-lint/facts-of-nodes.js';
export type { NodeLintOptions, NodeLintResult } from '../node-lint/run.js';
export type { PlacedText } from '../lint/values.js';
export type { Address, Family, Prefix, Strictness } from '../net/address.js';
export type { BesideDumps } from '../node/from-dumps.js';
export type { BesideManifests } from '../node/from-manifests.js';
export type { NamedNode } from '../node/every-node.js';
export type { ReadDumps } from '../node/read-dumps.js';
export type { ReadNode } from '../node/read-node.js';
export type { Completed, CompleteOptions, CompleteResult } from '../pipeline/complete.js';
export type { ProxyModes } from '../pipeline/modes.js';
export type { ServiceAsked } from '../pipeline/refusals.js';
export type { Generated, GenerateResult } from '../pipeline/generate.js';
export type * from '../proxy/configuration.js';
export type { EndpointChoice } from '../proxy/endpoint-choice.js';
export type { Endpoint } from '../proxy/endpoints.js';
export type { HostFacts, HostInterface } from '../proxy/host.js';
export type * from '../proxy/host-routes.js';
export type { ListeningSocket } from '../proxy/host-sockets.js';
export type { Review } from '../review/review.js';
export type { LocalDetector } from '../proxy/local-detection.js';
export type { NodePortAddresses } from '../proxy/node-port-addresses.js';
export type { Protocol as ServicePortProtocol, ServicePort, SourceRange } from '../proxy/service-port.js';
export type { ProxyOptions, ProxyState, ServicePortState } from '../proxy/state.js';
export type { KnownService } from '../targets/directory.js';
export type { DnsRecord } from '../targets/dns.js';
export type { Found, Scope } from '../targets/types.js';
export type { Holder } from '../targets/holders.js';
export type { RegionFacts, RegionPackets } from '../trace/region-report.js';
export type { NameOf, Outcome, PacketFacts, Step } from '../trace/outcome.js';
export type { TraceAddress } from '../walk/address.js';
export type { Hook, Packet, TraceProtocol } from '../walk/packet.js';
