/** Library functions that answer questions about a node. */
import { printMarkdown } from '../diff/print-markdown.js';
import { printText } from '../diff/print-text.js';
import { compareSides as compare } from '../diff/report.js';
import type { DiffReport } from '../diff/types.js';
import { explain as explainKnowledge, type ExplainResult } from '../explain/explain.js';
import { explainFormats, printExplanation as print, type ExplainFormat } from '../explain/output/print.js';
import type { TextStyle } from '../explain/output/text.js';
import { readAnyTarget, type ExplainTarget } from '../explain/target.js';
import type { Explanation, Knowledge } from '../explain/types.js';
import { likelyFamilyOfNode } from '../node/ask.js';
import type { NodeModel } from '../node/types.js';
import { outcomesOf, type Outcome } from '../trace/outcome.js';
import type { ListeningSocket } from '../proxy/host-sockets.js';
import { Tracer } from '../trace/trace.js';
import { hostModel } from '../walk/host.js';
import { readListening } from '../walk/listening.js';
import type { Packet } from '../walk/packet.js';
import { hasFields, must, mustBeNode, mustBeOptions } from './values.js';

/** A node and the further inputs of its explanation. Absent ones are as on the command line without lint. */
export type Explained = Pick<Knowledge, 'node'> & Partial<Knowledge>;

const plainStyle: TextStyle = { colour: false, width: 100, tableWidth: Infinity };

/**
 * Explains everything that `kubechains explain` does: a Service, `svc/NAME[:PORT]` in namespace default or
 * `NAMESPACE/NAME[:PORT]`; a chain or a rule, `CHAIN`, `TABLE:CHAIN[:RULENUM]`; Pods, nodes, Ingresses, URLs, addresses
 * and DNS names, as `readTarget` reads them; without a target, everything. Throws TypeError for wrong values.
 */
export function explain(about: Explained, target?: string | ExplainTarget): ExplainResult {
  mustBeOptions('explain', about);
  mustBeNode('explain({ node })', about.node);
  const read = typeof target === 'string' ? readAnyTarget(target) : target;
  const isTarget = target === undefined || hasFields(read, { kind: 'string' });
  must(isTarget, 'explain', 'a target such as "shop/web", "KUBE-SERVICES" or "nat:KUBE-SERVICES:1"', target);
  return explainKnowledge({ findings: [], clusterDomain: 'cluster.local', ...about }, read);
}

/** An explanation in one of its formats. Throws TypeError for an unknown format. */
export function printExplanation(
  explanation: Explanation,
  format: ExplainFormat = 'text',
  style: Partial<TextStyle> = {},
): string {
  must(
    hasFields(explanation, { kind: 'string' }),
    'printExplanation',
    '`explanation` of what explain gives',
    explanation,
  );
  must(explainFormats.includes(format), 'printExplanation', `a format: ${explainFormats.join(', ')}`, format);
  return print(explanation, format, { ...plainStyle, ...style });
}

/** Facts about a node besides its addresses. */
export interface TraceOptions {
  /** Ports on which processes of the node listen: `tcp/22`. All other ports are assumed closed. */
  readonly listening?: readonly string[];
  /** The node's listening sockets, as `readListening` reads them. */
  readonly sockets?: readonly ListeningSocket[];
}

/**
 * Every path of a packet through a node, in the order of the rules; their probabilities add up to 1. Throws TypeError
 * for wrong values, and if the node has nothing in the packet's family.
 */
export function trace(node: NodeModel, packet: Packet, options: TraceOptions = {}): Outcome[] {
  mustBeNode('trace', node);
  mustBeOptions('trace', options);
  const { listening = [], sockets } = options;
  const arePorts = Array.isArray(listening) && listening.every((one) => typeof one === 'string' && readListening(one));
  must(arePorts, 'trace({ listening })', 'a list of ports, such as ["tcp/22"]', listening);
  must(
    hasFields(packet, { source: 'object', destination: 'object' }),
    'trace',
    'a packet, as `packet` makes one',
    packet,
  );
  const content = likelyFamilyOfNode(node, packet.family);
  if (content === undefined)
    throw new TypeError(`trace: the node has nothing in ${packet.family}, in which the packet is`);
  const boundAddresses = node.families.flatMap((one) => one.boundAddresses);
  const host = hostModel(node.host, {
    boundAddresses,
    listening: [...(node.listening ?? []), ...listening],
    ...(sockets === undefined ? {} : { sockets }),
  });
  return outcomesOf(new Tracer({ ...content, host }).walk(packet));
}

/** What a change of a node does to traffic, or where a node differs from its manifests. Throws TypeError. */
export function compareSides(before: NodeModel, after: NodeModel): DiffReport {
  mustBeNode('compareSides', before);
  mustBeNode('compareSides', after);
  return compare(before, after);
}

/** A comparison as text, or as Markdown of limited size. Throws TypeError for another format. */
export function printDifferences(report: DiffReport, format: 'text' | 'markdown' = 'text'): string {
  must(
    hasFields(report, { services: 'list', summary: 'object' }),
    'printDifferences',
    'what compareSides gives',
    report,
  );
  must(['text', 'markdown'].includes(format), 'printDifferences', 'a format: text, markdown', format);
  return format === 'markdown' ? printMarkdown(report) : printText(report, { colour: false });
}
