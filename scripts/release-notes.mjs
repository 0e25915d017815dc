/** `node release-notes.mjs VERSION`: prints the changelog's section about a version. */
import { readFileSync } from 'node:fs';

const [version = ''] = process.argv.slice(2);
const changelog = readFileSync(new URL('../CHANGELOG.md', import.meta.url), 'utf8');
const section = changelog.split(/^## /m).find((one) => one.split(/[\s]/, 1)[0] === version);
if (section === undefined) {
  process.stderr.write(`CHANGELOG.md has no section "## ${version}"\n`);
  process.exit(1);
}
process.stdout.write(section.slice(section.indexOf('\n')).trim() + '\n');
