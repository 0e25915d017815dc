const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu;

/**
 * What GitHub's runner takes for a command anywhere in a line of a log (src/Runner.Common/ActionCommand.cs); every
 * report may end up in one.
 */
const command = /##\[/g;

/**
 * Text with control, bidirectional and other invisible characters written as `\u{…}`, so that it cannot forge or hide
 * output or command a runner.
 */
export function escapeInvisible(text: string): string {
  return text
    .replace(invisible, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(command, '#\\u{23}[');
}

/**
 * JSON that is safe to show on a terminal: the characters that JSON allows as they are but a terminal acts upon (C1
 * controls, bidirectional marks) or has no picture for (private use) are escaped. The value read back is the same.
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
