import { codeSpan, escapeMarkdown } from '../../diagnostics/markdown.js';
import { plain } from '../words/plain.js';
import { piecesOf, type Block, type Phrase } from './document.js';
import { printMermaid } from './mermaid.js';

/**
 * The document for a pull request: GitHub-flavoured Markdown in which text from input can neither add markup nor
 * mention anybody.
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
      return `<details>\n<summary>${escapeMarkdown(block.summary)}</summary>\n\n${block.blocks.map(printBlock).join('\n\n')}\n\n</details>`;
    case 'diagram':
      return `\`\`\`mermaid\n${printMermaid(block.graph)}\`\`\``;
  }
}

function phrase(text: Phrase): string {
  return piecesOf(text)
    .map((piece) =>
      typeof piece === 'string' ? escapeMarkdown(plain(piece, 4000)) : codeSpan(plain(piece.code, 2000)),
    )
    .join('');
}

/** A pipe ends a cell, even in code, unless a backslash precedes it. */
function cellText(text: Phrase): string {
  return piecesOf(text)
    .map((piece) => (typeof piece === 'string' ? phrase(piece) : phrase([piece]).replaceAll('|', '\\|')))
    .join('');
}

function table(header: readonly string[], rows: readonly (readonly Phrase[])[]): string {
  const cells = rows.map((row) => row.map(cellText));
  const used = header.map((_, column) => cells.some((row) => row[column] !== ''));
  const line = (row: readonly string[]): string =>
    `| ${row.filter((_, column) => used[column] === true).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...cells.map(line)].join('\n');
}
