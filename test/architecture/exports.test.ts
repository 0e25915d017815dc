/** What a file exports, another one imports: whoever reads an `export` may look for who depends on it. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const places = ['src', 'test', 'bench', 'scripts'];

/** Read from outside their folder by build scripts or by tools, not by an import of their names. */
const readOtherwise = [/^src\/index\.ts$/, /^src\/explore\/page\/node\//];

const texts = new Map(
  places
    .flatMap((place) => readdirSync(place, { recursive: true, encoding: 'utf8' }).map((name) => join(place, name)))
    .filter((file) => /\.(?:ts|mjs)$/.test(file) && !file.endsWith('.d.ts'))
    .map((file): [string, string] => [file, readFileSync(file, 'utf8')]),
);

function fileOf(from: string, specifier: string): string {
  return normalize(specifier.startsWith('src/') ? specifier : join(dirname(from), specifier)).replace(/\.js$/, '.ts');
}

/** `file#name` of each imported name; only `file` where a whole module is imported or its file is named. */
function importedNames(): Set<string> {
  const found = new Set<string>();
  for (const [file, text] of texts) {
    for (const [, names = '', specifier = ''] of text.matchAll(/\bimport (?:type )?\{([^}]*)\} from '(\.[^']+)'/g))
      addNames(found, fileOf(file, specifier), names);
    for (const [, names = '', specifier = ''] of text.matchAll(/\bexport (?:type )?\{([^}]*)\} from '(\.[^']+)'/g))
      addNames(found, fileOf(file, specifier), names);
    for (const [, specifier = ''] of text.matchAll(/(?:\* (?:as \w+ )?from |import\()'(\.[^']+)'/g))
      found.add(fileOf(file, specifier));
    for (const [, specifier = ''] of text.matchAll(/'((?:\.{1,2}|src)\/[^'\n]+\.ts)'/g))
      found.add(fileOf(file, specifier));
  }
  return found;
}

function addNames(found: Set<string>, file: string, names: string): void {
  for (const name of names.split(','))
    found.add(
      `${file}#${name
        .trim()
        .replace(/^type /, '')
        .replace(/ as .*/, '')}`,
    );
}

it('every export is imported somewhere', () => {
  const imported = importedNames();
  const unused = [...texts].flatMap(([file, text]) =>
    !file.startsWith('src/') || imported.has(file) || readOtherwise.some((place) => place.test(file))
      ? []
      : [...text.matchAll(/^export (?:async )?(?:function\*?|const|class|interface|type) (\w+)/gm)]
          .map(([, name = '']) => name)
          .filter((name) => !imported.has(`${file}#${name}`))
          .map((name) => `${file}: ${name}`),
  );
  expect(unused).toEqual([]);
});
