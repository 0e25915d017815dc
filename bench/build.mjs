import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';

const repository = resolve(import.meta.dirname, '..');

/**
 * Builds the command line and the stages of a checkout into a folder of their own. Returns the paths, and a function
 * that removes the folder.
 */
export async function buildCheckout(checkout = repository) {
  execFileSync(process.execPath, ['scripts/compile-validators.mjs'], { cwd: checkout, stdio: 'inherit' });
  const directory = mkdtempSync(join(tmpdir(), 'kubechains-bench-build-'));
  symlinkSync(join(repository, 'node_modules'), join(directory, 'node_modules'));
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}\n');
  const { default: configurations } = await import(pathToFileURL(join(checkout, 'rolldown.config.mjs')).href);
  const [config] = [configurations].flat();
  const input = { cli: join(checkout, 'src/cli.ts'), stages: join(checkout, 'bench/stages.ts') };
  await build({
    ...config,
    cwd: checkout,
    input,
    logLevel: 'warn',
    output: { ...config.output, dir: join(directory, 'dist') },
  });
  return {
    cli: join(directory, 'dist/cli.js'),
    stages: join(directory, 'dist/stages.js'),
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/**
 * The same for another revision, in a worktree that is removed afterwards. A revision from before bench/ existed is
 * measured with today's stages.
 */
export async function buildRevision(revision) {
  const checkout = mkdtempSync(join(tmpdir(), 'kubechains-bench-tree-'));
  const git = (...words) => execFileSync('git', words, { cwd: repository, stdio: ['ignore', 'ignore', 'inherit'] });
  git('worktree', 'add', '--detach', checkout, revision);
  try {
    symlinkSync(join(repository, 'node_modules'), join(checkout, 'node_modules'));
    if (!existsSync(join(checkout, 'bench/stages.ts')))
      cpSync(join(repository, 'bench'), join(checkout, 'bench'), { recursive: true });
    return await buildCheckout(checkout);
  } finally {
    git('worktree', 'remove', '--force', checkout);
  }
}
