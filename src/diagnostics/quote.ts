const longest = 80;

/**
 * Input text as messages show it: in double quotes, with control, bidirectional and other invisible characters escaped
 * and at most 80 characters of it, so that a manifest can neither forge output nor flood it.
 */
export function quote(text: string): string {
  const shown = text.length > longest ? text.slice(0, longest) : text;
  const escaped = JSON.stringify(shown).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu, escapeCharacter);
  return text.length > longest ? `${escaped}… (${text.length} characters)` : escaped;
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
