/** Reads the inputs of a page with the same steps as the command line. */
import { parseVersion } from '../cluster/version.js';
import type { Finding } from '../diagnostics/finding.js';
import { completeForDump } from '../explain/complete-for-dump.js';
import type { ClusterFacts } from '../lint/context.js';
import { lint } from '../lint/run.js';
import { lintNodes } from '../node-lint/run.js';
import { memoryFiles } from '../kustomize/memory-files.js';
import type { ManifestSet, SkippedInput } from '../manifests/types.js';
import { parsePrefix } from '../net/address.js';
import { readDumps, type ReadDumps } from '../node/read-dumps.js';
import { sortTexts } from '../node/sort-texts.js';
import { defaultVersion } from '../cluster/version.js';
import { completeCluster, defaultNodePortRange, type Completed, type CompleteOptions } from '../pipeline/complete.js';
import { readManifests } from '../pipeline/read-manifests.js';
import type { PageInputs, PageOptions } from './inputs.js';

/** Inputs after reading. */
export interface OpenedInputs {
  readonly inputs: PageInputs;
  readonly dumps: ReadDumps | undefined;
  readonly manifests: ManifestSet | undefined;
  /** Undefined if there are no manifests, or if the API server would reject objects. */
  readonly completed: Completed | undefined;
  /** The errors for which the API server would reject objects. */
  readonly refusals: readonly Finding[];
  readonly skipped: readonly SkippedInput[];
}

/** Reads the inputs of a page. Never throws on input. */
export async function openInputs(inputs: PageInputs): Promise<OpenedInputs> {
  const sorted = sortTexts(inputs.texts);
  const dumps = sorted.dumps.length === 0 ? undefined : await readDumps(sorted);
  const manifests =
    sorted.others.length === 0 && dumps !== undefined
      ? undefined
      : readManifests(sorted.others, memoryFiles([...inputs.texts, ...inputs.files]));
  const facts = factsOf(inputs.options);
  const { completed, refusals } = await completeFor(manifests, dumps, inputs, facts);
  return {
    inputs,
    dumps,
    manifests,
    completed,
    refusals,
    skipped: manifests?.skipped ?? [],
  };
}

/** Lint's findings about the dumps and manifests. */
export async function lintOpened({ inputs, dumps, manifests }: OpenedInputs): Promise<readonly Finding[]> {
  const ofDumps = dumps === undefined ? [] : (await lintNodes(inputs.texts)).findings;
  const ofManifests =
    manifests === undefined ? [] : (await lint(manifests, { facts: factsOf(inputs.options) })).findings;
  return [...ofDumps, ...ofManifests];
}

function factsOf({ kubeVersion, serviceCIDRs = [], nodePortRange }: PageOptions): ClusterFacts {
  return {
    version: parseVersion(kubeVersion ?? '') ?? defaultVersion,
    serviceCIDRs: serviceCIDRs.flatMap((text) => parsePrefix(text) ?? []),
    nodePortRange: nodePortRange ?? defaultNodePortRange,
  };
}

async function completeFor(
  manifests: ManifestSet | undefined,
  dumps: ReadDumps | undefined,
  { options }: PageInputs,
  facts: ClusterFacts,
): Promise<Pick<OpenedInputs, 'completed' | 'refusals'>> {
  if (manifests === undefined) return { completed: undefined, refusals: [] };
  const wanted = completeOptions(options, facts);
  const { completed, refusals } = await completeCluster(manifests, wanted);
  if (completed === undefined || dumps === undefined) return { completed, refusals };
  const { completed: own, note } = await completeForDump(completed, manifests, wanted, dumps.contents);
  return { completed: { ...own, notes: [...(note === undefined ? [] : [note]), ...own.notes] }, refusals };
}

function completeOptions(
  options: PageOptions,
  { version, serviceCIDRs, nodePortRange }: ClusterFacts,
): CompleteOptions {
  const { ipFamily, node, plan, host, configuration } = options;
  return {
    kubeVersion: version,
    serviceCIDRs,
    nodePortRange,
    ...(ipFamily === undefined ? {} : { ipFamily }),
    ...(node === undefined ? {} : { node }),
    ...(plan === undefined ? {} : { plan }),
    ...(host === undefined ? {} : { host }),
    ...(configuration === undefined ? {} : { configuration: readManifests(configuration) }),
  };
}
