/** Finds the sender of a packet if `--from` names a Pod, a workload or a node. */
import { interfaceOfPodsHere } from '../explain/traffic/clients.js';
import { nodeNameOf, placesOnNode } from '../explain/node.js';
import type { Family } from '../net/address.js';
import { familyOfNode } from '../node/ask.js';
import type { NodeModel } from '../node/types.js';
import { podWords } from '../targets/directory.js';
import { foundWords } from '../targets/find.js';
import type { Found } from '../targets/types.js';
import { podsAt } from '../targets/holders.js';
import { readAddress, type TraceAddress } from '../walk/address.js';
import type { HostModel } from '../walk/host.js';
import { UsageError } from '../diagnostics/usage-error.js';
import type { NamedEnds } from './ends.js';
import { ofFamily } from './target.js';

interface Sender {
  readonly source: TraceAddress;
  readonly sourcePort?: number;
  /** Whether a process in the walked node's own network sends it. */
  readonly isNode: boolean;
  /** Whether a Pod of the walked node sends it. */
  readonly isPodHere: boolean;
}

/** The name of a model's node; `''` if unknown. */
export function nodeNameOfModel(node: NodeModel): string {
  return nodeNameOf({ node, findings: [], clusterDomain: '' });
}

/**
 * The sender in `--from`; undefined if it is an address of no Pod, or absent. Throws UsageError if the named thing
 * sends no packets.
 */
export function senderOf(
  { from, directory }: NamedEnds,
  destination: TraceAddress,
  nodeName: string,
  assumed: string[],
): Sender | undefined {
  if (from === undefined || from.kind === 'nodePort') return undefined;
  const { family } = destination;
  switch (from.kind) {
    case 'address': {
      const [pod] = podsAt(from.address.text, directory);
      if (pod === undefined || from.address.family !== family) return undefined;
      const source = { source: from.address, ...(from.port === undefined ? {} : { sourcePort: Number(from.port) }) };
      return { ...source, isNode: pod.hostNetwork && pod.nodeName === nodeName, ...placeOf(pod, nodeName) };
    }
    case 'node': {
      const source = readAddress(ofFamily(from.node.addresses, family) ?? '');
      if (source === undefined) throw lacking(foundWords(from), family);
      return { source, isNode: from.node.name === nodeName, isPodHere: false };
    }
    case 'pods':
      return podSender(from, family, nodeName, assumed);
    case 'service':
    case 'alias':
      throw new UsageError(
        `--from: ${foundWords(from)} is not a sender; name a Pod or its workload, such as deploy/NAME`,
      );
  }
}

function lacking(words: string, family: Family): UsageError {
  return new UsageError(
    `--from: the inputs do not show any ${family === 'ipv4' ? 'IPv4' : 'IPv6'} address of ${words}`,
  );
}

interface Placed {
  readonly nodeName: string;
  readonly hostNetwork: boolean;
}

function placeOf({ nodeName, hostNetwork }: Placed, walked: string): Pick<Sender, 'isPodHere'> {
  return { isPodHere: nodeName === walked && walked !== '' && !hostNetwork };
}

function podSender(
  { pods, words }: Found & { kind: 'pods' },
  family: Family,
  nodeName: string,
  assumed: string[],
): Sender {
  const able = pods.filter((pod) => pod.addresses[family] !== undefined);
  const pod = able.find((one) => one.nodeName === nodeName) ?? able[0];
  const source = readAddress(pod?.addresses[family] ?? '');
  if (pod === undefined || source === undefined) throw lacking(words, family);
  const one = pods.length === 1 ? podWords(pod) : `one of ${pods.length} Pods of ${words}`;
  const where = pod.nodeName === '' ? '' : `, on node ${pod.nodeName}`;
  assumed.push(`${one}${where}, sends it from ${source.text}`);
  return { source, isNode: pod.hostNetwork && pod.nodeName === nodeName, ...placeOf(pod, nodeName) };
}

/**
 * The interface by which packets from Pods of the node arrive: from routes, kube-proxy's configuration or the rules of a
 * network plugin (`cali0` for `-i cali+`), else a bridge.
 */
export function podInterface(node: NodeModel, host: HostModel, source: TraceAddress): string {
  const entry = host.entryOf(source);
  if (entry.isCertain) return entry.name;
  const detector = familyOfNode(node, source.family)?.state?.localDetector;
  return interfaceOfPodsHere({ ...placesOnNode(node, source.family), ...(detector === undefined ? {} : { detector }) });
}
