/** Prints a trace as text: the packet, its outcome, the assumptions, and the rules on its path. */
import { printable } from '../diagnostics/terminal.js';
import { hostAndPort } from '../walk/address.js';
import { colours } from './colours.js';
import { assumptionLines } from './describe-assumptions.js';
import type { NearMiss } from './near-miss.js';
import { countLines } from './describe-counters.js';
import { stepLines } from './describe-steps.js';
import { summaryLines } from './describe-summary.js';
import { groupEnds, waysOf } from './groups.js';
import type { NameOf } from './outcome.js';
import type { Packet } from '../walk/packet.js';
import type { WalkEnd } from '../walk/types.js';

interface TraceReport {
  readonly packet: Packet;
  readonly ends: readonly WalkEnd[];
  /** Assumptions made about the packet, one clause each. */
  readonly assumed: readonly string[];
  /** The service port that the user named. */
  readonly servicePort: string | undefined;
  readonly colour: boolean;
  /** The rule that almost matched, if no rule affected the packet. */
  readonly nearMiss?: NearMiss | undefined;
  /** Which other port or protocol was probably meant, as a sentence; shown instead of `nearMiss`. */
  readonly hint?: string | undefined;
  /** The owner of an address; absent: unknown. */
  readonly nameOf?: NameOf;
  /** What happens beyond this node, and the decisions of NetworkPolicies: one sentence each. */
  readonly remarks?: readonly { readonly text: string; readonly stops: boolean }[];
}

/** The report, including its last line break. */
export function describeTrace({
  packet,
  ends,
  assumed,
  servicePort,
  colour,
  nearMiss,
  hint,
  nameOf = () => undefined,
  remarks = [],
}: TraceReport): string {
  const paint = colours(colour);
  const groups = groupEnds(ends);
  const [summary = '', ...more] = [
    ...summaryLines(groups, packet, nameOf),
    ...(hint === undefined ? nearMissLines(nearMiss) : [hint]),
    ...countLines(groups),
  ].map(printable);
  const isGood = groups.every(({ end }) => end.verdict === 'ACCEPT') && !remarks.some(({ stops }) => stops);
  const lines = [
    printable(packetLine(packet, servicePort, nameOf)),
    ...listed('assuming', assumed.map(printable)),
    '',
    isGood ? paint.good(summary) : paint.bad(summary),
    ...more,
    ...remarks.map(({ text, stops }) => (stops ? paint.bad(printable(text)) : printable(text))),
    ...assumptionLines(groups).map(printable),
    '',
    ...stepLines(waysOf(ends), paint),
  ];
  return `${lines.join('\n')}\n`;
}

function nearMissLines(nearMiss: NearMiss | undefined): string[] {
  if (nearMiss === undefined) return [];
  const { chain, number, but } = nearMiss;
  if (but === undefined)
    return [`Rule ${number} of ${chain.name} (table ${chain.table}) would accept it, but comes after that rule.`];
  return [`Nearest: rule ${number} of ${chain.name} (table ${chain.table}) matches it except for ${but}.`];
}

function packetLine(
  { protocol, source, sourcePort, destination, destinationPort, inInterface }: Packet,
  servicePort: string | undefined,
  nameOf: NameOf,
): string {
  const to = hostAndPort(destination, protocol === 'icmp' ? undefined : destinationPort);
  const origin = inInterface === undefined ? 'sent by the node itself' : `in by ${inInterface}`;
  return (
    `${protocol === 'icmp' ? 'ping' : protocol} ${hostAndPort(source, sourcePort)}${inBrackets(nameOf(source.text))} → ` +
    `${to}${inBrackets(servicePort ?? nameOf(destination.text))}, ${origin}`
  );
}

function inBrackets(name: string | undefined): string {
  return name === undefined ? '' : ` (${name})`;
}

function listed(head: string, texts: readonly string[]): string[] {
  return texts.map((text) => `  ${head}: ${text}`);
}
