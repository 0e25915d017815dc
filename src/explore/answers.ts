/** The questions of the page to the library, and the answers: plain values, which pass between threads. */
import type { CheckReport } from '../check/types.js';
import type { Severity } from '../diagnostics/finding.js';
import type { Block } from '../explain/output/document.js';
import type { ChainGroup, OverviewRow, Reason } from '../explain/types.js';
import type { SkippedInput, SourceText } from '../manifests/types.js';
import type { Comparison } from './compare.js';
import type { DocumentedRule } from '../lint/rule.js';
import type { PageInputs } from './inputs.js';
import type { PacketAnswer } from './packet/answer.js';
import type { PacketFields } from './packet/question.js';
import type { Layout } from './picture/layout.js';
import type { Mark, Place } from './places.js';

/** A proxy mode in which the inputs can be shown. */
export interface ModeChoice {
  readonly name: string;
  readonly title: string;
}

export interface ListedFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The place just after it. */
  readonly endLine: number;
  readonly endColumn: number;
}

/** A Service in the list, before its rules are generated. */
export interface ListedService {
  /** `shop/web` */
  readonly name: string;
  /** Its cluster IPs, or what it has instead. */
  readonly note: string;
}

/** What the page shows first. */
export interface Summary {
  readonly title: string;
  /** The node with these rules; `''` if unknown. */
  readonly node: string;
  readonly isDump: boolean;
  /** For manifests every mode, for dumps only the mode of their rules. */
  readonly modes: readonly ModeChoice[];
  /** The name of the mode shown first. */
  readonly mode: string;
  /** The errors for which the API server would reject objects; there is then no node to show. */
  readonly refusals: readonly ListedFinding[];
  /** Notes on how the inputs were read, one sentence each. */
  readonly notes: readonly string[];
  /** What was filled in because the manifests do not contain it. */
  readonly filledIn: readonly { readonly object: string; readonly detail: string }[];
  readonly skipped: readonly SkippedInput[];
  readonly sources: readonly { readonly name: string; readonly lines: number }[];
  /** The Services of manifests, in the order of their names; undefined for a dump, where the rules name them. */
  readonly services?: readonly ListedService[];
}

/** The whole node in one mode. */
export interface NodeAnswer {
  readonly services: readonly OverviewRow[];
  readonly owners: readonly ChainGroup[];
  readonly notes: readonly Reason[];
  /** All service ports in one picture; undefined if there are none. */
  readonly picture?: DrawnPicture;
}

export interface RuleLine {
  readonly number: number;
  readonly text: string;
  readonly words: string;
  /** The line of the manifest that it comes from. */
  readonly place?: Place;
}

export interface ListedChain {
  readonly table: string;
  readonly chain: string;
  readonly words: string;
  readonly rules: readonly RuleLine[];
}

/** The page's content for a Service or chain. */
export interface ThingAnswer {
  readonly heading: string;
  readonly pictures: readonly DrawnPicture[];
  /** The same text as `kubechains explain` prints. */
  readonly document: readonly Block[];
  readonly chains: readonly ListedChain[];
}

export interface DrawnPicture {
  readonly title: string;
  readonly layout: Layout;
}

/** A packet, and the command with the same result. */
export interface ShownPacket extends PacketAnswer {
  readonly command: string;
}

export interface Suggestions {
  readonly to: readonly string[];
  readonly from: readonly { readonly value: string; readonly label: string }[];
  readonly namespaces: readonly string[];
}

/** The text of an input, and which of its lines concern a Service. */
export interface ShownSource {
  readonly text: string;
  readonly marks: readonly Mark[];
}

/** All rules of a node as one text. */
export interface RuleFileFacts {
  /** What each program prints, and the number of its first line. */
  readonly parts: readonly { readonly title: string; readonly from: number }[];
  readonly lines: number;
}

export interface FileLine {
  readonly number: number;
  readonly text: string;
  /** The chains that it names. */
  readonly chains: readonly string[];
  /** The Service that it serves: `shop/web`. */
  readonly service?: string;
  /** The line of a manifest that it comes from. */
  readonly place?: Place;
}

/** An answer, or why there is none: a sentence. */
export type Answer<Value> = { readonly value: Value } | { readonly missing: string };

/** The questions by name, with their arguments and answers. */
export interface Questions {
  open(inputs: PageInputs): Promise<Summary>;
  /** Lint's findings. */
  findings(): Promise<readonly ListedFinding[]>;
  node(mode: string): Promise<Answer<NodeAnswer>>;
  service(mode: string, name: string): Promise<Answer<ThingAnswer>>;
  /**
   * The pictures of a Service of manifests, drawn from its own rules alone: at once, whatever the node's size. None
   * where rules of other Services might meet its packets.
   */
  sketch(mode: string, name: string): Promise<Answer<readonly DrawnPicture[]>>;
  chain(mode: string, name: string): Promise<Answer<ThingAnswer>>;
  /** The checks of a Service that does not answer. */
  check(mode: string, name: string): Promise<Answer<CheckReport>>;
  packet(mode: string, fields: PacketFields): Promise<Answer<ShownPacket>>;
  /** The comparison of a Service in every mode. */
  compareService(name: string): Promise<Comparison>;
  comparePacket(fields: PacketFields): Promise<Comparison>;
  /** Names and addresses that the packet form suggests. */
  suggestions(mode: string): Promise<Suggestions>;
  ruleFile(mode: string): Promise<Answer<RuleFileFacts>>;
  ruleLines(mode: string, from: number, count: number): Promise<readonly FileLine[]>;
  /** The line of a chain's rule, or of its first where `rule` is 0; 0 for a chain that is not there. */
  ruleLineOf(mode: string, chain: string, rule: number): Promise<number>;
  /** The first line after another that holds a text; 0 for none. */
  findInRules(mode: string, text: string, after: number): Promise<number>;
  source(name: string): Promise<Answer<ShownSource>>;
  /** The texts without the values of their Secrets. */
  withoutSecrets(texts: readonly SourceText[]): Promise<readonly SourceText[]>;
  /** The documentation of a rule of lint. */
  rule(id: string): Promise<Answer<DocumentedRule>>;
}
