/** Shows the documents of `explain` as HTML, with the same text in the same order. */
import type { Block, Phrase } from '../../explain/output/document.js';
import { element, type Child } from './dom.js';

/** Without the title, which the page already shows, and without the diagram, which a picture replaces. */
export function documentView(blocks: readonly Block[]): HTMLElement {
  return element('div', { class: 'document' }, ...blocks.flatMap(blockView));
}

function blockView(block: Block): HTMLElement[] {
  switch (block.kind) {
    case 'heading':
      return block.level === 1 ? [] : [element(block.level === 2 ? 'h3' : 'h4', {}, ...pieces(block.text))];
    case 'paragraph':
      return [element('p', {}, ...pieces(block.text))];
    case 'list':
      return [element(block.numbered === true ? 'ol' : 'ul', {}, ...block.items.map(item))];
    case 'problems':
      return [element('ul', { class: 'problems' }, ...block.items.map(item))];
    case 'table':
      return [table(block.header, block.rows)];
    case 'details':
      return [element('details', {}, element('summary', {}, block.summary), ...block.blocks.flatMap(blockView))];
    case 'diagram':
      return [];
  }
}

function item(phrase: Phrase): HTMLElement {
  return element('li', {}, ...pieces(phrase));
}

function pieces(phrase: Phrase): Child[] {
  if (typeof phrase === 'string') return [phrase];
  return phrase.map((piece) => (typeof piece === 'string' ? piece : element('code', {}, piece.code)));
}

/** Columns that are empty in every row are left out. */
function table(header: readonly string[], rows: readonly (readonly Phrase[])[]): HTMLElement {
  const isUsed = header.map((_, column) => rows.some((row) => (row[column] ?? '').length > 0));
  const kept = <Cell>(cells: readonly Cell[]): Cell[] => cells.filter((_, column) => isUsed[column] === true);
  const head = element('tr', {}, ...kept(header).map((cell) => element('th', { scope: 'col' }, cell)));
  const body = rows.map((row) => element('tr', {}, ...kept(row).map((cell) => element('td', {}, ...pieces(cell)))));
  return scrollable('Table', element('table', {}, element('thead', {}, head), element('tbody', {}, ...body)));
}

/** Content wider than the page gets its own scroll bar, usable with the keyboard, too. */
export function scrollable(label: string, content: HTMLElement): HTMLElement {
  return element('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': label }, content);
}
