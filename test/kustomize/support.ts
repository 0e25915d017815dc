import { parseManifests } from '../../src/manifests/read.js';
import type { JsonObject, ManifestSet, SourceText } from '../../src/manifests/types.js';
import { readManifests } from '../../src/pipeline/read-manifests.js';

/** Texts by name. */
export function texts(files: Readonly<Record<string, string>>): SourceText[] {
  return Object.entries(files).map(([name, text]) => ({ name, text, found: true }));
}

/** The result of building these texts, with no other files. */
export function built(files: Readonly<Record<string, string>>): ManifestSet {
  return readManifests(texts(files));
}

/** The objects in a text. */
export function objectsOf(text: string): readonly JsonObject[] {
  return parseManifests([{ name: 'objects.yaml', text }]).objects.map(({ value }) => value);
}

/** Why a build fails, and what it leaves out: `file:line message`. */
export function told({ findings }: ManifestSet): string[] {
  return findings.map(({ file, range, message }) => `${file}:${range.start.line} ${message}`);
}
