/** Prints regions as a table: most packets first, each with its outcome and an example that can be traced. */
import { quoteForShell } from '../diagnostics/shell.js';
import { escapeInvisible } from '../diagnostics/invisible.js';
import { hostAndPort } from '../walk/address.js';
import { addressSets } from '../walk/address-set.js';
import type { Packet } from '../walk/packet.js';
import { exampleOf, itself, type Packets } from '../walk/packets.js';
import { addressWords, portWords } from '../walk/set-text.js';
import { allPorts, protocolsOf, type Transport } from '../walk/transport.js';
import { colours, type Colours } from './colours.js';
import { summaryLines } from './describe-summary.js';
import { assumptionLines } from './describe-assumptions.js';
import { groupEnds } from './groups.js';
import type { Fate } from './region-report.js';
import { addToGroup } from '../diagnostics/groups.js';

interface RegionsReport {
  readonly fates: readonly Fate[];
  readonly assumed: readonly string[];
  readonly colour: boolean;
}

/** How many fates, and how many sets of one fate, are listed before the rest is only counted. */
const mostFates = 60;
const mostSets = 4;

/** The report, including its last line break. */
export function describeRegions({ fates, assumed, colour }: RegionsReport): string {
  const paint = colours(colour);
  const shown = fates.slice(0, mostFates).flatMap((fate, index) => fateLines(fate, index + 1, paint));
  const lines = [
    `${fates.length} ${fates.length === 1 ? 'outcome' : 'outcomes'}, most packets first. ` +
      'Trace an example to see its rules.',
    ...assumed.map((text) => `  assuming: ${escapeInvisible(text)}`),
    ...shown,
    ...(fates.length > mostFates ? ['', `… and ${fates.length - mostFates} more (--format json lists all)`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function fateLines({ regions, ends, beside }: Fate, number: number, paint: Colours): string[] {
  const [packets] = regions;
  const example = packets === undefined ? undefined : exampleOf(packets);
  if (packets === undefined || example === undefined) return [];
  const groups = groupEnds(ends);
  const remarks = beside?.lines ?? [];
  const isGood = groups.every(({ end }) => end.verdict === 'ACCEPT') && !remarks.some(({ stops }) => stops);
  const [summary = '', ...more] = summaryLines(groups, asked(packets, example)).map(escapeInvisible);
  const sets = regions.slice(0, mostSets).map((one) => `   ${escapeInvisible(setWords(one))}`);
  return [
    '',
    `${number}. ${isGood ? paint.good(summary) : paint.bad(summary)}`,
    ...more.map((line) => `   ${line}`),
    ...remarks.map(({ text, stops }) => `   ${stops ? paint.bad(escapeInvisible(text)) : escapeInvisible(text)}`),
    ...sets,
    ...(regions.length > mostSets ? [`   … and ${regions.length - mostSets} more sets`] : []),
    ...assumptionLines(groups).map((line) => ` ${escapeInvisible(line)}`),
    `   ${paint.faint(`example: ${commandOf(example, packets)}`)}`,
  ];
}

/** The packet for the sentences, without a source if the set has several. */
function asked(packets: Packets, example: Packet): Packet {
  const isOne = addressSets.single(packets.sources) !== undefined;
  return isOne ? example : { ...example, source: { ...example.source, text: 'as it is' } };
}

function setWords({ family, sources, destinations, interfaces, sourcePorts }: Packets): string {
  const ports =
    sourcePorts === undefined || sourcePorts.join() === allPorts.join() ? '' : ` port ${portWords(sourcePorts)}`;
  const to = destinations
    .slice(0, 3)
    .map(({ addresses, transport }) => `${addressWords(addresses, family)} ${transportWords(transport)}`);
  const more = destinations.length > 3 ? ` or ${destinations.length - 3} more` : '';
  const by =
    interfaces[0] === itself ? 'sent by the node itself' : `in by ${interfaces.map(interfaceWords).join(', ')}`;
  return `from ${addressWords(sources, family)}${ports} to ${to.join(' or ')}${more}, ${by}`;
}

function interfaceWords(name: string): string {
  return name === '*' ? 'any other' : name;
}

function transportWords(transport: Transport): string {
  const groups = new Map<string, string[]>();
  for (const name of protocolsOf(transport)) {
    const words = name === 'icmp' ? 'ping' : portWords(transport[name]);
    addToGroup(groups, words, name);
  }
  return [...groups].map(([words, names]) => (words === 'ping' ? 'ping' : `${names.join('+')} ${words}`)).join(', ');
}

/** The command that traces the example, without the inputs. */
function commandOf(
  { protocol, source, sourcePort, destination, destinationPort, inInterface }: Packet,
  set: Packets,
): string {
  const isFree = set.sourcePorts === undefined || set.sourcePorts.join() === allPorts.join();
  return [
    `--to ${protocol === 'icmp' ? destination.text : hostAndPort(destination, destinationPort)}`,
    `--from ${isFree ? source.text : hostAndPort(source, sourcePort)}`,
    `--protocol ${protocol}`,
    inInterface === undefined ? '--local' : `--in-interface ${escapeInvisible(quoteForShell(inInterface))}`,
  ].join(' ');
}
