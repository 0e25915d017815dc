#!/usr/bin/env node
/**
 * Builds the page that `kubechains explore` fills in: one HTML file that loads nothing. Its Content-Security-Policy
 * allows only its own script and style, by hash, and the library in a thread from a blob; nothing else runs and nothing
 * is fetched. Usage: node scripts/build-page.mjs [FILE]
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const page = join(root, 'src/explore/page');

/** Bundles a program and its imports into one classic script; the library's imports from Node are replaced. */
async function bundle(entry) {
  const { output } = await build({
    cwd: root,
    input: join(page, entry),
    platform: 'browser',
    write: false,
    checks: { ineffectiveDynamicImport: false },
    resolve: { alias: { 'node:path': 'pathe', 'node:crypto': join(page, 'node/crypto.ts') } },
    transform: { inject: { Buffer: ['buffer', 'Buffer'] } },
    output: { format: 'iife', minify: true, codeSplitting: false },
  });
  return harmless(output[0].code.trim());
}

/**
 * In a script block, `</script` and `<!--` end or change it; in strings and regular expressions `\x3c` means the same
 * as `<`.
 */
function harmless(code) {
  return code.replace(/<(?=\/script|!--|script)/gi, '\\x3c');
}

/** The Content-Security-Policy: scripts and style by hash, and the library in a thread. */
function policyOf(scripts, style) {
  return [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(' ')}`,
    `style-src ${hashOf(style)}`,
    'worker-src blob:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hashOf(text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const style = () => `\n${readFileSync(join(page, 'style.css'), 'utf8')}`;
const library = () => bundle('worker.ts');

/** Fills in the template of the page. */
function filled(parts) {
  return readFileSync(join(page, 'page.html'), 'utf8').replace(/%([A-Z]+)%/g, (_, name) => parts[name] ?? '');
}

/** The text of the page, with `%INPUTS%` in place of the inputs. */
export async function buildPage() {
  const parts = { STYLE: style(), LIBRARY: await library(), SCRIPT: await bundle('main.ts') };
  return filled({
    ...parts,
    POLICY: policyOf([parts.SCRIPT], parts.STYLE),
    DATA: '<script type="application/json" id="inputs">%INPUTS%</script>',
  });
}

/**
 * The text of the playground: the same page with an editor, with the editor's program at the end; `examples` are JSON.
 */
export async function buildPlayground(examples) {
  const parts = { STYLE: style(), LIBRARY: await library(), SCRIPT: await bundle('playground/main.ts') };
  const editor = await bundle('playground/editor.ts');
  return filled({
    ...parts,
    POLICY: policyOf([parts.SCRIPT, editor], parts.STYLE),
    WORK: '<section id="work" aria-label="Manifests"></section>\n',
    DATA: `<script type="application/json" id="examples">${examples}</script>`,
    LATER: `\n<script type="text/plain" id="editor">${editor}</script>`,
  });
}

/** Writes a file completely or not at all. */
export function writeWhole(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, file);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeWhole(process.argv[2] ?? join(root, 'dist/explorer.html'), await buildPage());
