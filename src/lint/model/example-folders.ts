import type { SourceText } from '../../manifests/types.js';
import { commonFolder, folderOf } from './folders.js';

const documentation = /^(?:docs?|documentation)$/i;
const tests =
  /^(?:e2e|tests?|testing|kuttl|chainsaw|(?:integration|unit|acceptance|functional|smoke|system|regression)[-_]?tests?|test[-_]?(?:data|cases?|suites?)|fixtures?|__tests__)(?:[-_.].*)?$/i;
const example =
  /^_?(?:examples?|samples?|snippets?|demos?|tutorials?|lessons?|chapters?|ch|days?|weeks?|labs?|exercises?|practices?|workshops?|archived?|deprecated|experiments?)(?:[-_. ]?\d.*|[-_. ].*)?$/i;

const roots = new WeakMap<readonly SourceText[], string>();

/**
 * Whether a file was found in a folder of documentation or tests, where files show or need only parts of the whole. Of
 * the folders of all sources, `all`, those that contain everything do not count: somebody lints just these.
 */
export function isFragment(source: SourceText, all: readonly SourceText[]): boolean {
  return isOfTest(source, all) || foldersBelow(source, all).some((folder) => documentation.test(folder));
}

/** Whether a file was found in a folder of tests. */
export function isOfTest(source: SourceText, all: readonly SourceText[]): boolean {
  return foldersBelow(source, all).some((folder) => tests.test(folder));
}

/** Whether a file was found in a folder of examples, lessons, tests or documentation. */
export function isExample(source: SourceText, all: readonly SourceText[]): boolean {
  return isFragment(source, all) || foldersBelow(source, all).some((folder) => example.test(folder));
}

/** The path of a file below the folder that contains all sources. */
export function pathBelow({ name }: Pick<SourceText, 'name'>, all: readonly SourceText[]): string {
  let root = roots.get(all);
  if (root === undefined) {
    const [first] = all;
    root = all.reduce((common, source) => commonFolder(common, source.name), folderOf(first?.name ?? ''));
    roots.set(all, root);
  }
  return name.slice(root.length);
}

function foldersBelow(source: SourceText, all: readonly SourceText[]): string[] {
  return source.found === true ? pathBelow(source, all).split(/[/\\]/).slice(0, -1) : [];
}
