const longest = 80;

/**
 * Input text for messages: in double quotes, with control, bidirectional and other invisible characters escaped, cut to
 * 80 characters, so that a manifest can neither forge nor flood output.
 */
export function quote(text: string): string {
  const shown = text.length > longest ? text.slice(0, longest) : text;
  const escaped = JSON.stringify(shown).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu, escapeCharacter);
  return text.length > longest ? `${escaped}… (${text.length} characters)` : escaped;
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
