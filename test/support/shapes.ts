/** Inputs of any size and one shape, and commands for them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { growthOf, isInProportion } from './growth.js';
import { run } from './run.js';

export type Shape = readonly [name: string, make: (size: number) => string, size: number];

export const repeat =
  (text: string, before = '', behind = '') =>
  (size: number): string =>
    before + text.repeat(size) + behind;

export const each =
  (text: (index: number) => string, before = '', behind = '') =>
  (size: number): string =>
    before + Array.from({ length: size }, (_, index) => text(index)).join('') + behind;

export const address = (index: number): string => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;

/** A directory that is the working directory of a file's tests, and is deleted after them. */
export function temporaryDirectory(name: string): () => string {
  const before = process.cwd();
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), `kubechains-${name}-`));
    process.chdir(directory);
  });
  afterAll(() => {
    process.chdir(before);
    rmSync(directory, { recursive: true });
  });
  return () => directory;
}

let files = 0;

/** Expects a command with `FILE`, a file of that shape, to take processor time proportional to its size. */
export async function expectInProportion(
  workingDirectory: string,
  words: readonly string[],
  [, make, size]: Shape,
  extension: string,
): Promise<void> {
  const growth = await growthOf(
    (length) => {
      const name = `${files++}.${extension}`;
      writeFileSync(join(workingDirectory, name), make(length));
      return name;
    },
    size,
    async (file) => {
      const { status } = await run(
        words.map((word) => word.replace('FILE', file)),
        { workingDirectory },
      );
      expect([0, 1, 2]).toContain(status);
    },
  );
  expect({ growth, isInProportion: isInProportion(growth) }).toEqual({ growth, isInProportion: true });
}
