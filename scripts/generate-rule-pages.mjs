#!/usr/bin/env node
/**
 * Writes docs/rules/ from the documentation in each lint rule's file and docs/migrate/ from that of each kind of
 * difference, and removes the pages of deleted rules and kinds.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';

const root = join(import.meta.dirname, '..');
await writePages('src/review/rule-pages.ts', ({ rulePages }) => rulePages(), 'docs/rules');
await writePages('src/migrate/pages.ts', ({ migratePages }) => migratePages(), 'docs/migrate');

async function writePages(source, pagesIn, folder) {
  const bundle = join(root, 'node_modules/.cache/kubechains', `${folder.replace('/', '-')}.mjs`);
  await build({
    input: join(root, source),
    platform: 'node',
    external: [/^node:/, 'yaml', 'ipaddr.js', 'diff', 're2js'],
    output: { file: bundle, format: 'esm', codeSplitting: false },
    logLevel: 'warn',
  });
  const pages = pagesIn(await import(pathToFileURL(bundle).href));
  const output = join(root, folder);
  for (const [name, text] of pages) {
    mkdirSync(dirname(join(output, name)), { recursive: true });
    writeFileSync(join(output, name), text);
  }
  for (const name of readdirSync(output, { recursive: true })) {
    if (name.endsWith('.md') && !pages.has(name)) rmSync(join(output, name));
  }
}
