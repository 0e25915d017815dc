import type { ManifestSet } from '../manifests/types.js';
import type { Family } from '../net/address.js';
import type { Completed } from '../pipeline/complete.js';
import { withPortmap } from '../portmap/on-node.js';
import { usualVersion } from '../portmap/version.js';
import type { PortmapAdd } from '../portmap/types.js';
import { portsOfNode } from './host-ports.js';
import type { ModeLowering, ProxyMode } from './mode.js';
import { proxyState } from '../proxy/state.js';
import type { NodeFamily, NodeModel } from './types.js';

/** What may be said of a node beside its cluster. */
export interface BesideManifests {
  /** What the node is called in messages; default: `manifests`. */
  readonly name?: string;
  /** Default: those of the cluster. */
  readonly families?: readonly Family[];
  /** The manifests as they were read. */
  readonly manifests?: ManifestSet;
  readonly hints?: readonly string[];
  /** Whether the node has what the plugin portmap programs for host ports of its Pods; default true. */
  readonly hostPorts?: boolean;
}

/** Why a kube-proxy in that mode would not start, as with {@link ModeLowering.refusal}; undefined where it would. */
export async function refusalIn(mode: ProxyMode, { options }: Completed): Promise<string | undefined> {
  return (await mode.load()).refusal(options);
}

/**
 * The node that kube-proxy in a mode would make of a cluster. Lowers every family asked for: time and memory in
 * proportion to Services and endpoints.
 */
export async function nodeFromManifests(
  completed: Completed,
  mode: ProxyMode,
  { name = 'manifests', families = completed.families, manifests, hints = [], hostPorts = true }: BesideManifests = {},
): Promise<NodeModel> {
  const lowering = await mode.load();
  const ports = hostPorts ? portsOfNode(completed) : undefined;
  return {
    name,
    source: 'manifests',
    families: families.map((family) => lowerFamily(completed, lowering, family, ports?.adds ?? [])),
    host: completed.options.host,
    completed: withNotes(completed, ports?.notes ?? []),
    listening: ports?.listening ?? [],
    ...(manifests === undefined ? {} : { manifests }),
    hints,
  };
}

function lowerFamily(
  { cluster, options }: Completed,
  lowering: ModeLowering,
  family: Family,
  adds: readonly PortmapAdd[],
): NodeFamily {
  const state = proxyState(cluster, options, family);
  return { ...withPortmap(lowering.lower(state).content(), adds, usualVersion), mode: lowering.name, state };
}

function withNotes(completed: Completed, notes: readonly string[]): Completed {
  return notes.length === 0 ? completed : { ...completed, notes: [...new Set([...completed.notes, ...notes])] };
}
