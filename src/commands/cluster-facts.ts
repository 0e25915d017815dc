import { relative, resolve } from 'node:path';
import { formatVersion } from '../cluster/version.js';
import { quote } from '../diagnostics/quote.js';
import { findUpward } from '../files/upward.js';
import type { ClusterFacts } from '../lint/context.js';
import { settingsFileName } from '../lint/settings-name.js';
import { formatPrefix } from '../net/address.js';
import { nodePortRangeOption, serviceCIDROption, versionOption } from './cluster-options.js';
import { UsageError, type Arguments, type Io } from './command.js';

/** Facts about a cluster, and a sentence if some of them come from a settings file instead of the command line. */
interface KnownFacts {
  readonly facts: ClusterFacts;
  readonly note: string | undefined;
  /** Whether the command line or a settings file gives the version. */
  readonly isVersionGiven: boolean;
}

/**
 * The nearest settings file in a directory or above it, relative to the working directory; undefined if there is none.
 */
export function findSettings(directory: string, io: Io): string | undefined {
  const found = findUpward(resolve(io.workingDirectory, directory), settingsFileName);
  return found === undefined ? undefined : relative(io.workingDirectory, found);
}

/**
 * The settings file of a command: `--settings`, else the nearest from the working directory upward. Throws UsageError.
 */
export function settingsFileFor(args: Arguments, io: Io): string | undefined {
  if (args.has('settings') && args.has('no-settings'))
    throw new UsageError('--settings and --no-settings exclude each other');
  return args.has('no-settings') ? undefined : (args.value('settings') ?? findSettings('.', io));
}

/** The cluster facts from options and settings; options take precedence. */
export function clusterFacts(args: Arguments, facts: Partial<ClusterFacts>): ClusterFacts {
  return {
    version: args.has('kube-version') ? versionOption(args) : (facts.version ?? versionOption(args)),
    serviceCIDRs: args.has('service-cidr') ? serviceCIDROption(args) : (facts.serviceCIDRs ?? []),
    nodePortRange: args.has('service-node-port-range')
      ? nodePortRangeOption(args)
      : (facts.nodePortRange ?? nodePortRangeOption(args)),
  };
}

/**
 * The cluster facts of a command; loads the settings reader only if there is a settings file. Throws UsageError for
 * mistakes in it.
 */
export async function knownFacts(args: Arguments, io: Io): Promise<KnownFacts> {
  const file = settingsFileFor(args, io);
  const isGiven = args.has('kube-version');
  if (file === undefined) return { facts: clusterFacts(args, {}), note: undefined, isVersionGiven: isGiven };
  const { checkedSettings, readOneFile } = await import('./settings-file.js');
  const { facts } = checkedSettings(await readOneFile(file, io));
  const isVersionGiven = isGiven || facts.version !== undefined;
  return { facts: clusterFacts(args, facts), note: noteOn(file, args, facts), isVersionGiven };
}

function noteOn(
  file: string,
  args: Arguments,
  { version, serviceCIDRs, nodePortRange }: Partial<ClusterFacts>,
): string | undefined {
  const said = [
    ...(version === undefined || args.has('kube-version') ? [] : [`kubeVersion ${formatVersion(version)}`]),
    ...(serviceCIDRs === undefined || args.has('service-cidr')
      ? []
      : [`serviceCIDR ${serviceCIDRs.map(formatPrefix).join(', ')}`]),
    ...(nodePortRange === undefined || args.has('service-node-port-range')
      ? []
      : [`serviceNodePortRange ${nodePortRange.from}-${nodePortRange.to}`]),
  ];
  return said.length === 0 ? undefined : `${quote(file)} says ${said.join(', ')} (--no-settings: leave it out)`;
}
