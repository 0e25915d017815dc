import { join } from 'node:path';
import { writeTree } from './tree.mjs';
import { writePieces } from './write.mjs';

/** The number of applications in a kustomization: as many as the tree has in one directory. */
const together = 20;

/** The tree with a base in each directory, and an overlay for each base: other names, a label, replicas and a patch. */
export function writeOverlays(directory, { files }) {
  writeTree(join(directory, 'bases'), { files });
  for (let first = 0; first < files; first += together) {
    const place = first / together;
    const team = join(`area-${Math.floor(place / 25)}`, `team-${place}`);
    const numbers = Array.from({ length: Math.min(together, files - first) }, (_, at) => first + at);
    writePieces(join(directory, 'bases', team, 'kustomization.yaml'), [
      `resources:\n${numbers.map((number) => `- application-${number}.yaml\n`).join('')}`,
    ]);
    writePieces(join(directory, 'production', team, 'kustomization.yaml'), [
      `resources: [../../../bases/${team}]
namePrefix: production-
labels:
- pairs: {stage: production}
  includeSelectors: true
replicas:
- {name: application-${first}, count: 5}
patches:
- target: {kind: Deployment}
  patch: |-
    - {op: add, path: /spec/revisionHistoryLimit, value: 3}
`,
    ]);
  }
}
