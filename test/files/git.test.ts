/** Reading a revision has the same limits as reading from disk. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGit } from '../../src/files/git.js';

const folder = mkdtempSync(join(tmpdir(), 'kubechains-git-'));
const git = (...words: string[]): void => {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...identity, ...words], { cwd: folder, stdio: 'ignore' });
};

beforeAll(() => {
  mkdirSync(join(folder, 'k8s'));
  mkdirSync(join(folder, 'large'));
  writeFileSync(join(folder, 'k8s/a.yaml'), 'kind: Service\n');
  writeFileSync(join(folder, 'large/b.yaml'), Buffer.alloc(65 * 1024 * 1024, 'x\n'));
  git('init', '-q', '.');
  git('add', '.');
  git('commit', '-q', '-m', 'all');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('reads the texts of a folder', () => {
  const { texts, problem } = readGit({ revision: 'HEAD', path: 'k8s' }, folder);
  expect(problem).toBeUndefined();
  expect(texts).toEqual([{ name: 'git:HEAD:k8s/a.yaml', text: 'kind: Service\n', found: true }]);
});

it('refuses a file that is too large, by name, before it is read', () => {
  expect(readGit({ revision: 'HEAD', path: '' }, folder).problem).toBe(
    'large/b.yaml has 65 MB, more than the 64 MB that are read per file',
  );
});
