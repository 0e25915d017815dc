/** A trace as text: the packet, what becomes of it, what that rests on, and the rules on its way. */
import { printable } from '../diagnostics/terminal.js';
import { hostAndPort } from '../walk/address.js';
import { colours } from './colours.js';
import { assumptionLines } from './describe-assumptions.js';
import type { NearMiss } from './near-miss.js';
import { countLines } from './describe-counters.js';
import { stepLines } from './describe-steps.js';
import { summaryLines } from './describe-summary.js';
import { groupEnds, waysOf } from './groups.js';
import type { Packet } from '../walk/packet.js';
import type { WalkEnd } from '../walk/types.js';

export interface TraceReport {
  readonly packet: Packet;
  readonly ends: readonly WalkEnd[];
  /** What was taken for granted in making the packet, a clause each. */
  readonly assumed: readonly string[];
  /** The service port that was asked for. */
  readonly servicePort: string | undefined;
  readonly colour: boolean;
  /** The rule that nearly met the packet, where no rule did anything with it. */
  readonly nearMiss?: NearMiss | undefined;
  /** Which other port or protocol may have been meant, a sentence; it takes the place of `nearMiss`. */
  readonly hint?: string | undefined;
}

/** The report, with its line end. */
export function describeTrace({ packet, ends, assumed, servicePort, colour, nearMiss, hint }: TraceReport): string {
  const paint = colours(colour);
  const groups = groupEnds(ends);
  const [summary = '', ...more] = [
    ...summaryLines(groups, packet),
    ...(hint === undefined ? nearMissLines(nearMiss) : [hint]),
    ...countLines(groups),
  ].map(printable);
  const isGood = groups.every(({ end }) => end.verdict === 'ACCEPT');
  const lines = [
    printable(packetLine(packet, servicePort)),
    ...listed('assuming', assumed),
    '',
    isGood ? paint.good(summary) : paint.bad(summary),
    ...more,
    ...assumptionLines(groups).map(printable),
    '',
    ...stepLines(waysOf(ends), paint),
  ];
  return `${lines.join('\n')}\n`;
}

function nearMissLines(nearMiss: NearMiss | undefined): string[] {
  if (nearMiss === undefined) return [];
  const { chain, number, but } = nearMiss;
  return [`Nearly: rule ${number} of ${chain.name} (table ${chain.table}) meets all of it but ${but}.`];
}

function packetLine(
  { protocol, source, sourcePort, destination, destinationPort, inInterface }: Packet,
  servicePort: string | undefined,
): string {
  const to = hostAndPort(destination, protocol === 'icmp' ? undefined : destinationPort);
  const origin = inInterface === undefined ? 'sent by the node itself' : `in by ${inInterface}`;
  return (
    `${protocol === 'icmp' ? 'ping' : protocol} ${hostAndPort(source, sourcePort)} → ` +
    `${to}${servicePort === undefined ? '' : ` (${servicePort})`}, ${origin}`
  );
}

function listed(head: string, texts: readonly string[]): string[] {
  return texts.map((text) => `  ${head}: ${text}`);
}
