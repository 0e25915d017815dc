const longest = 80;

/**
 * Input text for messages: in double quotes, with control, bidirectional and other invisible characters escaped, cut to
 * 80 characters, so that a manifest can neither forge nor flood output.
 */
export function quote(text: string): string {
  return text.length > longest ? `${escaped(text.slice(0, longest))}… (${text.length} characters)` : escaped(text);
}

/** The longest path that Linux opens. */
const longestPath = 4096;

/** A file's name, or the path of a field, inside a sentence: escaped as by `quote`, but whole and without quotes. */
export function quotePath(path: string): string {
  return escaped(path.slice(0, longestPath)).slice(1, -1);
}

function escaped(text: string): string {
  return JSON.stringify(text).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
