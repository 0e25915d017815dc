import { areOutside } from '../../explain/outside-endpoints.js';
import { walkOne } from '../../explain/traffic/delivery.js';
import type { Client } from '../../explain/traffic/client.js';
import { hostOf } from '../../explain/words/host-port.js';
import { readAddress } from '../../walk/address.js';
import { traceProtocols } from '../../walk/packet.js';
import { reachedBy } from '../reach.js';
import { result } from '../result.js';
import type { PortTraffic, Subject } from '../subject.js';
import type { CheckResult } from '../types.js';

const name = { id: 'hairpin', title: 'A Pod reaches itself through it' };
const bridge =
  'the CNI plugin decides whether the bridge may send a frame back to its sender; to see it, run cat /sys/class/net/*/brport/hairpin_mode on the node';

/**
 * If a Pod's own connection is sent back to it, it must see another source address; otherwise it answers itself
 * directly.
 */
export function hairpin(subject: Subject): CheckResult {
  if (subject.isHeadless) return result(name, 'ok', ['it connects to itself directly']);
  if (hasNoPods(subject)) return result(name, 'ok', ['its endpoints are outside the cluster, so no Pod is behind it']);
  const ways = subject.traffic.flatMap((port) => waysBack(subject, port));
  if (ways.length === 0 && hasEndpointHere(subject) && isCutOff(subject))
    return result(name, 'unknown', ['connections of Pods to it do not arrive, as the earlier checks say']);
  if (ways.length === 0)
    return result(name, 'unknown', ['according to the inputs, none of its endpoints is on this node'], '');
  const bad = ways.filter(({ isMasqueraded }) => !isMasqueraded);
  return bad.length === 0
    ? result(name, 'ok', [`its source becomes the node's address, so the answer comes back the same way`, bridge])
    : result(
        name,
        'failed',
        [
          `${bad[0]?.endpoint ?? ''} is sent back to itself with its own address as the source: it drops the packet, or answers itself directly`,
        ],
        'Make kube-proxy masquerade such connections (its rules for hairpin traffic are missing here).',
      );
}

/** Whether all endpoints are servers outside the cluster. */
export function hasNoPods({ traffic, slices }: Subject): boolean {
  const nodeNames = slices.flatMap(({ endpoints }) => endpoints.map(({ nodeName }) => nodeName));
  return (
    traffic.length > 0 && traffic.every(({ view, endpoints }) => areOutside(view.places, [...endpoints], nodeNames))
  );
}

function hasEndpointHere({ explanation }: Subject): boolean {
  return explanation?.ports.some(({ endpoints }) => endpoints.some(({ isHere }) => isHere)) === true;
}

function isCutOff(subject: Subject): boolean {
  return reachedBy(subject, ['podHere', 'podElsewhere']).every(({ delivery }) => delivery.fate !== 'delivered');
}

interface WayBack {
  readonly endpoint: string;
  readonly isMasqueraded: boolean;
}

/** The paths on which an endpoint of this node gets its own connection. */
function waysBack({ explanation }: Subject, { name: portName, protocol, traffic, view }: PortTraffic): WayBack[] {
  const port = explanation?.ports.find((one) => one.name === portName && one.family === view.family);
  const endpoint = port?.endpoints.find(({ isHere, share }) => isHere && share > 0)?.endpoint;
  const at = traffic.find(({ address }) => address.kind === 'clusterIP');
  const source = readAddress(hostOf(endpoint ?? ''));
  const destination = readAddress(at?.address.address ?? '');
  const known = traceProtocols.find((one) => one === protocol);
  if (endpoint === undefined || at === undefined || source === undefined || destination === undefined || !known)
    return [];
  const inInterface = at.deliveries.find(({ client }) => client.kind === 'podHere')?.client.interface || 'cni0';
  const client: Client = { kind: 'podHere', words: '', address: source.text, interface: inInterface };
  const to = { protocol, address: destination.text, port: at.address.port, isOwn: false };
  const packet = { family: view.family, protocol: known, source, destination, destinationPort: to.port, inInterface };
  return walkOne(view.traffic, client, to, packet)
    .filter(({ verdict, state }) => verdict === 'ACCEPT' && state.destination?.text === source.text)
    .map(({ state }) => ({ endpoint, isMasqueraded: state.hasSourceNat }));
}
