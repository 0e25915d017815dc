import { withKustomizations } from '../kustomize/assemble.js';
import { memoryFiles } from '../kustomize/memory-files.js';
import type { KustomizeFiles } from '../kustomize/types.js';
import { parseManifests } from '../manifests/read.js';
import type { ManifestSet, SourceText } from '../manifests/types.js';

/**
 * Reads texts of manifests and builds their kustomizations. `files`: where kustomizations find the files they name;
 * default: the texts themselves. Never throws.
 */
export function readManifests(sources: readonly SourceText[], files?: KustomizeFiles): ManifestSet {
  return withKustomizations(parseManifests(sources), files ?? memoryFiles(sources));
}
