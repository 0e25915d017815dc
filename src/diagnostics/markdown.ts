import { greatest } from './extremes.js';
import { escapeInvisible } from './invisible.js';

/**
 * Escapes input text for the Markdown of GitHub and GitLab, including table cells: no markup, HTML, links, mentions,
 * references or formulas, and no invisible characters.
 */
export function escapeMarkdown(text: string): string {
  return escapeInvisible(text)
    .replace(/[\\`*_[\]<>~&#@$|]/g, escapeCharacter)
    .replace(/:\/\//g, '&#58;//')
    .replace(/\bwww\./gi, (word) => `${word.slice(0, 3)}&#46;`);
}

function escapeCharacter(character: string): string {
  return '<>&#@'.includes(character) ? `&#${character.charCodeAt(0)};` : `\\${character}`;
}

/**
 * The text as inline code, with more backticks around it than within. In a table cell, the caller must also escape its
 * pipes.
 */
export function codeSpan(text: string): string {
  if (text === '') return '';
  const fence = fenceFor(text, 1);
  const padding = /^[` ]|[` ]$/.test(text) ? ' ' : '';
  return `${fence}${padding}${escapeInvisible(text)}${padding}${fence}`;
}

/** A fence of backticks for a text: at least `fewest`, and longer than any run of backticks within. */
export function fenceFor(text: string, fewest: number): string {
  const longest = greatest(
    [...text.matchAll(/`+/g)].map(([run]) => run.length),
    fewest - 1,
  );
  return '`'.repeat(longest + 1);
}
