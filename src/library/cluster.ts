/** Library functions for manifests. */
import type { ManifestSet } from '../manifests/types.js';
import { nodeFromManifests as nodeOf, type BesideManifests } from '../node/from-manifests.js';
import { hostPortRules } from '../node/host-ports.js';
import type { ModeLowering, ProxyMode } from '../node/mode.js';
import type { NodeModel } from '../node/types.js';
import {
  completeCluster as complete,
  type Completed,
  type CompleteOptions,
  type CompleteResult,
} from '../pipeline/complete.js';
import { generateRules as generate, type GenerateResult } from '../pipeline/generate.js';
import { modeNamed } from '../pipeline/modes.js';
import { parsePortmapVersion, usualVersion } from '../portmap/version.js';
import { hasFields, must, mustBeCompleted, mustBeManifests, mustBeOptions } from './values.js';

/**
 * Fills in what a cluster would assign, or returns what the API server would reject. Throws TypeError for a value that
 * parseManifests did not return.
 */
export async function completeCluster(set: ManifestSet, options: CompleteOptions = {}): Promise<CompleteResult> {
  mustBeManifests('completeCluster', set);
  mustBeOptions('completeCluster', options);
  return complete(set, options);
}

/** What the generated texts contain besides kube-proxy's rules; by default nothing. */
export interface GenerateOptions {
  /** Begins each text with a comment that says what it is. */
  readonly header?: boolean;
  /**
   * Adds the rules of the plugin portmap for host ports of the node's Pods, as this version of the plugin writes them:
   * `1.9`, `head`; `true`: the usual version.
   */
  readonly hostPorts?: boolean | string;
}

/**
 * The rules of a completed cluster in one mode, printed on demand. `formats`: some of the mode's; default: its first
 * one. Throws TypeError for wrong values.
 */
export function generateRules(
  completed: Completed,
  mode: ModeLowering,
  formats?: readonly string[],
  options: GenerateOptions = {},
): GenerateResult {
  mustBeCompleted('generateRules', completed);
  const isMode = hasFields(mode, { name: 'string', lower: 'function', notes: 'function', refusal: 'function' });
  must(isMode, 'generateRules', 'a mode that is loaded, such as await modes.iptables.load()', mode);
  mustBeOptions('generateRules', options);
  const known = modeNamed(mode.name)?.formats ?? formats ?? [];
  const wanted = formats ?? known.slice(0, 1);
  const isKnown = Array.isArray(wanted) && wanted.every((format: unknown) => known.some((one) => one === format));
  must(isKnown, 'generateRules', `a list of formats of this mode (${known.join(', ')}), such as ["save"]`, formats);
  const { header = false } = options;
  const added = hostPortsIn(completed, options.hostPorts ?? false);
  const result = generate(completed, mode, wanted, header, added?.ports);
  return { ...result, notes: [...result.notes, ...(added?.notes ?? [])] };
}

function hostPortsIn(completed: Completed, wanted: boolean | string): ReturnType<typeof hostPortRules> | undefined {
  if (wanted === false) return undefined;
  const version = typeof wanted === 'string' ? parsePortmapVersion(wanted) : usualVersion;
  must(version !== undefined, 'generateRules({ hostPorts })', 'true, "1.3" to "1.9", or "head"', wanted);
  return version && hostPortRules(completed, version);
}

/**
 * The node that kube-proxy in a mode (one of `modes`) would set up for a cluster. Throws TypeError for wrong values.
 */
export async function nodeFromManifests(
  completed: Completed,
  mode: ProxyMode,
  beside: BesideManifests = {},
): Promise<NodeModel> {
  mustBeCompleted('nodeFromManifests', completed);
  must(hasFields(mode, { load: 'function' }), 'nodeFromManifests', 'one of `modes`, such as modes.iptables', mode);
  mustBeOptions('nodeFromManifests', beside);
  return nodeOf(completed, mode, beside);
}
