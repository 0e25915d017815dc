import { quote } from '../diagnostics/quote.js';
import type { Mistake, Problem } from './libyaml/types.js';
import { syntaxProblem, type TextProblem } from './outcome.js';

/** What Kubernetes' reader refuses, in a manifest author's words. */
export function explainMistake(text: string, { problem, start, end }: Mistake): TextProblem {
  const words =
    text
      .slice(start, Math.max(end, start + 1))
      .split('\n', 1)[0]
      ?.trim() ?? '';
  const written = quote(words.length > 50 ? `${words.slice(0, 50)}…` : words);
  return syntaxProblem(start, end, sentences[problem](written));
}

const sentences: Readonly<Record<Problem, (written: string) => string>> = {
  'found character that cannot start any token': (written) =>
    written === quote('') ? tab : `A plain value cannot begin with ${written}: put the value in quotes.`,
  'could not find expected colon': (written) =>
    `A key and a colon are expected at ${orEnd(written)}: write it as "key: value" on one line, with a key of at most 1024 characters.`,
  'block sequence entries are not allowed in this context': () =>
    'A list cannot begin after other text on its line: begin it on its own line.',
  'mapping keys are not allowed in this context': () =>
    'A "? key" cannot begin after other text on its line: begin it on its own line.',
  'mapping values are not allowed in this context': () =>
    'A colon follows a value here that cannot be a key: put the value in quotes if the colon belongs to it.',
  'found unexpected document indicator': () =>
    'The quote that opens here is never closed: close it at the end of its value.',
  'found unexpected end of stream': () =>
    'The quote that opens here is never closed: close it at the end of its value.',
  'found unknown escape character': (written) =>
    `Kubernetes' reader does not know the escape ${written}: ${written === quote('\\/') ? 'write the slash alone' : 'write \\\\ for a backslash, or use single quotes'}.`,
  'did not find expected hexadecimal number': (written) =>
    `The escape ${written} lacks its hexadecimal digits: write \\\\ for a backslash, or use single quotes.`,
  'found invalid Unicode character escape code': (written) =>
    `The escape ${written} is not the number of a character: write the character itself, or another escape.`,
  'found a tab that violates indentation': () => tab,
  'found a tab where an indentation space is expected': () =>
    'A tab indents this line of a block of text, and YAML takes only spaces there: replace the tab by spaces.',
  'did not find expected comment or line break': (written) =>
    `${written} follows | or >, where only a comment is allowed: begin the text on the next line.`,
  'found an indentation indicator equal to 0': () =>
    'A block of text cannot be indented by 0 columns: write a digit from 1 to 9, or none.',
  'did not find expected name of an anchor': (written) =>
    written.startsWith('"*')
      ? unknownAlias(written)
      : `The name of an anchor may contain only letters, digits, - and _; ${written} has others: put the value in quotes if text is meant.`,
  'did not find expected tag': (written) => `${written} is not a YAML tag: put the value in quotes if text is meant.`,
  'found undefined tag handle': (written) =>
    `The tag ${written} needs a %TAG directive that defines it: remove the tag, or put the value in quotes.`,
  'found a directive that it does not know': (written) =>
    `Kubernetes' reader does not know the directive ${written}: remove the line.`,
  'did not find expected directive': () => 'This is not a YAML directive: remove the line, or put the value in quotes.',
  'found incompatible YAML document': () =>
    "Kubernetes' reader takes only documents of YAML 1.1: remove the directive %YAML.",
  'found duplicate directive': () => 'The directive is given twice: remove one of the two.',
  'did not find expected document start': () => 'After directives a document begins with ---: put it on its own line.',
  'did not find expected node content': () => 'A value is expected here: write one, or put quotes around this text.',
  'did not find expected dash': (written) =>
    `${written} is indented like the items of the list above, but is not an item: begin it with "- ", or line it up with the keys.`,
  'did not find expected key': (written) =>
    `A key is expected at ${orEnd(written)}: line it up with its siblings, or put the value in quotes.`,
  'did not find expected comma or bracket': (written) =>
    `A list or mapping in brackets is not closed, or lacks a comma, before ${orEnd(written)}; a key and its colon must be on one line there.`,
  'found unknown anchor': unknownAlias,
  'nested too deep': () => 'The document is nested too deeply to be read.',
  'too many tokens': () => 'The document has too many parts to be read.',
  'text behind the document': (written) =>
    `The document's value ends here, and Kubernetes' reader does not read ${written} and all that follows: put --- before it, or remove it.`,
};

/** A text that ends too early, as of a half-written file, has nothing to quote at its mistake. */
function orEnd(written: string): string {
  return written === quote('') ? 'the end of the line' : written;
}

const tab =
  "A tab is where a line or an item begins, and Kubernetes' reader takes only spaces there: replace the tab by " +
  'spaces, or remove it from an empty line.';

function unknownAlias(written: string): string {
  return (
    'A * in front of a plain value makes it an alias, and there is no anchor ' +
    `${written.replace('*', '&')} before it: put quotes around ${written} if text is meant.`
  );
}
