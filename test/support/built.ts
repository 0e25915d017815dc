import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/**
 * Bundles the program as published, into a folder where its dependencies are found; returns that folder. `name`: unique
 * for each test file.
 */
export function buildProgram(name: string): string {
  const directory = resolve('node_modules/.cache/kubechains-test', name);
  const { status, stderr } = spawnSync(
    process.execPath,
    ['node_modules/.bin/rolldown', '-c', 'rolldown.config.mjs', '-d', directory],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return directory;
}
