import { coloured, guardLines } from '../../diagnostics/terminal.js';
import { piecesOf, plainPhrase, type Block, type Phrase } from './document.js';
import { layRows, wrapRule, wrapWords } from '../../diagnostics/layout.js';
import { plain } from '../words/plain.js';

export interface TextStyle {
  readonly colour: boolean;
  /** The width at which prose is wrapped. */
  readonly width: number;
  /** The columns available for tables; Infinity if the width of the terminal is unknown. */
  readonly tableWidth: number;
}

/** The document for a terminal. */
export function printText(blocks: readonly Block[], style: TextStyle): string {
  const text = `${blocks
    .map((block) => printBlock(block, style))
    .filter((text) => text !== '')
    .join('\n\n')}\n`;
  return guardLines(text);
}

function printBlock(block: Block, style: TextStyle): string {
  switch (block.kind) {
    case 'heading':
      return heading(block.level, block.text, style);
    case 'paragraph':
      return isQuotation(block.text) ? quotation(block.text, style) : wrap(block.text, '', '', style);
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

/** A rule on its own line may be copied: only a terminal wraps it. */
function quotation(text: Phrase, style: TextStyle): string {
  return wrapRule(`  ${plain(plainPhrase(text), 4000)}`, style.tableWidth).join('\n');
}

function isQuotation(text: Phrase): boolean {
  const pieces = piecesOf(text);
  return pieces.length === 1 && typeof pieces[0] !== 'string';
}

function heading(level: number, text: Phrase, style: TextStyle): string {
  const words = plain(plainPhrase(text), 2000);
  const lines = wrapWords(words, style.tableWidth, '', '  ');
  if (style.colour) return lines.map((line) => coloured(line, level === 3 ? '36' : '1')).join('\n');
  const underline = level === 1 ? ['='.repeat(Math.min(words.length, style.width))] : [];
  return [...lines, ...underline].join('\n');
}

/** Code without blanks is not split. Escape sequences are added to words after measuring. */
function wrap(phrase: Phrase, first: string, others: string, style: TextStyle, markColour?: string): string {
  const words = piecesOf(phrase)
    .map((piece) => (typeof piece === 'string' ? plain(piece, 4000) : plain(piece.code, 2000)))
    .join('');
  const text = wrapWords(words, style.width, first, others).join('\n');
  return markColour === undefined || !style.colour ? text : coloured(text, markColour);
}

/** Columns that are empty in every row are left out. */
function table(header: readonly string[], rows: readonly (readonly Phrase[])[], style: TextStyle): string {
  const cells = rows.map((row) => row.map((cell) => plain(plainPhrase(cell), 400)));
  const used = header.map((_, column) => cells.some((row) => row[column] !== ''));
  const kept = [header, ...cells].map((row) => row.filter((_, column) => used[column] === true));
  const [head = [], ...lines] = layRows(kept, style.tableWidth - 2);
  return [...head.map((line) => (style.colour ? coloured(line, '2') : line)), ...lines.flat()]
    .map((line) => `  ${line}`)
    .join('\n');
}
