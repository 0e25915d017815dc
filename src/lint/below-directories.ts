import { quotePath } from '../diagnostics/quote.js';
import { formatPath, type Finding } from '../diagnostics/finding.js';
import type { SourceText } from '../manifests/types.js';
import type { ObjectFinder } from './provenance.js';
import { valueAt } from '../manifests/values.js';

/**
 * Lowers the severity of reading findings in files found in directories, if something else changes such a file before
 * it is applied: an operator inserts the image into its own manifests (`image: ""`), a text uses only the part between
 * Markdown fences, or a shell runs a script that contains the manifest. For files named on the command line, severities
 * are unchanged.
 */
export function asTheyLie(
  read: readonly Finding[],
  sources: readonly SourceText[],
  objects: ObjectFinder,
): readonly Finding[] {
  const wrapped = wrappedFiles(read, sources);
  const reported = new Set<string>();
  return read.flatMap((finding) => {
    const message = wrapped.get(finding.file);
    if (message !== undefined) {
      if (reported.has(finding.file)) return [];
      reported.add(finding.file);
      return [{ ...finding, severity: 'warning' as const, message }];
    }
    return isEmptyImage(finding, objects)
      ? [{ ...finding, severity: 'info' as const, message: imageMessage(finding) }]
      : [finding];
  });
}

const fenceMessage =
  'The file begins and ends with a fence of Markdown (```), so no reader of YAML takes it: take the fences off, unless a text includes it.';

const shellMessage =
  'The file is a shell command that has a manifest as its input, so no reader of YAML takes it: have a shell run it, or take the command off.';

/** Files that contain a manifest within something else, with the message about them. */
function wrappedFiles(read: readonly Finding[], sources: readonly SourceText[]): ReadonlyMap<string, string> {
  const broken = new Set(read.filter(({ rule }) => rule === 'yaml/syntax').map(({ file }) => file));
  if (broken.size === 0) return new Map();
  return new Map(
    sources.flatMap(({ name, text, found }): [string, string][] => {
      if (found !== true || !broken.has(name)) return [];
      if (/^\s*```/.test(text) && /\n\s*```\s*$/.test(text.slice(-100))) return [[name, fenceMessage]];
      return /^(?:[ \t]*(?:#.*)?\r?\n)*[ \t$]*(?:cat|kubectl|oc)[ \t][^\n:]*<<-?[ \t]*['"]?\w/.test(text)
        ? [[name, shellMessage]]
        : [];
    }),
  );
}

function isEmptyImage(finding: Finding, objects: ObjectFinder): boolean {
  if (finding.rule !== 'schema/invalid' || finding.path?.at(-1) !== 'image') return false;
  const object = objects.find(finding);
  return object?.source.found === true && valueAt(object.value, ...finding.path) === '';
}

function imageMessage({ path = [], object }: Finding): string {
  return `${quotePath(formatPath(path))} is empty: a program must fill it in before the API server takes the ${object?.kind ?? 'object'}.`;
}
