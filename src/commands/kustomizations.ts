import { quote } from '../diagnostics/quote.js';
import { isOfComponent } from '../manifests/component-files.js';
import type { BuiltSet, ManifestSet, SourceText } from '../manifests/types.js';
import { UsageError } from './command.js';
import { firstOf } from '../diagnostics/words.js';

const mostNamed = 4;

/**
 * Rejects inputs that are alternatives to each other: kustomizations that build the same files, such as overlays of one
 * base. Not components, and not one kustomization that Flux applies to several namespaces. Throws UsageError.
 */
export function refuseAlternatives({ builds = [], sources }: ManifestSet): void {
  const [first, second] = alternatives(builds, sources);
  if (first === undefined || second === undefined) return;
  throw new UsageError(
    `there are several kustomizations, and ${folderOf(first)} and ${folderOf(second)} build the same files: name one of ${firstOf(builds.map(folderOf), mostNamed)}`,
  );
}

function alternatives(builds: readonly BuiltSet[], sources: readonly SourceText[]): readonly BuiltSet[] {
  const owners = new Map<string, BuiltSet>();
  for (const build of builds)
    for (const file of build.files) {
      const owner = owners.get(file);
      if (owner !== undefined && owner.kustomization !== build.kustomization) return [owner, build];
      if (!isOfComponent(file, sources)) owners.set(file, build);
    }
  return [];
}

function folderOf({ kustomization: { name } }: BuiltSet): string {
  return quote(name.slice(0, Math.max(0, name.lastIndexOf('/'))) || '.');
}

/** What is missing from kustomizations used as a cluster, one sentence each. */
export function limitNotes({ builds = [] }: ManifestSet): string[] {
  return builds.flatMap(({ limits }) =>
    limits
      .filter(({ effect }) => effect !== 'values')
      .map(({ file, range: { start }, reason }) => `${quote(file)}:${start.line}: not built here: ${reason}`),
  );
}
