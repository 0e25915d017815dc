#!/usr/bin/env node
/**
 * Builds the playground as a static site: one page that loads nothing else, from disk or from any path of any server.
 * Usage: node scripts/build-site.mjs [FOLDER]
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { buildPlayground, writeWhole } from './build-page.mjs';

const folder = process.argv[2] ?? 'site';

/** Every folder of examples/ with its manifests, beginning with the shop. */
function examples() {
  const folders = readdirSync('examples', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = folders
    .map(({ name }) => name)
    .sort((a, b) => Number(b === 'shop') - Number(a === 'shop') || (a < b ? -1 : 1));
  return names.map((name) => {
    const directory = join('examples', name);
    const files = readdirSync(directory).filter((file) => /\.(?:ya?ml|save|nft)$/.test(file));
    const texts = files.sort().map((file) => ({
      name: `${directory}/${file}`,
      text: readFileSync(join(directory, file), 'utf8'),
    }));
    return { title: directory, texts };
  });
}

/** As in a page with inputs: no text can end its script block. */
const json = JSON.stringify(examples()).replace(
  /[<>&\u2028\u2029]/g,
  (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
);
writeWhole(join(folder, 'index.html'), await buildPlayground(json));
// GitHub Pages then serves the files without processing them with Jekyll.
writeWhole(join(folder, '.nojekyll'), '');
