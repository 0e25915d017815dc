import type { Table } from '../iptables/types.js';
import type { ManifestSet } from '../manifests/types.js';
import type { Family } from '../net/address.js';
import type { Completed } from '../pipeline/complete.js';
import { withPortmap } from '../portmap/on-node.js';
import { usualVersion } from '../portmap/version.js';
import type { PortmapAdd } from '../portmap/types.js';
import { familyOfNode } from './ask.js';
import { portsOfNode } from './host-ports.js';
import type { ModeLowering, ProxyMode } from './mode.js';
import { ownerOf } from '../proxy/service-port.js';
import { proxyState, type ProxyState } from '../proxy/state.js';
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
 * The node that kube-proxy in a mode would set up for a cluster. Every requested family is lowered when its rules are
 * first asked for: time and memory are proportional to Services and endpoints.
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
  const { cluster, options } = completed;
  const ports = hostPorts ? portsOfNode(completed) : undefined;
  const facts: Plan['facts'] = {
    name,
    source: 'manifests',
    host: options.host,
    completed: withNotes(completed, ports?.notes ?? []),
    listening: ports?.listening ?? [],
    ...(manifests === undefined ? {} : { manifests }),
    hints,
  };
  const states = families.map((family) => proxyState(cluster, options, family));
  return generatedNode({ facts, lowering, adds: ports?.adds ?? [] }, states);
}

/** How a node is made, whatever Services it has. */
interface Plan {
  readonly facts: Omit<NodeModel, 'families' | 'generated'>;
  readonly lowering: ModeLowering;
  /** The host ports of its Pods. */
  readonly adds: readonly PortmapAdd[];
}

/** `whole`: the node with all Services, if these are only some of them. */
function generatedNode(plan: Plan, states: readonly ProxyState[], whole?: NodeModel): NodeModel {
  const { facts, lowering } = plan;
  let lowered: readonly NodeFamily[] | undefined;
  const lower = (): NodeFamily[] =>
    states.map((state) => {
      const family = lowerFamily(plan, state);
      return whole === undefined ? family : asPartOf(whole, family);
    });
  const node: NodeModel = {
    ...facts,
    get families() {
      return (lowered ??= lower());
    },
    generated: { mode: lowering.name, states, ...(lowering.separatesServices === true && { only }) },
  };
  return node;

  function only(services: ReadonlySet<string>): NodeModel {
    const some = states.map((state) => onlyIn(state, services));
    return generatedNode(plan, some, whole ?? node);
  }
}

function lowerFamily({ lowering, adds }: Plan, state: ProxyState): NodeFamily {
  return { ...withPortmap(lowering.lower(state).content(), adds, usualVersion), mode: lowering.name, state };
}

/** Its tables know the whole ones, in which rules are numbered. */
function asPartOf(whole: NodeModel, part: NodeFamily): NodeFamily {
  const { family, ruleSet } = part;
  const wholeTable = (table: Table): Table =>
    familyOfNode(whole, family)?.ruleSet.tables.find(({ name }) => name === table.name) ?? table;
  const tables = ruleSet.tables.map((table): Table => ({ ...table, whole: () => wholeTable(table) }));
  return { ...part, ruleSet: { ...ruleSet, tables } };
}

/** What else the rules depend on, such as the number of all endpoints, stays the same. */
function onlyIn(state: ProxyState, services: ReadonlySet<string>): ProxyState {
  return { ...state, servicePorts: state.servicePorts.filter((port) => services.has(ownerOf(port))) };
}

function withNotes(completed: Completed, notes: readonly string[]): Completed {
  return notes.length === 0 ? completed : { ...completed, notes: [...new Set([...completed.notes, ...notes])] };
}
