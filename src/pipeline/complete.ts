import { buildCluster, familiesOf } from '../cluster/build.js';
import type { Cluster, Node } from '../cluster/types.js';
import { defaultVersion, type KubernetesVersion } from '../cluster/version.js';
import type { Finding } from '../diagnostics/finding.js';
import { quote } from '../diagnostics/quote.js';
import type { Json, ManifestSet } from '../manifests/types.js';
import type { Family, Prefix } from '../net/address.js';
import type { ProxyConfiguration } from '../proxy/configuration.js';
import { defaultHostFacts, readHostFacts, withPodCIDRs } from '../proxy/host.js';
import type { ProxyOptions } from '../proxy/state.js';
import { findConfiguration, withoutClusterCIDR } from './configuration.js';
import { duplicateNotes } from './duplicates.js';
import { leftOutNotes, copedWithNotes } from './left-out.js';
import { modeNamed } from './modes.js';
import { refusedAmong, type ServiceAsked } from './refusals.js';

/** Command-line settings about the cluster and the node; all are optional. */
export interface CompleteOptions {
  /** Default: 1.36. */
  readonly kubeVersion?: KubernetesVersion;
  /** At most one prefix per family. */
  readonly serviceCIDRs?: readonly Prefix[];
  readonly nodePortRange?: { readonly from: number; readonly to: number };
  readonly ipFamily?: Family;
  /** The node to generate rules for; default: hostnameOverride, else the first Node. */
  readonly node?: string;
  /** Objects that contain the KubeProxyConfiguration; default: the manifests themselves. */
  readonly configuration?: ManifestSet;
  /** Host facts, or the output of `ip -json address`, as JSON values. */
  readonly host?: Json;
  /** The proxy mode to generate; default: the configuration's. */
  readonly mode?: string;
  /** Whether Pods are planned from workloads if no slices are given; default true. */
  readonly plan?: boolean;
  /** The one Service that is asked about: rejected objects of other Services are left out, with a note. */
  readonly asked?: ServiceAsked;
}

/** Manifests, completed to a cluster, and the node to generate rules for. */
export interface Completed {
  readonly cluster: Cluster;
  readonly options: ProxyOptions;
  readonly families: readonly Family[];
  /** Whether there was a KubeProxyConfiguration; otherwise kube-proxy's defaults are used. */
  readonly isConfigured: boolean;
  /** Notes for users on how the inputs were read, one sentence each. */
  readonly notes: readonly string[];
  /** The one of them that says which node a dump belongs to, and why. */
  readonly nodeNote?: string;
}

/** The completed cluster, or the errors for which the API server would reject objects. */
export type CompleteResult =
  | { readonly completed: Completed; readonly refusals: readonly [] }
  | { readonly completed: undefined; readonly refusals: readonly Finding[] };

/** Kubernetes' default for `--service-node-port-range`. */
export const defaultNodePortRange = { from: 30000, to: 32767 } as const;

/**
 * Completes manifests to everything that lowering needs: checks them like the API server, then fills in what a cluster
 * would assign.
 */
export async function completeCluster(set: ManifestSet, options: CompleteOptions): Promise<CompleteResult> {
  const version = options.kubeVersion ?? defaultVersion;
  const facts = {
    version,
    serviceCIDRs: options.serviceCIDRs ?? [],
    nodePortRange: options.nodePortRange ?? defaultNodePortRange,
  };
  const found = await findConfiguration(options.configuration ?? set, version);
  const mode = modeNamed(options.mode ?? found.configuration.mode);
  const checked = await refusedAmong(set, found.findings, facts, mode?.copesWith, options.asked);
  const { refusals, others, copedWith, leftOut } = checked;
  if (refusals.length > 0) return { completed: undefined, refusals };

  const nodeName = [options.node, found.configuration.hostnameOverride].find(
    (name) => name !== undefined && name !== '',
  );
  const objects = leftOut.size === 0 ? set.objects : set.objects.filter((object) => !leftOut.has(object));
  const { cluster, findings: unallocated } = buildCluster(objects, {
    ...facts,
    plan: options.plan ?? true,
    ...(options.ipFamily === undefined ? {} : { families: [options.ipFamily] }),
    ...(nodeName === undefined ? {} : { nodeName }),
  });
  if (unallocated.length > 0) return { completed: undefined, refusals: unallocated };
  const notes = [
    ...leftOutNotes(others),
    ...copedWithNotes(copedWith),
    ...duplicateNotes(objects),
    ...(mode?.masquerades === false ? found.notes.filter((note) => !note.endsWith(withoutClusterCIDR)) : found.notes),
    ...strangeNode(cluster, nodeName),
  ];
  return {
    completed: {
      ...completed(cluster, found.configuration, nodeName, version, options),
      isConfigured: found.isGiven,
      notes,
    },
    refusals: [],
  };
}

/** A node name that is not among the given nodes is usually a typing mistake. */
function strangeNode({ nodes }: Cluster, nodeName: string | undefined): string[] {
  if (nodeName === undefined || nodes.some(({ name }) => name === nodeName)) return [];
  const known =
    nodes
      .slice(0, 3)
      .map(({ name }) => name)
      .join(', ') + (nodes.length > 3 ? ', …' : '');
  return [
    `node ${quote(nodeName)} is not among the Nodes of the inputs (${known}), so its addresses, ` +
      'podCIDR and zone are unknown',
  ];
}

function completed(
  cluster: Cluster,
  configuration: ProxyConfiguration,
  nodeName: string | undefined,
  version: KubernetesVersion,
  options: CompleteOptions,
): Omit<Completed, 'isConfigured' | 'notes'> {
  const node: Node | undefined = cluster.nodes.find(
    (candidate) => nodeName === undefined || candidate.name === nodeName,
  );
  const name = nodeName ?? node?.name ?? '';
  const defaults = defaultHostFacts(node, configuration.bindAddress);
  return {
    cluster,
    families: options.ipFamily === undefined ? familiesOf(cluster) : [options.ipFamily],
    options: {
      configuration,
      version,
      nodeName: name,
      host: withPodCIDRs(
        options.host === undefined ? defaults : (readHostFacts(options.host, defaults) ?? defaults),
        cluster.nodes,
        name,
      ),
    },
  };
}
