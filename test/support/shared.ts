import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Recorded kube-proxy outputs and real manifests are outside the repository; tests that read them are skipped if they
 * are missing.
 */
const root = resolve(process.env.KUBECHAINS_SHARED ?? '../shared');

export const hasSharedData = existsSync(join(root, 'conformance'));

/**
 * `describe` if the shared data is available; otherwise one skipped test with the reason. The body, which may list
 * files, is then not run.
 */
export const describeWithSharedData: (name: string, body: () => void) => void = hasSharedData
  ? (name, body) => {
      describe(name, body);
    }
  : (name) => {
      describe(name, () => {
        it.skip(`needs recorded data, which is not at ${root}`, () => undefined);
      });
    };

export function sharedPath(...parts: string[]): string {
  return join(root, ...parts);
}
