/** Library functions for manifests. */
import { defaultVersion } from '../cluster/version.js';
import type { ClusterFacts } from '../lint/context.js';
import { lintNodes as lintTexts, type NodeLintOptions, type NodeLintResult } from '../node-lint/run.js';
import { lint as lintSet, type LintOptions, type LintResult } from '../lint/run.js';
import type { ManifestSet, SourceText } from '../manifests/types.js';
import { nodeFromManifests as nodeOf, type BesideManifests } from '../node/from-manifests.js';
import type { ModeLowering, ProxyMode } from '../node/mode.js';
import type { NodeModel } from '../node/types.js';
import {
  completeCluster as complete,
  defaultNodePortRange,
  type Completed,
  type CompleteOptions,
  type CompleteResult,
} from '../pipeline/complete.js';
import { generateRules as generate, type GenerateResult } from '../pipeline/generate.js';
import { hasFields, must, mustBeCompleted, mustBeManifests, mustBeOptions, mustBeTexts } from './values.js';

/**
 * Fills in what a cluster would assign, or returns what the API server would reject. Throws TypeError for a value that
 * parseManifests did not return.
 */
export async function completeCluster(set: ManifestSet, options: CompleteOptions = {}): Promise<CompleteResult> {
  mustBeManifests('completeCluster', set);
  mustBeOptions('completeCluster', options);
  return complete(set, options);
}

/** The rules of a completed cluster in one mode, printed on demand. Throws TypeError for wrong values. */
export function generateRules(
  completed: Completed,
  mode: ModeLowering,
  formats: readonly string[],
  header = false,
): GenerateResult {
  mustBeCompleted('generateRules', completed);
  const isMode = hasFields(mode, { lower: 'function', notes: 'function', refusal: 'function' });
  must(isMode, 'generateRules', 'a mode that is loaded, such as await modes.iptables.load()', mode);
  must(Array.isArray(formats), 'generateRules', 'a list of formats, such as ["save"]', formats);
  return generate(completed, mode, formats, header);
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

/** The options of a review; absent ones are as on the command line. */
export interface ReviewFacts extends Omit<LintOptions, 'facts'> {
  readonly facts?: Partial<ClusterFacts>;
}

/**
 * Reviews manifests with all rules. Facts about the cluster have the command line's defaults: Kubernetes 1.36, no known
 * service range, node ports from 30000 to 32767. Throws TypeError for a value that parseManifests did not return.
 */
export async function lint(set: ManifestSet, options: ReviewFacts = {}): Promise<LintResult> {
  mustBeManifests('lint', set);
  mustBeOptions('lint', options);
  const facts = {
    version: defaultVersion,
    serviceCIDRs: [],
    nodePortRange: defaultNodePortRange,
    ...options.facts,
  };
  return lintSet(set, { ...options, facts });
}

/**
 * Reviews the nodes in dumps, which are recognised by content, with the rules `node/…`; other texts are ignored. Dumps
 * in one folder belong to one node, until a program's output appears again. Throws TypeError for values that are not
 * texts.
 */
export async function lintNodes(texts: readonly SourceText[], options: NodeLintOptions = {}): Promise<NodeLintResult> {
  mustBeTexts('lintNodes', texts);
  mustBeOptions('lintNodes', options);
  return lintTexts(texts, options);
}
