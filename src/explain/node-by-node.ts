/** How each node of a cluster serves a Service port, and the result with a load balancer in front of them. */
import type { Family } from '../net/address.js';
import type { NamedNode } from '../node/every-node.js';
import { addressClients, firstDelivery, type AddressClients } from './explain-traffic.js';
import { viewFamilies, type FamilyView } from './node.js';
import type { FoundServicePort } from './rules/discover.js';
import type { NodeServes, NodesServe } from './types.js';
import { shareWords } from './words/numbers.js';
import { count, someOf } from '../diagnostics/words.js';
import { addToCount, countsOf } from '../diagnostics/groups.js';

/** A service port of one family. */
type PortOfFamily = Pick<FoundServicePort, 'name' | 'protocol'> & { readonly family: Family };

/**
 * For each of the service ports; undefined if there is only one node, or nothing to report. Lowers one node after the
 * other.
 */
export function nodeByNode(
  nodes: readonly NamedNode[],
  ports: readonly PortOfFamily[],
): readonly (NodesServe | undefined)[] {
  const rows = ports.map((): Row[] => []);
  for (const { name, lower } of nodes.length < 2 ? [] : nodes) {
    const views = viewFamilies({ node: lower(), findings: [], clusterDomain: '' });
    for (const [index, port] of ports.entries()) {
      const row = rowOf(name, views, port);
      if (row !== undefined) rows[index]?.push(row);
    }
  }
  return rows.map(servedBy);
}

function servedBy(rows: readonly Row[]): NodesServe | undefined {
  if (rows.length === 0) return undefined;
  const isExternal = rows.some(({ outside }) => outside !== 'none');
  const shares = isExternal ? sharesBehindBalancer(rows) : [];
  return {
    rows: rows.map((row) => ({
      node: row.node,
      endpoints: row.endpoints,
      inside: row.inside,
      outside: row.outside,
      uses: row.uses,
      source: row.source,
    })),
    behindBalancer: shares,
    notes: [...(isExternal ? [balanceWords(rows, shares)] : []), ...changeWords(rows)].filter((one) => one !== ''),
  };
}

interface Row extends NodeServes {
  /** The number of ready endpoints on each node, including nodes that are not in the inputs; `''`: unknown node. */
  readonly placed: ReadonlyMap<string, number>;
  readonly delivered: readonly { readonly endpoint: string; readonly share: number }[];
  readonly isLocal: boolean;
}

function rowOf(node: string, views: readonly FamilyView[], { name, protocol, family }: PortOfFamily): Row | undefined {
  const view = views.find((one) => one.family === family);
  const found = view?.found.find((one) => one.name?.text === name?.text && one.protocol === protocol);
  if (name === undefined || view === undefined || found === undefined) return undefined;
  const state = view.states.get(`${name.text} ${protocol}`);
  const places = addressClients(view, found);
  const isInside = ({ address }: AddressClients): boolean => address.kind === 'clusterIP';
  const inside = firstDelivery(view, places.filter(isInside), ['podHere', 'podElsewhere']);
  const toOutside = places.filter((place) => !isInside(place));
  const outside = firstDelivery(view, toOutside, ['outsideAdmitted', 'outside']);
  const ready = state?.all.filter((one) => one.ready) ?? [];
  return {
    node,
    placed: countsOf(ready.map(({ nodeName }) => nodeName)),
    endpoints: ready.filter(({ isLocal }) => isLocal).length,
    inside: inside === undefined ? 'none' : inside.fate,
    outside: outside === undefined ? 'none' : outside.fate,
    uses: (outside ?? inside)?.endpoints.length ?? 0,
    source: outside?.fate === 'delivered' ? outside.source : inside?.fate === 'delivered' ? inside.source : 'none',
    delivered: outside?.fate === 'delivered' ? outside.endpoints : [],
    isLocal: state?.servicePort.externalPolicyLocal === true,
  };
}

/** For a load balancer that distributes evenly over the nodes that answer: each endpoint's share of all connections. */
function sharesBehindBalancer(rows: readonly Row[]): { endpoint: string; share: number }[] {
  const answering = rows.filter(({ outside }) => outside === 'delivered');
  const shares = new Map<string, number>();
  for (const { delivered } of answering)
    for (const { endpoint, share } of delivered) addToCount(shares, endpoint, share / answering.length);
  return [...shares].map(([endpoint, share]) => ({ endpoint, share }));
}

function balanceWords(rows: readonly Row[], shares: readonly { endpoint: string; share: number }[]): string {
  const silent = rows.filter(({ outside }) => outside !== 'delivered').map(({ node }) => node);
  const silence =
    silent.length === 0 || silent.length === rows.length
      ? ''
      : ` ${someOf(silent, 3)} ${silent.length === 1 ? 'does' : 'do'} not answer clients outside: it has no endpoint there.`;
  const sorted = [...shares].sort((a, b) => b.share - a.share);
  const [most, least] = [sorted[0], sorted.at(-1)];
  if (most === undefined || least === undefined) return 'No node answers clients outside.';
  if (sorted.length === 1) return `Behind a load balancer, the only endpoint gets all connections.${silence}`;
  const times = most.share / least.share;
  if (times < 1.01)
    return `Behind a load balancer that spreads evenly over the nodes, every endpoint gets ${shareWords(most.share)}.${silence}`;
  return (
    `Behind a load balancer that spreads evenly over the nodes, the load is uneven: ${most.endpoint} gets ` +
    `${shareWords(most.share)}, ${least.endpoint} ${shareWords(least.share)}, ${Number(times.toFixed(1))} times less, ` +
    `because each node keeps its part for its own endpoints.${silence}`
  );
}

/** What changes when nodes are added or removed. */
function changeWords(rows: readonly Row[]): string[] {
  const placed = [...(rows[0]?.placed ?? [])].sort(([, a], [, b]) => b - a);
  const total = placed.reduce((sum, [, endpoints]) => sum + endpoints, 0);
  const most = placed.find(([node]) => node !== '');
  if (most === undefined) return [];
  const [node, endpoints] = most;
  const others = placed.filter((one) => one !== most).map(([name]) => name);
  const leaves =
    endpoints === total
      ? `If node ${node} leaves, all ${count(total, 'endpoint')} go with it: nothing answers until Pods are ready on other nodes.`
      : `If node ${node} leaves, ${endpoints} of ${count(total, 'endpoint')} go with it; ${keepWords(others)} the rest.`;
  const isLocal = rows.some((row) => row.isLocal);
  const joins = rows.every(({ outside }) => outside === 'none')
    ? ''
    : isLocal
      ? 'A node that joins answers clients outside once it has an endpoint of its own.'
      : 'A node that joins answers at once, with endpoints of other nodes.';
  return [
    leaves.replace(/^If node (\S+) leaves, all 1 endpoint go with/, 'If node $1 leaves, the only endpoint goes with'),
    joins,
  ];
}

function keepWords(nodes: readonly string[]): string {
  const named = nodes.filter((name) => name !== '');
  const words = named.length === nodes.length ? named : [...named, 'what is on no known node'];
  return `${someOf(words, 3)} ${words.length === 1 ? 'keeps' : 'keep'}`;
}
