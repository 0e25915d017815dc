import { join } from 'node:path';
import { writeTree } from './tree.mjs';
import { writePieces } from './write.mjs';

/** How many applications a kustomization has: what the tree has in one directory. */
const together = 20;

/**
 * The tree with a base in each directory and two overlays for each base: a kustomization of its twenty applications,
 * one with other names and replicas, and one with labels and a patch. Objects are built twice so.
 */
export function writeOverlays(directory, { files }) {
  writeTree(join(directory, 'bases'), { files });
  for (let place = 0; place * together < files; place++) {
    const team = join(`area-${Math.floor(place / 25)}`, `team-${place}`);
    const numbers = Array.from(
      { length: Math.min(together, files - place * together) },
      (_, at) => place * together + at,
    );
    const up = '../../../bases/' + team;
    writePieces(join(directory, 'bases', team, 'kustomization.yaml'), [
      `resources:\n${numbers.map((number) => `- application-${number}.yaml\n`).join('')}`,
    ]);
    writePieces(join(directory, 'staging', team, 'kustomization.yaml'), [
      `resources: [${up}]\nnamePrefix: staging-\nreplicas:\n- {name: application-${numbers[0]}, count: 1}\n`,
    ]);
    writePieces(join(directory, 'production', team, 'kustomization.yaml'), [
      `resources: [${up}]\nlabels:\n- pairs: {stage: production}\n  includeSelectors: true\npatches:\n- target: {kind: Deployment}\n` +
        '  patch: |-\n    - {op: add, path: /spec/revisionHistoryLimit, value: 3}\n',
    ]);
  }
}
