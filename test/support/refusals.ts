import type { ClusterFacts } from '../../src/lint/context.js';
import { suspectsAmong } from '../../src/lint/ordinary/suspects.js';
import { lint } from '../../src/lint/run.js';
import type { ManifestSet } from '../../src/manifests/types.js';

async function refusalsIn(set: ManifestSet, facts: ClusterFacts): Promise<string[]> {
  const { findings } = await lint(set, { facts, onlyRefusals: true });
  return findings
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, file, range, message }) => `${file}:${range.start.line} ${rule} ${message}`);
}

/** Expects that no rule for errors has a finding about an object that is skipped if only errors are requested. */
export async function expectSameRefusals(set: ManifestSet, facts: ClusterFacts): Promise<void> {
  const objects = suspectsAmong(set.objects, facts);
  expect(await refusalsIn({ ...set, objects }, facts)).toEqual(await refusalsIn(set, facts));
}
