/** As ordinary.test.ts, for manifests of real repositories. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseManifests } from '../../src/manifests/read.js';
import { factsFrom } from '../support/lint.js';
import { expectSameRefusals } from '../support/refusals.js';
import { describeWithSharedData, sharedPath } from '../support/shared.js';

describeWithSharedData('manifests of real repositories', () => {
  const root = sharedPath('corpus', 'manifests');
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

  it('have the same refusals among their suspects', async () => {
    for (const file of files)
      await expectSameRefusals(parseManifests([{ name: file, text: readFileSync(file, 'utf8') }]), factsFrom());
  }, 60_000);
});
