import { isIgnoredBy } from '../../src/files/ignored.js';

/** The expected values are those of git check-ignore, see gitignore(5). */
describe('.gitignore', () => {
  const files: Readonly<Record<string, string>> = {
    '/r/.gitignore': 'env/\n# !env\n/top.yaml\n*.gen.yaml\n!kept.gen.yaml\na/*/c.yaml\n',
    '/r/app/.gitignore': '!ours.gen.yaml\n',
  };
  const isIgnored = (path: string): boolean =>
    isIgnoredBy(
      `/r/${path}`,
      (file) => files[file],
      (folder) => folder === '/r',
    );

  it.each([
    ['env/patch.yaml', true],
    ['app/env/deep/patch.yaml', true],
    ['top.yaml', true],
    ['app/top.yaml', false],
    ['app/x.gen.yaml', true],
    ['app/kept.gen.yaml', false],
    ['env/kept.gen.yaml', true],
    ['app/ours.gen.yaml', false],
    ['ours.gen.yaml', true],
    ['a/b/c.yaml', true],
    ['a/b/b/c.yaml', false],
    ['environment/patch.yaml', false],
  ])('%s: %s', (path, expected) => {
    expect(isIgnored(path)).toBe(expected);
  });

  it('is not looked for above the repository', () => {
    expect(
      isIgnoredBy(
        '/a/b/c',
        (file) => (file === '/a/.gitignore' ? 'c' : undefined),
        (folder) => folder === '/a/b',
      ),
    ).toBe(false);
  });
});
