import type { Json, ManifestSet } from '../manifests/types.js';
import { completeCluster, type Completed } from '../pipeline/complete.js';
import { findConfiguration } from '../pipeline/configuration.js';
import { readHostFacts, defaultHostFacts } from '../proxy/host.js';
import { familyOption, nodePortRangeOption, serviceCIDROption, versionOption } from './cluster-options.js';
import { UsageError, type Arguments, type Io } from './command.js';
import { readManifestInputs, readText } from './read-inputs.js';
import { tellFindings } from './tell.js';

/**
 * Reads the inputs and options that generate, trace and explain share. Objects that the API server would refuse are told on standard
 * error; then the result is undefined (exit status 2). Throws UsageError for unreadable inputs.
 */
export async function loadCluster(args: Arguments, io: Io): Promise<Completed | undefined> {
  const ipFamily = familyOption(args);
  const node = args.value('node');
  const options = {
    kubeVersion: versionOption(args), serviceCIDRs: serviceCIDROption(args), nodePortRange: nodePortRangeOption(args),
    plan: !args.has('no-plan'),
    ...(ipFamily === undefined ? {} : { ipFamily }), ...(node === undefined ? {} : { node }),
    ...await configurationOption(args, io), ...await hostOption(args),
  };
  const set = await readManifestInputs(args.positionals, io);
  const { completed, refusals } = await completeCluster(set, options);
  if (completed !== undefined) return completed;
  tellFindings(refusals, set, io);
  const count = `${refusals.length} ${refusals.length === 1 ? 'error' : 'errors'}`;
  io.err(`Nothing was generated: ${count} for which the API server would refuse these objects.\n`);
  return undefined;
}

async function configurationOption(args: Arguments, io: Io): Promise<{ configuration?: ManifestSet }> {
  const file = args.value('config');
  if (file === undefined) return {};
  const configuration = await readManifestInputs([file], io);
  const { isGiven } = await findConfiguration(configuration);
  if (isGiven || configuration.findings.length > 0) return { configuration };
  throw new UsageError(`${file}: holds neither a KubeProxyConfiguration nor a ConfigMap kube-proxy with one under data["config.conf"]`);
}

async function hostOption(args: Arguments): Promise<{ host?: Json }> {
  const file = args.value('host');
  if (file === undefined) return {};
  const host = parseJson(file, await readText(file));
  if (readHostFacts(host, defaultHostFacts(undefined)) !== undefined) return { host };
  throw new UsageError(`${file}: is neither host facts ({"nodeIPs": […], "interfaces": [{"name", "addresses"}]}) nor the output of ip -json address`);
}

function parseJson(file: string, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new UsageError(`${file}: is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
}
