import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const cache = 'node_modules/.cache/kubechains-test';

/**
 * Bundles the program as published, into a folder where its dependencies are found; returns that folder, which must not
 * be changed: test files share it as long as the sources are the same.
 */
export function buildProgram(): string {
  const directory = resolve(cache, sourceHash());
  if (existsSync(directory)) return directory;
  removeOldBuilds();
  const unfinished = `${directory}.${process.pid}`;
  const { status, stderr } = spawnSync(
    process.execPath,
    ['node_modules/.bin/rolldown', '-c', 'rolldown.config.mjs', '-d', unfinished],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  try {
    renameSync(unfinished, directory);
  } catch (error) {
    // Another test file was faster.
    if (!existsSync(directory)) throw error;
    rmSync(unfinished, { recursive: true });
  }
  return directory;
}

/** Of all that the bundles depend on. */
function sourceHash(): string {
  const hash = createHash('sha256');
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).map((name) => join('src', name));
  for (const file of ['rolldown.config.mjs', 'package-lock.json', ...sources.sort()]) {
    hash.update(`${file}\0`);
    if (statSync(file).isFile()) hash.update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Those of other sources, unless a test run that is still going on may use them. */
function removeOldBuilds(): void {
  if (!existsSync(cache)) return;
  const hourAgo = Date.now() - 3_600_000;
  for (const name of readdirSync(cache))
    if (statSync(join(cache, name)).mtimeMs < hourAgo) rmSync(join(cache, name), { recursive: true, force: true });
}
