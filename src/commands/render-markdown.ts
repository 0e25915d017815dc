const width = 100;

/**
 * Formats the Markdown of our own pages for a terminal: headings are highlighted, code is indented, paragraphs are
 * wrapped.
 */
export function renderMarkdown(markdown: string, colour: boolean): string {
  return `${blocksOf(markdown)
    .map((block) => renderBlock(block, colour))
    .join('\n\n')}\n`;
}

/** Blocks end at blank lines, except within fenced code. */
function blocksOf(markdown: string): string[] {
  const blocks: string[][] = [[]];
  let fenced = false;
  for (const line of markdown.trim().split('\n')) {
    if (line.startsWith('```')) fenced = !fenced;
    if (line.trim() === '' && !fenced) blocks.push([]);
    else blocks.at(-1)?.push(line);
  }
  return blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
}

function renderBlock(block: string, colour: boolean): string {
  const heading = /^#+ (.*)$/.exec(block)?.[1];
  if (heading !== undefined) return colour ? `\u001b[1m${heading}\u001b[0m` : heading;
  const code = /^```\w*\n([^]*?)\n?```$/.exec(block)?.[1];
  if (code !== undefined)
    return code
      .split('\n')
      .map((line) => (line === '' ? '' : `    ${line}`))
      .join('\n');
  const items = block.split(/\n(?=- )/);
  return items.map((item) => wrap(plain(item, colour), item.startsWith('- ') ? '  ' : '')).join('\n');
}

function plain(text: string, colour: boolean): string {
  return text
    .replace(/\*\*(.+?)\*\*/g, colour ? '\u001b[1m$1\u001b[0m' : '$1')
    .replace(/\[([^\]]+)\]\((https?:[^)]+)\)/g, '$1 ($2)');
}

function wrap(text: string, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}
