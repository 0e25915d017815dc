import { piecesOf, plainPhrase, type Block, type Phrase } from './document.js';
import { plain } from '../words/plain.js';

export interface TextStyle {
  readonly colour: boolean;
  /** Columns to wrap prose at; tables may be wider. */
  readonly width: number;
}

/** The document for a terminal. */
export function printText(blocks: readonly Block[], style: TextStyle): string {
  return `${blocks
    .map((block) => printBlock(block, style))
    .filter((text) => text !== '')
    .join('\n\n')}\n`;
}

function printBlock(block: Block, style: TextStyle): string {
  switch (block.kind) {
    case 'heading':
      return heading(block.level, block.text, style);
    case 'paragraph':
      return isQuotation(block.text) ? `  ${plain(plainPhrase(block.text), 4000)}` : wrap(block.text, '', '', style);
    case 'list':
      return block.items
        .map((item, index) => {
          const mark = block.numbered === true ? `${String(index + 1).padStart(3)}. ` : '  - ';
          return wrap(item, mark, ' '.repeat(mark.length), style);
        })
        .join('\n');
    case 'problems':
      return block.items.map((item) => wrap(item, '  ! ', '    ', style, '31')).join('\n');
    case 'table':
      return table(block.header, block.rows, style);
    case 'details':
      return [heading(2, block.summary, style), ...block.blocks.map((one) => printBlock(one, style))].join('\n\n');
    case 'diagram':
      return '';
  }
}

/** A rule that stands alone is to be copied: it is not broken into lines. */
function isQuotation(text: Phrase): boolean {
  const pieces = piecesOf(text);
  return pieces.length === 1 && typeof pieces[0] !== 'string';
}

function heading(level: number, text: Phrase, style: TextStyle): string {
  const words = plain(plainPhrase(text), 2000);
  if (style.colour) return level === 3 ? paint(words, '36') : paint(words, '1');
  return level === 1 ? `${words}\n${'='.repeat(Math.min(words.length, style.width))}` : words;
}

function paint(text: string, colour: string): string {
  return `\u001b[${colour}m${text}\u001b[0m`;
}

/** Code keeps together where it has no blanks; escape sequences are put around words, so that they do not count. */
function wrap(phrase: Phrase, first: string, others: string, style: TextStyle, markColour?: string): string {
  const words = piecesOf(phrase)
    .map((piece) => (typeof piece === 'string' ? plain(piece, 4000) : plain(piece.code, 2000)))
    .join('')
    .split(' ');
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const indent = lines.length === 0 ? first : others;
    if (line !== '' && indent.length + line.length + 1 + word.length > style.width) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push((lines.length === 0 ? first : others) + line);
  const text = lines.join('\n');
  return markColour === undefined || !style.colour ? text : paint(text, markColour);
}

/** Characters, not code units. */
function widthOf(text: string): number {
  return text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, '.').length;
}

/** Columns are as wide as their widest cell; the last one is not padded. */
function table(header: readonly string[], rows: readonly (readonly Phrase[])[], style: TextStyle): string {
  const cells = [header, ...rows.map((row) => row.map((cell) => plain(plainPhrase(cell), 400)))];
  const used = header.map((_, column) => cells.slice(1).some((row) => row[column] !== ''));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => widthOf(row[column] ?? ''))));
  return cells
    .map((row, index) => {
      const line = row
        .flatMap((cell, column) =>
          used[column] === true ? [cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell)))] : [],
        )
        .join('  ')
        .trimEnd();
      return style.colour && index === 0 ? `  ${paint(line, '2')}` : `  ${line}`;
    })
    .join('\n');
}
