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

/** Facts about a node besides its cluster. */
export interface BesideManifests {
  /** The node's name in messages; default: `manifests`. */
  readonly name?: string;
  /** Default: those of the cluster. */
  readonly families?: readonly Family[];
  /** The manifests as read. */
  readonly manifests?: ManifestSet;
  readonly hints?: readonly string[];
  /** Whether to include the rules of the plugin portmap for host ports of the node's Pods; default true. */
  readonly hostPorts?: boolean;
}

/** Why kube-proxy would not start in this mode, like {@link ModeLowering.refusal}; undefined if it would. */
export async function refusalIn(mode: ProxyMode, { options }: Completed): Promise<string | undefined> {
  return (await mode.load()).refusal(options);
}

/**
 * The node that kube-proxy in a mode would set up for a cluster. Lowers every requested family: time and memory are
 * proportional to Services and endpoints.
 */
export async function nodeFromManifests(
  completed: Completed,
  mode: ProxyMode,
  beside: BesideManifests = {},
): Promise<NodeModel> {
  return lowerNode(completed, await mode.load(), beside);
}

/** The same for a mode that has been loaded. */
export function lowerNode(
  completed: Completed,
  lowering: ModeLowering,
  { name = 'manifests', families = completed.families, manifests, hints = [], hostPorts = true }: BesideManifests = {},
): NodeModel {
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
