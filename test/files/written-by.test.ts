import { WrittenPaths } from '../../src/files/written-by.js';
import { posix } from 'node:path';

/** Whether `/r/config/web/made.yaml` is written, by these files. */
function isWritten(files: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(files);
  return new WrittenPaths({
    namesIn: (folder) =>
      names
        .filter((name) => posix.dirname(name) === posix.normalize(folder).replace(/(?<=.)\/$/, ''))
        .map((name) => posix.basename(name)),
    read: (file) => files[file],
    isTop: (folder) => folder === '/r',
  }).has('/r/config/web/made.yaml');
}

describe('a missing file', () => {
  it.each([
    ['a Makefile above redirects to', '/r/Makefile', 'up:\n\tsed s/a/b/ in.yaml > ./config/web/made.yaml\n'],
    ['a script of a folder beside it copies', '/r/hack/up.sh', 'cp a.yaml "$ROOT/config/web/made.yaml"'],
    ['a script in its folder writes', '/r/config/web/up.sh', 'cat <&0 > made.yaml'],
    ['a Taskfile gives as output', '/r/config/Taskfile.yml', 'cmds: [gen --output=web/made.yaml]'],
    ['a folder is made of', '/r/Makefile', '\tcp -R a config/web/made.yaml/b'],
  ])('is made where %s', (_, name, text) => {
    expect(isWritten({ [name]: text })).toBe(true);
  });

  it.each([
    ['only reads it', '/r/Makefile', '\tkubectl apply -f config/web/made.yaml\n'],
    ['writes one of another folder', '/r/Makefile', '\ta > config/db/made.yaml\n'],
    ['writes one of its name elsewhere', '/r/Makefile', '\ta > made.yaml\n'],
    ['writes one with a longer name', '/r/Makefile', '\ta > config/web/made.yaml.tmp && b > config/my-web/made.yaml\n'],
    ['is no script', '/r/README.md', 'a > config/web/made.yaml\n'],
    ['is above the repository', '/Makefile', 'a > config/web/made.yaml\n'],
  ])('is missing where what is there %s', (_, name, text) => {
    expect(isWritten({ [name]: text })).toBe(false);
  });
});
