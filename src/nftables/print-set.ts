/** Prints named sets and maps like nft's lists. */
import { elementsPerLine } from './elements-per-line.js';
import { formatDuration } from './duration.js';
import { elementText, expressionText } from './print-expression.js';
import { statefulText } from './print-object.js';
import { quoted, word } from './print-text.js';
import type { NamedSet, SetType } from './types.js';

/** A set's lines within its table. */
export function setText(set: NamedSet): string {
  const handle = set.handle === undefined ? '' : ` # handle ${set.handle}`;
  let text = `\t${set.kind} ${word(set.name)} {${handle}\n`;
  for (const line of propertyLines(set)) text += `\t\t${line}\n`;
  return `${text}${elementsText(set)}\t}\n`;
}

function* propertyLines(set: NamedSet): Generator<string> {
  yield set.key.kind + ` ${typeText(set.key)}${dataText(set)}`;
  if (set.policy !== undefined) yield `policy ${set.policy}`;
  if (set.size !== undefined) yield `size ${set.size}${set.count === undefined ? '' : `\t# count ${set.count}`}`;
  if (set.flags !== undefined && set.flags.length > 0) yield `flags ${set.flags.join(',')}`;
  if (set.statements !== undefined) yield set.statements.map(statefulText).join(' ');
  if (set.autoMerge === true) yield 'auto-merge';
  if (set.timeout !== undefined) yield `timeout ${formatDuration(set.timeout)}`;
  if (set.gcInterval !== undefined) yield `gc-interval ${formatDuration(set.gcInterval)}`;
  if (set.comment !== undefined) yield `comment ${quoted(set.comment)}`;
}

function dataText({ data, intervalData }: NamedSet): string {
  return data === undefined ? '' : ` : ${intervalData === true ? 'interval ' : ''}${typeText(data)}`;
}

function typeText(type: SetType): string {
  if (type.kind === 'typeof') return expressionText(type.expression);
  return type.names.map((name) => name.split(' ').map(word).join(' ')).join(' . ');
}

const nextLine = ',\n\t\t\t     ';

function elementsText(set: NamedSet): string {
  const { elements } = set;
  if (elements.length === 0) return '';
  const most = set.elementsPerLine ?? elementsPerLine(set);
  let text = '\t\telements = { ';
  let count = 0;
  for (const element of elements) {
    if (count > 0) text += count % most === 0 ? nextLine : ', ';
    text += elementText(element);
    count++;
  }
  return `${text} }\n`;
}
