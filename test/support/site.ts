import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

/** Builds the site into a folder, and returns its page. */
export function buildSite(folder: string): string {
  execFileSync(process.execPath, ['scripts/build-site.mjs', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  return resolve(folder, 'index.html');
}
