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

/** What the files of a disk offer. Paths use slashes. */
interface ScriptFiles {
  /** The names of the files in a folder. */
  namesIn(folder: string): readonly string[];
  read(file: string): string | undefined;
  /** Whether a folder is the top of a repository. */
  isTop(folder: string): boolean;
}

/**
 * Whether Makefiles and scripts write a path: its folder, one above or a folder of scripts there has one with a line
 * that writes something and names the path, outside its own folder with the folder that it is in. Each script is read
 * once.
 */
export class WrittenPaths {
  readonly #known = new Map<string, ReadonlySet<string>>();

  constructor(private readonly files: ScriptFiles) {}

  has(path: string): boolean {
    const own = posix.dirname(path);
    const inside = posix.join(posix.basename(own), posix.basename(path));
    for (let folder = own; ; folder = posix.dirname(folder)) {
      const wanted = folder === own ? posix.basename(path) : inside;
      if (folders.some((below) => this.#namedIn(posix.join(folder, below)).has(wanted))) return true;
      if (this.files.isTop(folder) || folder === posix.dirname(folder)) return false;
    }
  }

  /** The names and pairs of names (`web/made.yaml`) in paths on lines that write, of the scripts of a folder. */
  #namedIn(folder: string): ReadonlySet<string> {
    let named = this.#known.get(folder);
    if (named === undefined) {
      const scripts = this.files.namesIn(folder).filter((name) => recipes.test(name));
      const texts = scripts.slice(0, mostScripts).map((name) => this.files.read(posix.join(folder, name)) ?? '');
      this.#known.set(folder, (named = new Set(texts.flatMap(namesWrittenIn))));
    }
    return named;
  }
}

function namesWrittenIn(text: string): string[] {
  if (text.length > longestScript) return [];
  const lines = text.split('\n').filter((line) => writes.test(line));
  return lines.flatMap((line) => (line.match(/[\w./-]+/g) ?? []).flatMap(partsOf));
}

function partsOf(path: string): string[] {
  const names = path.split('/');
  return names.flatMap((name, index) => (index === 0 ? [name] : [name, `${names[index - 1] ?? ''}/${name}`]));
}
