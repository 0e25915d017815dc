import { greatest } from './extremes.js';
import { escapeInvisible } from './invisible.js';

/**
 * Text from input as itself in Markdown of GitHub and GitLab, a table's cell included: no markup, HTML, links, mentions,
 * references or formulas, and no characters that nobody sees.
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

/** The same as code: more backticks around than within. In a table's cell, its pipes are still to be escaped. */
export function codeSpan(text: string): string {
  if (text === '') return '';
  const fence = fenceFor(text, 1);
  const padding = /^[` ]|[` ]$/.test(text) ? ' ' : '';
  return `${fence}${padding}${escapeInvisible(text)}${padding}${fence}`;
}

/** Backticks that fence a text, at least `fewest`: more of them than follow each other anywhere within. */
export function fenceFor(text: string, fewest: number): string {
  const longest = greatest(
    [...text.matchAll(/`+/g)].map(([run]) => run.length),
    fewest - 1,
  );
  return '`'.repeat(longest + 1);
}
