import { quote } from '../diagnostics/quote.js';
import { formatPath, type Finding } from '../diagnostics/finding.js';
import type { SourceText } from '../manifests/types.js';
import type { ObjectFinder } from './provenance.js';
import { valueAt } from './values.js';

/**
 * What reading found, with less weight where a file was come across below a directory and something else is done with
 * it before it is applied: an operator puts the image into its own manifests (`image: ""`), and a text includes what
 * stands between Markdown's fences. Named on the command line they are what they are.
 */
export function asTheyLie(
  read: readonly Finding[],
  sources: readonly SourceText[],
  objects: ObjectFinder,
): readonly Finding[] {
  const fenced = fencedFiles(read, sources);
  const told = new Set<string>();
  return read.flatMap((finding) => {
    if (fenced.has(finding.file)) {
      if (told.has(finding.file)) return [];
      told.add(finding.file);
      return [{ ...finding, severity: 'warning' as const, message: fenceMessage }];
    }
    return isEmptyImage(finding, objects)
      ? [{ ...finding, severity: 'info' as const, message: imageMessage(finding) }]
      : [finding];
  });
}

const fenceMessage =
  'The file begins and ends with a fence of Markdown (```), so no reader of YAML takes it: take the fences off, unless a text includes it.';

function fencedFiles(read: readonly Finding[], sources: readonly SourceText[]): ReadonlySet<string> {
  const broken = new Set(read.filter(({ rule }) => rule === 'yaml/syntax').map(({ file }) => file));
  if (broken.size === 0) return broken;
  const isFenced = ({ name, text, found }: SourceText): boolean =>
    found === true && broken.has(name) && /^\s*```/.test(text) && /\n\s*```\s*$/.test(text.slice(-100));
  return new Set(sources.filter(isFenced).map(({ name }) => name));
}

function isEmptyImage(finding: Finding, objects: ObjectFinder): boolean {
  if (finding.rule !== 'schema/invalid' || finding.path?.at(-1) !== 'image') return false;
  const object = objects.find(finding);
  return object?.source.found === true && valueAt(object.value, ...finding.path) === '';
}

function imageMessage({ path = [], object }: Finding): string {
  return `${quote(formatPath(path)).slice(1, -1)} is empty: a program must fill it in before the API server takes the ${object?.kind ?? 'object'}.`;
}
