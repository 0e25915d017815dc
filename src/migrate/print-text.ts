import { append } from '../diagnostics/extremes.js';
import { fitLines } from '../diagnostics/layout.js';
import { coloured, guardLines, printable } from '../diagnostics/terminal.js';
import { impacts, type Impact } from '../compare/impact.js';
import { productsOf, proofOf, type Witness } from '../compare/proof.js';
import type { MigrationGroup } from './groups.js';
import { groupsOf } from './groups.js';
import type { Migration, MigrationDifference } from './report.js';
import type { Packets } from '../walk/packets.js';
import { equality, headings, verdict } from './summary.js';
import { outcomeWords } from './witness-words.js';
import { count, someOf } from '../diagnostics/words.js';

interface TextOptions {
  readonly colour: boolean;
  /** The columns available for lines. */
  readonly width?: number | undefined;
}

const colours: Readonly<Record<Impact, number>> = { stops: 31, changes: 33, starts: 32 };
const mostNamed = 6;

/** A report for a terminal: the verdict, then Services with equal differences, worst first. */
export function printText(migration: Migration, { colour, width }: TextOptions): string {
  const paint = (code: number, text: string): string => (colour ? coloured(text, code) : text);
  const groups = groupsOf(migration);
  const lines = [paint(1, verdict(migration))];
  for (const severity of impacts) {
    const own = groups.filter((group) => group.severity === severity);
    if (own.length === 0) continue;
    lines.push('', paint(colours[severity], headings[severity]));
    append(lines, own.flatMap(groupLines));
  }
  lines.push('', equality(migration));
  return guardLines(lines.map((line) => `${fitLines(line, width)}\n`).join(''));
}

function groupLines(group: MigrationGroup): string[] {
  const { kind, services, sentence } = group;
  const whom = services.length === 0 ? 'the node' : count(services.length, 'Service');
  return [
    `  ${kind.id} (${whom}): ${printable(sentence)}.`,
    ...(services.length === 0 ? [] : [`    ${printable(someOf(services, mostNamed))}`]),
    ...exampleLines(group).map((line) => `    ${line}`),
    `    What to do: docs/migrate/${kind.id}.md`,
  ];
}

function exampleLines({ example }: MigrationGroup): string[] {
  const [product] = example === undefined ? [] : bestFirst(example).flatMap(productsOf);
  const proof = product === undefined || example === undefined ? undefined : proofOf(product, example.sides);
  return proof === undefined ? [] : witnessLines(proof.witness);
}

/** For kinds about the node, only the packets that the node itself sends, if there are any. */
function bestFirst({ packets, kind }: MigrationDifference): readonly Packets[] {
  const own = kind.isOfNode === true ? packets.filter(({ isFromNode }) => isFromNode) : [];
  return own.length > 0 ? own : packets;
}

/** One example packet, and its outcome before and after. */
function witnessLines({ facts, before, after }: Witness): string[] {
  const { protocol, source, destination, inInterface } = facts;
  const from = inInterface === null ? 'sent by the node' : `in by ${inInterface}`;
  return [
    `for example ${protocol} ${source} → ${destination}, ${from}:`,
    `  before: ${outcomeWords(before, destination)}`,
    `  after:  ${outcomeWords(after, destination)}`,
  ].map(printable);
}
