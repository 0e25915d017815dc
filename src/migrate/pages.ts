/** Generates the pages of kinds in docs/migrate/. */
import type { KindPage } from './kind.js';
import { kinds } from './kinds/index.js';
import { remarkKinds } from './remarks/index.js';

/** Every kind of difference, those between packets first. */
export const allKinds: readonly KindPage[] = [...kinds, ...remarkKinds];

/** The page of one kind, Markdown. */
export function kindPage({ id, title, why, since, remedy, sources }: KindPage): string {
  const parts = [
    `# ${id}: ${title}`,
    why,
    `**Since:** ${since}`,
    `## What to do\n\n${remedy}`,
    `## Sources\n\n${sources.map((source) => `- <${source}>`).join('\n')}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** All pages and their table of contents, by file name within docs/migrate/. */
export function migratePages(): ReadonlyMap<string, string> {
  const rows = allKinds.map(({ id, title }) => `| [${id}](${id}.md) | ${title} |`);
  const index =
    '# What changes with the mode or version of kube-proxy\n\n' +
    'The kinds of differences that [`kubechains migrate`](../migrate.md) reports. Each page says why, since when, and what to do.\n\n' +
    `| kind | what |\n|---|---|\n${rows.join('\n')}\n`;
  return new Map([['README.md', index], ...allKinds.map((kind) => [`${kind.id}.md`, kindPage(kind)] as const)]);
}
