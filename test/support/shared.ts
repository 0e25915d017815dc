import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Recorded kube-proxy outputs and real manifests live outside the repository; tests that read them skip where they are absent. */
const root = resolve(process.env.KUBECHAINS_SHARED ?? '../shared');

export const hasSharedData = existsSync(join(root, 'conformance'));

/** `describe` where the shared data is at hand; otherwise a skipped block that says why. */
export const describeWithSharedData: (name: string, body: () => void) => void = hasSharedData
  ? (name, body) => { describe(name, body); }
  : (name, body) => { describe.skip(`${name} (skipped: no shared data at ${root})`, body); };

export function sharedPath(...parts: string[]): string {
  return join(root, ...parts);
}
