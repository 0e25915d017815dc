const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu;

/**
 * GitHub's runner executes this as a command anywhere in a log line (src/Runner.Common/ActionCommand.cs); any report
 * may end up in a log.
 */
const command = /##\[/g;

/**
 * Text with control, bidirectional and other invisible characters written as `\u{…}`, so that it can neither forge or
 * hide output nor run a command of the CI runner.
 */
export function escapeInvisible(text: string): string {
  return text
    .replace(invisible, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(command, '#\\u{23}[');
}

/**
 * JSON that is safe to show on a terminal. Escapes characters that JSON allows but that terminals act on (C1 controls,
 * bidirectional marks) or cannot show (private use). Parsing gives the same value.
 */
export function stringifyJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent)
    .replace(/[\x7f-\x9f\u2028\u2029]|[\p{Cf}\p{Co}]/gu, escapeUnits)
    .replace(command, '##\\u005b');
}

function escapeUnits(character: string): string {
  let escaped = '';
  for (let index = 0; index < character.length; index++)
    escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  return escaped;
}
