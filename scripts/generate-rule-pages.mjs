#!/usr/bin/env node
/**
 * Writes docs/rules/ from the documentation that stands beside each lint rule, and removes pages of rules that are no
 * more.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';

const root = join(import.meta.dirname, '..');
const bundle = join(root, 'node_modules/.cache/kubechains/rule-pages.mjs');
const output = join(root, 'docs/rules');

await build({
  input: join(root, 'src/review/rule-pages.ts'),
  platform: 'node',
  external: [/^node:/, 'yaml', 'ipaddr.js', 'diff', 're2js'],
  output: { file: bundle, format: 'esm' },
  logLevel: 'warn',
});
const { rulePages } = await import(pathToFileURL(bundle).href);
const pages = rulePages();
for (const [name, text] of pages) {
  mkdirSync(dirname(join(output, name)), { recursive: true });
  writeFileSync(join(output, name), text);
}
for (const name of readdirSync(output, { recursive: true })) {
  if (name.endsWith('.md') && !pages.has(name)) rmSync(join(output, name));
}
