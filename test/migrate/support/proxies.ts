import type { KubernetesVersion } from '../../../src/cluster/version.js';
import type { ProxySide } from '../../../src/migrate/proxy-side.js';
import { modeNamed } from '../../../src/pipeline/modes.js';
import { scenarioNode } from '../../compare/support/pairs.js';

/** The kube-proxy of a scenario in a mode and version. */
export async function proxySide(
  directory: string,
  modeName: string,
  version: KubernetesVersion,
  objects?: string,
): Promise<ProxySide> {
  const mode = modeNamed(modeName);
  const node = await scenarioNode(directory, modeName, version, objects);
  if (mode === undefined || node === undefined) throw new Error(`${directory} was refused`);
  const lowering = await mode.load();
  const failures = node.families.flatMap(({ state }) =>
    state === undefined ? [] : (lowering.failures?.(state) ?? []),
  );
  return { mode, version, node, failures };
}
