/**
 * `node release-manifests.mjs VERSION SHA256SUMS DIRECTORY`: writes the manifests of krew (chains.yaml) and Homebrew
 * (kubechains.rb) of a version to a directory, with the checksums of their downloads from SHA256SUMS.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const [version = '', sums = '', directory = '.'] = process.argv.slice(2);
const packaging = new URL('../packaging/', import.meta.url);
const checksums = new Map(
  [...readFileSync(sums, 'utf8').matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm)].map(([, sum, file]) => [basename(file), sum]),
);
for (const file of ['krew/chains.yaml', 'homebrew/kubechains.rb']) {
  const template = readFileSync(new URL(file, packaging), 'utf8').replaceAll('VERSION', version);
  const [, download = ''] = /\/(kubechains-[^/"\s]+\.tgz)/.exec(template) ?? [];
  const sum = checksums.get(download);
  if (sum === undefined) {
    process.stderr.write(`${sums} has no checksum of ${download}\n`);
    process.exit(1);
  }
  const lines = template.split('\n').filter((line) => !line.includes('are filled in by'));
  writeFileSync(join(directory, basename(file)), lines.join('\n').replaceAll('SHA256', sum));
}
