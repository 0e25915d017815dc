import { parseManifests } from '../../src/manifests/read.js';
import type { JsonObject, ManifestSet, SourceText } from '../../src/manifests/types.js';
import { readManifests } from '../../src/pipeline/read-manifests.js';

/** Texts by their names. */
export function texts(files: Readonly<Record<string, string>>): SourceText[] {
  return Object.entries(files).map(([name, text]) => ({ name, text, found: true }));
}

/** What texts build, as if they were all that there is. */
export function built(files: Readonly<Record<string, string>>): ManifestSet {
  return readManifests(texts(files));
}

/** The objects of a text. */
export function objectsOf(text: string): readonly JsonObject[] {
  return parseManifests([{ name: 'objects.yaml', text }]).objects.map(({ value }) => value);
}

/** What a build would be refused for, and what it leaves out: `file:line message`. */
export function told({ findings }: ManifestSet): string[] {
  return findings.map(({ file, range, message }) => `${file}:${range.start.line} ${message}`);
}
