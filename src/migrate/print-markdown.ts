import { escapeMarkdown as escape } from '../diagnostics/markdown.js';
import { impacts } from '../compare/impact.js';
import { groupsOf, type MigrationGroup } from './groups.js';
import type { Migration } from './report.js';
import { equality, headings, verdict } from './summary.js';
import { count, someOf } from '../diagnostics/words.js';

/** The most that a comment can contain; the report says if it was cut. */
const mostMarkdown = 60_000;
const mostNamed = 20;

/** The report as Markdown of limited size. */
export function printMarkdown(migration: Migration): string {
  const groups = groupsOf(migration);
  const parts = [`**${escape(verdict(migration))}**`];
  let [length, cut] = [0, 0];
  for (const severity of impacts) {
    const items = groups.filter((group) => group.severity === severity).map(item);
    const kept = items.filter((text) => (length += text.length) < mostMarkdown - 2000);
    cut += items.length - kept.length;
    if (kept.length > 0) parts.push(`### ${headings[severity]}`, kept.join('\n'));
  }
  if (cut > 0) parts.push(`… and ${count(cut, 'more entry', 'more entries')}, cut for length.`);
  return `${[...parts, escape(equality(migration))].join('\n\n')}\n`;
}

function item({ kind, sentence, services }: MigrationGroup): string {
  const whom = services.length === 0 ? 'the node' : escape(someOf(services, mostNamed));
  return `- [${kind.id}](${pageOf(kind.id)}): ${escape(sentence)}.<br>${whom}`;
}

function pageOf(id: string): string {
  return `https://github.com/kubechains/kubechains/blob/main/docs/migrate/${id}.md`;
}
