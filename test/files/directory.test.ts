import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { filesBelow } from '../../src/files/directory.js';

/** The files that are read in a directory with these files. */
function read(files: readonly string[]): string[] {
  const root = mkdtempSync(join(tmpdir(), 'kubechains-'));
  try {
    for (const file of files) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), '{}\n');
    }
    return filesBelow(root).files.map((file) => relative(root, file));
  } finally {
    rmSync(root, { recursive: true });
  }
}

describe('what only tests read', () => {
  it.each([
    'mock_data/a.yaml',
    'mock-data/a.yaml',
    'src/__TESTS__/a.yaml',
    'test_files/a.yaml',
    'testdata/a.yaml',
    'fake/data/a.yaml',
    'e2e/expectedfailures/a.yaml',
    '00-assert.yaml',
    '01-errors.yaml',
    'assert-upgrade.yaml',
    'web-assert.yaml',
    'expected.yaml',
    'web.golden.yaml',
  ])('%s is left alone', (file) => {
    expect(read([file, 'web.yaml'])).toEqual(['web.yaml']);
  });

  it('outputs are left alone beside their inputs', () => {
    expect(read(['a.in.yaml', 'a.out.yaml', 'b.out.yaml'])).toEqual(['a.in.yaml', 'b.out.yaml']);
  });

  it('a kustomization with its expected build is left alone', () => {
    expect(read(['a/expected.yaml', 'a/kustomization.yaml', 'a/web.yaml', 'b/expected.yaml', 'b/web.yaml'])).toEqual([
      'b/web.yaml',
    ]);
  });

  it('inputs beside the tests of a Go program are left alone', () => {
    expect(read(['a/run_test.go', 'a/test/web.yaml', 'b/run.go', 'b/test/web.yaml'])).toEqual(['b/test/web.yaml']);
  });

  it('outputs that a test recorded are left alone', () => {
    expect(
      read(['tests/snapshots/a/web.yaml', 'a/__snapshots__/web.yaml', 'golden/web.yaml', 'snapshots/web.yaml']),
    ).toEqual(['golden/web.yaml', 'snapshots/web.yaml']);
    expect(read(['a/Chart.yaml', 'a/tests/snapshots/web.yaml', 'b/web.yaml', 'b/tests/snapshots/web.yaml'])).toEqual([
      'a/tests/snapshots/web.yaml',
      'b/web.yaml',
    ]);
  });

  it.each(['assertions.yaml', 'tests/web.yaml', 'errors.yaml', 'expected/web.yaml'])('%s is read', (file) => {
    expect(read([file])).toEqual([file]);
  });
});

describe('copies', () => {
  it('that Jekyll writes are left alone', () => {
    expect(read(['docs/_config.yml', 'docs/_site/web.yaml', '_site/web.yaml'])).toEqual([
      '_site/web.yaml',
      'docs/_config.yml',
    ]);
  });
});
