/** Changes of files and directories, however they come about. */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchFiles } from '../../src/files/watch.js';

jest.setTimeout(60_000);

let root = '';
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'kubechains-watch-')));
  mkdirSync(join(root, 'k8s/apps'), { recursive: true });
  writeFileSync(join(root, 'k8s/web.yaml'), 'a: 1\n');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Does one thing after another, and expects each to be seen. */
async function expectSeen(path: string, ...acts: readonly (() => void)[]): Promise<void> {
  let seen: () => void = () => undefined;
  const watch = watchFiles([path], () => {
    seen();
  });
  try {
    for (const act of acts) {
      // The system needs a moment before it watches.
      await new Promise((resolve) => setTimeout(resolve, 200));
      let timer: NodeJS.Timeout | undefined;
      const change = new Promise<void>((resolve, reject) => {
        seen = resolve;
        timer = setTimeout(reject, 15_000, new Error('nothing was seen'));
      });
      act();
      await change;
      clearTimeout(timer);
    }
  } finally {
    watch.close();
  }
}

const at = (path: string): string => join(root, path);
const write = (path: string) => (): void => {
  writeFileSync(at(path), `a: ${Math.random()}\n`);
};

it('sees files that are changed, added and removed in a directory and below', async () => {
  await expectSeen(at('k8s'), write('k8s/web.yaml'), write('k8s/apps/new.yaml'), () => {
    rmSync(at('k8s/apps/new.yaml'));
  });
});

it('sees a file that is removed and comes back', async () => {
  const remove = (): void => {
    rmSync(at('k8s/web.yaml'));
  };
  await expectSeen(at('k8s/web.yaml'), remove, write('k8s/web.yaml'), write('k8s/web.yaml'));
});

it.each(['k8s', 'k8s/web.yaml'])('goes on seeing %s after its directory was replaced', async (path) => {
  const replace = (): void => {
    renameSync(at('k8s'), at('old'));
    cpSync(at('old'), at('k8s'), { recursive: true });
  };
  await expectSeen(at(path), replace, write('k8s/web.yaml'));
});

it('sees what a symbolic link leads to: a file, and a directory that is removed and comes back', async () => {
  symlinkSync(at('k8s/web.yaml'), at('link.yaml'));
  await expectSeen(at('link.yaml'), write('k8s/web.yaml'));
  symlinkSync(at('k8s'), at('link'));
  cpSync(at('k8s'), at('copy'), { recursive: true });
  const remove = (): void => {
    rmSync(at('k8s'), { recursive: true });
  };
  const restore = (): void => {
    cpSync(at('copy'), at('k8s'), { recursive: true });
  };
  await expectSeen(at('link'), remove, restore, write('k8s/web.yaml'));
});
