import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Builds dist/explorer.html if it is missing or older than its sources. */
export function ensurePage(): string {
  const page = resolve('dist/explorer.html');
  const sources = [...['src', 'scripts'].flatMap((name) => filesBelow(resolve(name))), resolve('package-lock.json')];
  const isFresh = existsSync(page) && sources.every((file) => statSync(file).mtimeMs < statSync(page).mtimeMs);
  if (!isFresh) execFileSync(process.execPath, ['scripts/build-page.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] });
  return page;
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(directory, entry.name)) : [join(directory, entry.name)],
  );
}
