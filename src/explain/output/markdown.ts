import { greatest } from '../../diagnostics/extremes.js';
import { plain } from '../words/plain.js';
import { piecesOf, type Block, type Phrase } from './document.js';
import { printMermaid } from './mermaid.js';

/**
 * The document for a pull request: GitHub-flavoured Markdown in which text from input can neither mark up nor mention
 * anybody.
 */
export function printMarkdown(blocks: readonly Block[]): string {
  return `${blocks.map(printBlock).join('\n\n')}\n`;
}

function printBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level + 1)} ${phrase(block.text)}`;
    case 'paragraph':
      return phrase(block.text);
    case 'list':
      return block.items
        .map((item, index) => `${block.numbered === true ? `${index + 1}.` : '-'} ${phrase(item)}`)
        .join('\n');
    case 'problems':
      return block.items.map((item) => `> **!** ${phrase(item)}`).join('\n>\n');
    case 'table':
      return table(block.header, block.rows);
    case 'details':
      return `<details>\n<summary>${escapeWords(block.summary)}</summary>\n\n${block.blocks.map(printBlock).join('\n\n')}\n\n</details>`;
    case 'diagram':
      return `\`\`\`mermaid\n${printMermaid(block.graph)}\`\`\``;
  }
}

function phrase(text: Phrase): string {
  return piecesOf(text)
    .map((piece) => (typeof piece === 'string' ? escapeWords(plain(piece, 4000)) : codeSpan(plain(piece.code, 2000))))
    .join('');
}

/** Marks, links, mentions and HTML are written so that they stay characters. */
function escapeWords(text: string): string {
  return text
    .replace(/[\\`*_[\]<>~&#@$]/g, escapeCharacter)
    .replace(/:\/\//g, '&#58;//')
    .replace(/\bwww\./gi, (word) => `${word.slice(0, 3)}&#46;`);
}

function escapeCharacter(character: string): string {
  return '<>&#@'.includes(character) ? `&#${character.charCodeAt(0)};` : `\\${character}`;
}

/** More backticks around than within. */
function codeSpan(text: string): string {
  if (text === '') return '';
  const longest = greatest(
    [...text.matchAll(/`+/g)].map(([run]) => run.length),
    0,
  );
  const fence = '`'.repeat(longest + 1);
  const padding = /^[` ]|[` ]$/.test(text) ? ' ' : '';
  return `${fence}${padding}${text}${padding}${fence}`;
}

/** A pipe ends a cell, even in code, unless a backslash stands before it. */
function table(header: readonly string[], rows: readonly (readonly Phrase[])[]): string {
  const cells = rows.map((row) => row.map((cell) => phrase(cell).replaceAll('|', '\\|')));
  const used = header.map((_, column) => cells.some((row) => row[column] !== ''));
  const line = (row: readonly string[]): string =>
    `| ${row.filter((_, column) => used[column] === true).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...cells.map(line)].join('\n');
}
