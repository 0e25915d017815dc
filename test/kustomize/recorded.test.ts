import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { diskFiles } from '../../src/files/kustomize-files.js';
import { readInputs } from '../../src/files/inputs.js';
import type { JsonObject } from '../../src/manifests/types.js';
import { readManifests } from '../../src/pipeline/read-manifests.js';
import { objectsOf } from './support.js';

const folder = 'test/kustomize/recorded';
const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

describe('what kustomize v5.5.0 built', () => {
  it('is recorded', () => {
    expect(names.length).toBeGreaterThanOrEqual(4);
  });

  it.each(names)('%s is what is built here', async (name) => {
    const { texts } = await readInputs([join(folder, name, 'kustomization.yaml')]);
    const { objects, builds, findings } = readManifests(texts, diskFiles(texts));
    expect(findings.filter(({ rule }) => rule !== 'kustomize/lost-port')).toEqual([]);
    expect(builds?.length).toBe(1);
    const expected = objectsOf(readFileSync(join(folder, `${name}.expected.yaml`), 'utf8'));
    expect(byName(objects.map(({ value }) => value))).toEqual(byName(expected));
  });
});

/** The order does not matter: kubectl sorts by kind. */
function byName(objects: readonly JsonObject[]): Record<string, JsonObject> {
  return Object.fromEntries(
    objects.map((object) => {
      const { name, namespace } = object.metadata as Record<string, string | undefined>;
      return [`${JSON.stringify(object.kind)} ${namespace ?? ''}/${name ?? ''}`, object];
    }),
  );
}
