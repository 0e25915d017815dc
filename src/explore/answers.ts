/** What the page asks the library, and what it is told: plain values, which pass between threads. */
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

/** A proxy mode that the inputs can be looked at in. */
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

/** What the page shows first. */
export interface Summary {
  readonly title: string;
  /** The node whose rules are meant; `''` where nothing tells it. */
  readonly node: string;
  readonly isDump: boolean;
  /** For manifests every mode, for dumps the one that the rules are of. */
  readonly modes: readonly ModeChoice[];
  /** The name of the mode that is shown first. */
  readonly mode: string;
  /** The errors for which the API server would refuse objects: then there is no node to look at. */
  readonly refusals: readonly ListedFinding[];
  /** What a reader should know of how the inputs were read, a sentence each. */
  readonly notes: readonly string[];
  /** What the manifests do not say and was filled in. */
  readonly filledIn: readonly { readonly object: string; readonly detail: string }[];
  readonly skipped: readonly SkippedInput[];
  readonly sources: readonly { readonly name: string; readonly lines: number }[];
}

/** The whole node in one mode. */
export interface NodeAnswer {
  readonly services: readonly OverviewRow[];
  readonly owners: readonly ChainGroup[];
  readonly notes: readonly Reason[];
  /** All service ports at once; undefined where there are none. */
  readonly picture?: DrawnPicture;
}

export interface RuleLine {
  readonly number: number;
  readonly text: string;
  readonly words: string;
  /** The line of a manifest that it comes from. */
  readonly place?: Place;
}

export interface ListedChain {
  readonly table: string;
  readonly chain: string;
  readonly words: string;
  readonly rules: readonly RuleLine[];
}

/** What is shown of a Service or a chain. */
export interface ThingAnswer {
  readonly heading: string;
  readonly pictures: readonly DrawnPicture[];
  /** The same words as `kubechains explain` prints. */
  readonly document: readonly Block[];
  readonly chains: readonly ListedChain[];
}

export interface DrawnPicture {
  readonly title: string;
  readonly layout: Layout;
}

/** A packet, and the command that asks the same. */
export interface ShownPacket extends PacketAnswer {
  readonly command: string;
}

export interface Suggestions {
  readonly to: readonly string[];
  readonly from: readonly { readonly value: string; readonly label: string }[];
}

/** The text of an input, and which of its lines say something of a Service. */
export interface ShownSource {
  readonly text: string;
  readonly marks: readonly Mark[];
}

/** An answer, or why there is none: a sentence. */
export type Answer<Value> = { readonly value: Value } | { readonly missing: string };

/** The questions by name, with their arguments and answers. */
export interface Questions {
  open(inputs: PageInputs): Promise<Summary>;
  /** What lint says. */
  findings(): Promise<readonly ListedFinding[]>;
  node(mode: string): Promise<Answer<NodeAnswer>>;
  service(mode: string, name: string): Promise<Answer<ThingAnswer>>;
  chain(mode: string, name: string): Promise<Answer<ThingAnswer>>;
  packet(mode: string, fields: PacketFields): Promise<Answer<ShownPacket>>;
  /** A Service in every mode. */
  compareService(name: string): Promise<Comparison>;
  comparePacket(fields: PacketFields): Promise<Comparison>;
  /** Names and addresses that the packet form suggests. */
  suggestions(mode: string): Promise<Suggestions>;
  source(name: string): Promise<Answer<ShownSource>>;
  /** Texts without the values of their Secrets. */
  withoutSecrets(texts: readonly SourceText[]): Promise<readonly SourceText[]>;
  /** What the catalogue says of a rule of lint. */
  rule(id: string): Promise<Answer<DocumentedRule>>;
}
