import type { SourceText } from '../../manifests/types.js';

const documentation = /^(?:docs?|documentation)$/i;
const tests = /^(?:e2e|tests?)(?:[-_.].*)?$/i;
const example =
  /^_?(?:examples?|samples?|snippets?|demos?|tutorials?|lessons?|chapters?|ch|days?|weeks?|labs?|exercises?|workshops?|e2e|tests?|archived?|deprecated|experiments?)(?:[-_. ]?\d.*|[-_. ].*)?$/i;

/** Whether a file was found in a folder of documentation or tests, where files show or need only parts of the whole. */
export function isFragment(source: SourceText): boolean {
  return hasFolder(source, (folder) => documentation.test(folder) || tests.test(folder));
}

/** Whether a file was found in a folder of examples, lessons, tests or documentation. */
export function isExample(source: SourceText): boolean {
  return hasFolder(source, (folder) => documentation.test(folder) || example.test(folder));
}

function hasFolder({ name, found }: SourceText, matches: (folder: string) => boolean): boolean {
  return found === true && name.split(/[/\\]/).slice(0, -1).some(matches);
}
