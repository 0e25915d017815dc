import { escapeMarkdown as escape, fenceFor } from '../diagnostics/markdown.js';
import { ruleLines, severityWord } from './print-text.js';
import { alike, besidesByService, familyNote, ruleCount, summaryLines, verdict } from './summary.js';
import type { DiffReport } from './types.js';
import { count, someOf } from '../diagnostics/words.js';

/** GitHub accepts comments of up to 65,536 characters; the limit leaves room for text that a workflow adds. */
export const mostMarkdown = 60_000;
const mostSentences = 24_000;

/** A report as a comment on a pull request: the verdict, then collapsed details. At most `mostMarkdown` characters. */
export function printMarkdown(report: DiffReport): string {
  const head = [`**${escape(verdict(report))}**`, ...summaryLines(report).map((line) => `- ${escape(line)}`)];
  const parts = [head.join('\n'), ...report.notes.map((note) => `> ${escape(note)}.`), sentences(report)];
  const text = parts.filter((part) => part !== '').join('\n\n');
  return `${text}${rules(report, mostMarkdown - text.length)}\n`;
}

function sentences(report: DiffReport): string {
  const items = [
    ...report.refusals.map(({ sentence, file, line }) => `- refused: ${escape(`${file}:${line}: ${sentence}`)}.`),
    ...report.nodeDifferences.map(
      ({ family, sentence, severity }, index) =>
        `${report.nodeDifferences[index - 1]?.family === family ? '' : `**The node${familyNote(report, family)}**\n`}- ${severity}: ${escape(sentence)}`,
    ),
    ...besidesByService(report).map(({ service, differences }) =>
      [
        `**${escape(service)}**, apart from kube-proxy's rules`,
        ...differences.map(({ severity, sentence }) => `- ${severity}: ${escape(sentence)}`),
      ].join('\n'),
    ),
    ...alike(report.services).map(({ names, first }) =>
      [
        `**${escape(someOf(names, 6))}${familyNote(report, first.family)}**`,
        ...first.changes.map(({ severity, sentence }) => `- ${severityWord(severity)}: ${escape(sentence)}`),
        ...(first.causes.length === 0 ? [] : [`- why: ${first.causes.map(escape).join('; ')}`]),
      ].join('\n'),
    ),
  ];
  if (items.length === 0) return '';
  const { kept, cut } = within(items, mostSentences);
  const more =
    cut === 0
      ? ''
      : `\n\n… and ${count(cut, 'more entry', 'more entries')}, cut for length: run kubechains diff to see all.`;
  return `<details${kept.length <= 10 ? ' open' : ''}><summary>What changes, by Service port</summary>\n\n${kept.join('\n\n')}${more}\n\n</details>`;
}

function rules(report: DiffReport, room: number): string {
  const lines = ruleLines(report);
  if (lines.length === 0) return '';
  const fence = fenceFor(lines.join('\n'), 3);
  const { kept, cut } = within(lines, room - 400);
  const more = cut === 0 ? '' : `\n… and ${count(cut, 'more line')}, cut for length: run kubechains diff to see all.\n`;
  return `\n\n<details><summary>Rules: ${ruleCount(report)}</summary>\n\n${fence}diff\n${kept.join('\n')}\n${fence}\n${more}\n</details>`;
}

function within(items: readonly string[], most: number): { readonly kept: readonly string[]; readonly cut: number } {
  let length = 0;
  let kept = 0;
  for (const item of items) {
    length += item.length + 2;
    if (length > most) break;
    kept++;
  }
  return { kept: items.slice(0, kept), cut: items.length - kept };
}
