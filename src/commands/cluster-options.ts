import { families, parsePrefix, type Family, type Prefix } from '../net/address.js';
import {
  defaultVersion,
  formatVersion,
  lastRecorded,
  newestVersion,
  oldestVersion,
  parseVersion,
  type KubernetesVersion,
} from '../cluster/version.js';
import { quote } from '../diagnostics/quote.js';
import { UsageError, type Arguments, type Option } from './command.js';

interface NodePortRange {
  readonly from: number;
  readonly to: number;
}

/** Kubernetes' default for `--service-node-port-range`. */
const defaultNodePortRange: NodePortRange = { from: 30000, to: 32767 };

/** Options for what manifests cannot contain: the version and the ranges. */
export const clusterOptions: readonly Option[] = [
  {
    name: 'kube-version',
    value: 'VERSION',
    description:
      `the Kubernetes version to emulate: ${formatVersion(oldestVersion)} to ${formatVersion(newestVersion)}; ` +
      `${formatVersion(newestVersion)} was not recorded; it is treated like ${formatVersion(lastRecorded)} (default ` +
      `${formatVersion(defaultVersion)})`,
  },
  {
    name: 'service-cidr',
    value: 'PREFIXES',
    description: 'the range of cluster IPs; two, separated by a comma, for dual stack',
  },
  { name: 'service-node-port-range', value: 'FROM-TO', description: 'the range of node ports (default 30000-32767)' },
];

/** Suppresses the list of filled-in values. */
export const quietOption: Option = { name: 'quiet', short: 'q', description: 'do not list what was filled in' };

/** Options for the settings file. */
export const settingsOptions: readonly Option[] = [
  { name: 'settings', value: 'FILE', description: 'settings (default: kubechains.yaml, here or in a directory above)' },
  { name: 'no-settings', description: 'ignore settings files' },
];

/** The option for facts about a node's host. */
export const hostFileOption: Option = {
  name: 'host',
  value: 'FILE',
  multiple: true,
  description: 'facts of the node as JSON, or what `ip -json address`, `-details link`, `route`, `rule` print',
};

/** Options that select the node. */
export const nodeOptions: readonly Option[] = [
  {
    name: 'config',
    value: 'FILE',
    description: 'a KubeProxyConfiguration, or the ConfigMap kube-system/kube-proxy that contains one',
  },
  hostFileOption,
  {
    name: 'node',
    value: 'NAME',
    description:
      'the node to generate rules for (default: hostnameOverride, else the first Node); trace also takes all',
  },
  {
    name: 'ip-family',
    choices: families,
    value: 'FAMILY',
    description: 'only one family (default: every family that the objects use)',
  },
  { name: 'no-plan', description: 'do not plan Pods for workloads; use only EndpointSlices from the inputs' },
];

/** `--kube-version`, or the default. */
export function versionOption(args: Arguments): KubernetesVersion {
  const text = args.value('kube-version');
  const version = text === undefined ? defaultVersion : parseVersion(text);
  if (version !== undefined) return version;
  throw new UsageError(
    `--kube-version takes ${formatVersion(oldestVersion)} to ${formatVersion(newestVersion)}; not ${quote(text ?? '')}`,
  );
}

/** `--service-cidr`: at most one prefix of each family; empty if it is not given. */
export function serviceCIDROption(args: Arguments): readonly Prefix[] {
  const text = args.value('service-cidr');
  if (text === undefined) return [];
  const prefixes = text.split(',').map((part) => parsePrefix(part.trim()));
  const known = prefixes.filter((prefix): prefix is Prefix => prefix !== undefined);
  if (known.length === prefixes.length && new Set(known.map((prefix) => prefix.family)).size === known.length)
    return known;
  throw new UsageError(`--service-cidr takes a prefix such as 10.96.0.0/12, or one of each family; not ${quote(text)}`);
}

/** `--service-node-port-range`, both ends included. */
export function nodePortRangeOption(args: Arguments): NodePortRange {
  const text = args.value('service-node-port-range');
  if (text === undefined) return defaultNodePortRange;
  const [from = 0, to = 0] = /^(\d{1,5})-(\d{1,5})$/.exec(text)?.slice(1).map(Number) ?? [];
  if (from >= 1 && from <= to && to <= 65535) return { from, to };
  throw new UsageError(`--service-node-port-range takes FROM-TO, such as 30000-32767; not ${quote(text)}`);
}

/** `--ip-family`; undefined if it is not given. */
export function familyOption(args: Arguments): Family | undefined {
  return families.find((family) => family === args.value('ip-family'));
}
