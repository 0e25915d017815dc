/** Why topology hints apply to the endpoints of a Service port, or do not. */
import { has } from '../proxy/changes.js';
import { topologyFilter } from '../proxy/endpoint-choice.js';
import type { Endpoint } from '../proxy/endpoints.js';
import type { ProxyState, ServicePortState } from '../proxy/state.js';
import { plain } from './words/plain.js';
import { count } from '../diagnostics/words.js';

/**
 * A sentence if endpoints have hints, or the Service requests them; none otherwise. Follows pkg/proxy/topology.go:
 * hints apply only if every ready endpoint has one.
 */
export function topologyNotes(node: ProxyState | undefined, state: ServicePortState | undefined): string[] {
  if (node === undefined || state === undefined) return [];
  const ready = state.all.filter((endpoint) => endpoint.ready);
  const hinted = ready.filter(isHinted);
  const isAsked = state.servicePort.asksForTopology;
  if (ready.length === 0 || (hinted.length === 0 && !isAsked)) return [];
  const zone = node.node?.labels['topology.kubernetes.io/zone'] ?? '';
  const isNear = topologyFilter(state.servicePort, ready, { name: node.options.nodeName, zone }, node.options.version);
  if (isNear !== undefined) {
    const near = ready.filter(isNear).length;
    const here = zone === '' ? `node ${plain(node.options.nodeName)}` : `zone ${plain(zone)}`;
    return [
      `Topology hints are used: of ${count(ready.length, 'ready endpoint')}, this node sends to ` +
        `${near === ready.length ? 'all, which are' : `${near}, which ${near === 1 ? 'is' : 'are'}`} hinted for its ${here}.`,
    ];
  }
  return [`Topology hints are not used, so this node sends to all endpoints: ${whyNot(node, ready, isAsked, zone)}.`];
}

function isHinted({ zoneHints, nodeHints }: Endpoint): boolean {
  return (zoneHints?.length ?? 0) > 0 || (nodeHints?.length ?? 0) > 0;
}

function whyNot({ options }: ProxyState, ready: readonly Endpoint[], isAsked: boolean, zone: string): string {
  if (!isAsked && !has(options.version, 'readsHintsAlone'))
    return 'the Service has no annotation service.kubernetes.io/topology-mode: Auto, which this version of kube-proxy requires';
  const without = ready.find((endpoint) => !isHinted(endpoint));
  if (without !== undefined)
    return `${plain(without.hostPort)} has no hint, and one endpoint without a hint disables all`;
  if (zone === '') return `node ${plain(options.nodeName)} has no label topology.kubernetes.io/zone`;
  return `no ready endpoint is hinted for zone ${plain(zone)}`;
}
