/** What is known about the destination of a packet. */
import type { NodeFamily, NodeModel } from '../node/types.js';
import { whereTo } from '../walk/state.js';
import type { WalkEnd } from '../walk/types.js';
import { podsByAddress } from './host-port-rows.js';
import { viewFamilies } from './node.js';
import { hostPortsOf } from './rules/host-ports.js';
import { hostAddress, RuleIndex } from './rules/rule-index.js';
import { virtualEndpointWords, virtualServiceAt } from './rules/virtual-addresses.js';
import { hostOf } from './words/host-port.js';
import { plain } from './words/plain.js';

/**
 * Why nothing answers at the destination to which rules send a packet, as a sentence; undefined if no reason is known.
 * The address is another Service's cluster IP, or belongs to a host port of a Pod that is not in the inputs.
 */
export function arrivalHint(node: NodeModel, family: NodeFamily, ends: readonly WalkEnd[]): string | undefined {
  const places = [
    ...new Set(
      ends.flatMap(({ verdict, state }) => (verdict === 'ACCEPT' && state.hasDestinationNat ? [whereTo(state)] : [])),
    ),
  ];
  if (places.length === 0) return undefined;
  const [view] = viewFamilies({ node: { ...node, families: [family] }, findings: [], clusterDomain: '' });
  for (const place of places) {
    const of = view === undefined ? undefined : virtualServiceAt(view.found, place);
    if (of !== undefined) return `${virtualEndpointWords(place, of)}.`;
  }
  const hostPorts = new Set(
    view === undefined ? [] : hostPortsOf(view.index).flatMap(({ to, isPods }) => (isPods ? [to] : [])),
  );
  const lead = places.filter((place) => hostPorts.has(place));
  const pods = lead.length === 0 ? undefined : podsByAddress(node);
  const dead = pods === undefined || pods.size === 0 ? undefined : lead.find((place) => !pods.has(hostOf(place)));
  return dead === undefined
    ? undefined
    : `No Pod of the inputs has the address ${plain(hostOf(dead))}, so the rule of its host port may be left over.`;
}

/**
 * Why a host port does not get a packet for its number, as a sentence: it has another protocol, or is bound to one
 * address of the node. Undefined if no host port has that number.
 */
export function hostPortHint(
  { ruleSet }: NodeFamily,
  { protocol, address, port }: { readonly protocol: string; readonly address: string; readonly port: number },
): string | undefined {
  const same = hostPortsOf(new RuleIndex(ruleSet)).filter((one) => one.port === port);
  const [other] = same;
  if (other === undefined) return undefined;
  const own = same.find((one) => one.protocol === protocol);
  if (own === undefined)
    return `Host port ${port}, which leads to ${plain(other.to)}, is for ${other.protocol.toUpperCase()} (--protocol ${other.protocol}).`;
  const limit = hostAddress(own.address ?? '') ?? '';
  return limit === '' || limit === address
    ? undefined
    : `Host port ${port}, which leads to ${plain(own.to)}, is for ${plain(limit)} only.`;
}
