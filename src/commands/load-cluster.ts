import { givenNodes, isKnownNode } from '../cluster/made-up.js';
import type { Cluster } from '../cluster/types.js';
import { nearest } from '../diagnostics/nearest.js';
import { quote } from '../diagnostics/quote.js';
import { printable } from '../diagnostics/terminal.js';
import type { ManifestSet } from '../manifests/types.js';
import { completeCluster, type Completed } from '../pipeline/complete.js';
import { findConfiguration } from '../pipeline/configuration.js';
import type { ServiceAsked } from '../pipeline/refusals.js';
import type { NodeContent } from '../node/content.js';
import { knownFacts } from './cluster-facts.js';
import { completeForDump } from '../explain/complete-for-dump.js';
import { familyOption } from './cluster-options.js';
import { UsageError, type Arguments, type Io } from './command.js';
import { hostOption } from './host-option.js';
import { limitNotes, refuseAlternatives } from './kustomizations.js';
import { readManifestInputs } from './read-inputs.js';
import { renderOption } from './render-option.js';
import { countRefusals, tellFindings, tellSkipped } from './tell.js';
import { someOf } from '../diagnostics/words.js';

/** What is known before the cluster is read. */
interface ClusterInputs {
  /** Inputs that were already read. */
  readonly manifests?: ManifestSet;
  /** The node's dumps that belong to the manifests, which may determine the node. */
  readonly dump?: readonly NodeContent[] | undefined;
  /** Whether the inputs are one side of a comparison. */
  readonly isOneSide?: boolean;
  /** The one Service that the command is about. */
  readonly asked?: ServiceAsked | undefined;
}

/**
 * Reads the inputs and options that generate, trace and explain share. Objects that the API server would reject are
 * reported on standard error, and the result is then undefined (exit status 2). Throws UsageError for unreadable inputs.
 */
export async function loadCluster(
  args: Arguments,
  io: Io,
  { manifests, dump, isOneSide = false, asked }: ClusterInputs = {},
): Promise<Completed | undefined> {
  checkStandardInput(args);
  const {
    facts: { version, serviceCIDRs, nodePortRange },
    note,
  } = await knownFacts(args, io);
  const ipFamily = familyOption(args);
  const node = args.value('node');
  const mode = args.value('mode');
  const options = {
    kubeVersion: version,
    serviceCIDRs,
    nodePortRange,
    plan: !args.has('no-plan'),
    ...(ipFamily === undefined ? {} : { ipFamily }),
    ...(node === undefined ? {} : { node }),
    ...(mode === undefined ? {} : { mode }),
    ...(asked === undefined ? {} : { asked }),
    ...(await configurationOption(args, io)),
    ...(await hostOption(args)),
  };
  const set = manifests ?? (await readManifestInputs(args.positionals, io, renderOption(args)));
  const isRefused = isOneSide ? holdsOnlyMistakes(set) : holdsNothing(set);
  if (!args.has('quiet') || isRefused) tellSkipped(set.skipped, io);
  if (isRefused) throw new UsageError('there are no Kubernetes objects among the inputs');
  refuseAlternatives(set);
  const { completed, refusals } = await completeCluster(set, options);
  if (completed !== undefined) {
    refuseUnknownNode(node, completed.cluster);
    const { completed: own, note: nodeNote } =
      dump === undefined ? { completed, note: undefined } : await completeForDump(completed, set, options, dump);
    const first = [nodeNote, note].filter((one) => one !== undefined);
    const notes = [...limitNotes(set), ...first, ...own.notes];
    return { ...own, notes, ...(nodeNote === undefined ? {} : { nodeNote }) };
  }
  tellFindings(refusals, io);
  io.err(`Nothing done: ${countRefusals(refusals)}.\n`);
  return undefined;
}

/**
 * A node that the manifests do not mention is usually a typing mistake; without a Node in the manifests, any name is
 * accepted. Throws UsageError.
 */
function refuseUnknownNode(name: string | undefined, cluster: Cluster): void {
  const names = givenNodes(cluster).map((node) => node.name);
  if (name === undefined || names.length === 0 || isKnownNode(cluster, name)) return;
  const near = nearest(name, names);
  throw new UsageError(
    `--node ${quote(name)}: there is no such Node among the inputs` +
      (near === undefined ? '' : `; did you mean ${printable(near)}?`) +
      ` (Nodes: ${someOf(names.map(printable), 5)})`,
  );
}

/**
 * Whether the inputs contain no objects. Rules for them would treat a failed command as a cluster without Services. A
 * List without items is a valid answer, and so is a text of comments, such as a rendered chart with everything
 * disabled.
 */
export function holdsNothing({ objects, findings, skipped, sources }: ManifestSet): boolean {
  if (objects.length > 0 || findings.length > 0) return false;
  return (
    sources.length === 0 ||
    sources.some(({ text }) => !/\S/.test(text)) ||
    skipped.some(({ reason }) => !reason.endsWith(' is empty'))
  );
}

/**
 * The same for one side of a comparison. That side may legitimately be empty, so only inputs given by mistake count.
 */
function holdsOnlyMistakes({ objects, findings, skipped }: ManifestSet): boolean {
  return (
    objects.length === 0 &&
    findings.length === 0 &&
    skipped.length > 0 &&
    skipped.every(({ isForeign }) => isForeign === true)
  );
}

/** Standard input can be read only once: a second reader would get nothing. */
function checkStandardInput(args: Arguments): void {
  const inputs = args.positionals.length === 0 ? ['-'] : args.positionals;
  const readers = [...inputs, args.value('config'), ...args.values('host')].filter((input) => input === '-');
  if (readers.length > 1) throw new UsageError('standard input can be one input only: name a file for the others');
}

async function configurationOption(args: Arguments, io: Io): Promise<{ configuration?: ManifestSet }> {
  const file = args.value('config');
  return file === undefined
    ? {}
    : { configuration: await checkedConfiguration(file, await readManifestInputs([file], io)) };
}

/**
 * The content of a configuration file, which must contain a configuration, or be reported as unreadable. Throws
 * UsageError.
 */
export async function checkedConfiguration(file: string, set: ManifestSet): Promise<ManifestSet> {
  const { isGiven } = await findConfiguration(set);
  if (isGiven || set.findings.length > 0) return set;
  throw new UsageError(
    `${file}: holds neither a KubeProxyConfiguration nor a ConfigMap kube-proxy with one under data["config.conf"]`,
  );
}
