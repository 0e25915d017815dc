import { printable } from '../diagnostics/terminal.js';
import type { Finding } from '../diagnostics/finding.js';
import type { SkippedInput } from '../manifests/types.js';
import { addToGroup } from '../diagnostics/groups.js';
import { count } from '../diagnostics/words.js';

const namesShown = 3;
const reasonsShown = 5;

/** What was not linted, by reason; a few names for each, or all of them. */
export function skippedNote(skipped: readonly SkippedInput[], all: boolean): string {
  if (skipped.length === 0) return '';
  const byReason = new Map<string, string[]>();
  for (const { file, line, reason } of skipped) {
    const name = printable(line === undefined || line === 1 ? file : `${file}:${line}`);
    addToGroup(byReason, reason, name);
  }
  const groups = [...byReason].sort(([, a], [, b]) => b.length - a.length);
  const shown = all ? groups : groups.slice(0, reasonsShown);
  const lines = shown.map(([reason, names]) => `  ${printable(reason)}\n${nameLines(names, all)}`);
  const cut = shown.length < groups.length || (!all && groups.some(([, names]) => names.length > namesShown));
  return `Not linted (${count(skipped.length, 'input')}${cut ? '; --verbose lists all' : ''}):\n${lines.join('')}`;
}

function nameLines(names: readonly string[], all: boolean): string {
  if (all) return names.map((name) => `    ${name}\n`).join('');
  const more = names.length - namesShown;
  return `    ${names.slice(0, namesShown).join(', ')}${more > 0 ? ` and ${more} more` : ''}\n`;
}

/** What `--fix` fixed. */
export function fixedNote(fixed: readonly Finding[], files: number): string {
  if (fixed.length === 0) return 'Nothing to fix.\n';
  const lines = fixed.map(
    ({ file, range, rule, fix }) =>
      `  ${printable(file)}:${range.start.line} ${printable(fix?.description ?? '')} (${rule})\n`,
  );
  return `Fixed ${count(fixed.length, 'finding')} in ${count(files, 'file')}:\n${lines.join('')}`;
}
