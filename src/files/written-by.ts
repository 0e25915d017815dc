import { posix } from 'node:path';

/** Where the steps of a build are written: beside what it makes, or in a folder above. */
const recipes = /^(?:(?:GNU)?[Mm]akefile|.*\.mk|Taskfile\.ya?ml|[Jj]ustfile|.*\.sh)$/;
const folders = ['', 'scripts/', 'script/', 'hack/'];

/** How many scripts of one folder are read, and the longest. */
const mostScripts = 50;
const longestScript = 256 * 1024;

/** A line that writes something: a redirection, a copy, an option for the output. */
const writes =
  />|\b(?:cp|mv|tee|touch|mkdir|curl|wget|unzip|tar|clone|yq|envsubst)\b|(?:^|\s)-o\b|out(?:put)?\b|\bdir=/;

/**
 * Whether a Makefile or script writes a path: its folder or one above, or a folder of scripts there, has one with a line
 * that writes something and names the path, with the folder that it is in. `namesIn`: the files in a folder. Paths use
 * slashes.
 */
export function isWrittenBy(
  path: string,
  namesIn: (folder: string) => readonly string[],
  read: (file: string) => string | undefined,
  isTop: (folder: string) => unknown,
): boolean {
  const own = posix.dirname(path);
  const inside = named(posix.join(posix.basename(own), posix.basename(path)));
  const beside = named(posix.basename(path));
  for (let folder = own; ; folder = posix.dirname(folder)) {
    const wanted = folder === own ? beside : inside;
    for (const below of folders)
      for (const name of namesIn(posix.join(folder, below))
        .filter((one) => recipes.test(one))
        .slice(0, mostScripts)) {
        const text = read(posix.join(folder, below, name)) ?? '';
        if (text.length <= longestScript && text.split('\n').some((line) => wanted.test(line) && writes.test(line)))
          return true;
      }
    if (isTop(folder) !== undefined || folder === posix.dirname(folder)) return false;
  }
}

function named(path: string): RegExp {
  return new RegExp(`(?<![\\w.-])${path.replace(/[^\w/]/g, '\\$&')}(?![\\w-]|\\.\\w)`);
}
