import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Recorded kube-proxy outputs and real manifests live outside the repository; tests that read them skip where they are
 * absent.
 */
const root = resolve(process.env.KUBECHAINS_SHARED ?? '../shared');

export const hasSharedData = existsSync(join(root, 'conformance'));

/**
 * `describe` where the shared data is at hand; otherwise one skipped test that says why. The body, which may list
 * files, does not run then.
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
