/** Tests that the benchmark runs, with inputs of a few objects; its figures are not tested. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Measured {
  readonly wall: number;
  readonly peak: number;
}

it.each(['generate restore', 'diff'])(
  'measures a process and a stage of %s with tiny inputs and writes both down',
  (verb) => {
    const directory = mkdtempSync(join(tmpdir(), 'kubechains-bench-test-'));
    const file = join(directory, 'results.json');
    try {
      const text = execFileSync(
        process.execPath,
        ['bench/run.mjs', '--tiny', '--only', `${verb}, 5000x10`, '--json', file],
        { encoding: 'utf8', stdio: 'pipe' },
      );
      const { results } = JSON.parse(readFileSync(file, 'utf8')) as { results: Readonly<Record<string, Measured>> };
      expect(Object.keys(results)).toEqual([`${verb}, 5000x10`, `${verb}, 5000x10, in process`]);
      for (const { wall, peak } of Object.values(results)) expect(Math.min(wall, peak)).toBeGreaterThan(0);
      expect(text.split('\n')).toHaveLength(4);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
  60_000,
);

it('says how it is used, and what is wrong, without a stack trace', () => {
  const bench = (...words: string[]) => spawnSync(process.execPath, ['bench/run.mjs', ...words], { encoding: 'utf8' });
  expect(bench('--help')).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringContaining('--compare REV') as string,
  });
  expect(bench('--bogus')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(/^bench: Unknown option '--bogus'/) as string,
  });
  expect(bench('--runs', 'x')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^bench: --runs takes a number from 1 on; not x\n/) as string,
  });
});
