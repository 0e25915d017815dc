/** Who sends a packet, where `--from` names a Pod, a workload or a node. */
import { nodeNameOf } from '../explain/node.js';
import type { Family } from '../net/address.js';
import { familyOfNode } from '../node/ask.js';
import type { NodeModel } from '../node/types.js';
import { podWords } from '../targets/directory.js';
import { foundWords } from '../targets/find.js';
import type { Found } from '../targets/types.js';
import { podsAt } from '../targets/whose.js';
import { readAddress, type TraceAddress } from '../walk/address.js';
import type { HostModel } from '../walk/host.js';
import { UsageError } from '../diagnostics/usage-error.js';
import type { NamedEnds } from './ends.js';
import { ofFamily } from './target.js';

export interface Sender {
  readonly source: TraceAddress;
  readonly sourcePort?: number;
  /** A process in the walked node's own network sends it. */
  readonly isNode: boolean;
  /** A Pod of the walked node sends it. */
  readonly isPodHere: boolean;
}

/** The name of the node that a model is of; `''` where nothing tells it. */
export function nodeNameOfModel(node: NodeModel): string {
  return nodeNameOf({ node, findings: [], clusterDomain: '' });
}

/**
 * The sender that `--from` names; undefined where it names an address that is no Pod's, or nothing. Throws UsageError
 * where what it names sends nothing.
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
        `--from: ${foundWords(from)} sends nothing; name a Pod or its workload, such as deploy/NAME`,
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

/** The interface that Pods of the node come in by: as routes or kube-proxy's configuration say, else a bridge. */
export function podInterface(node: NodeModel, host: HostModel, source: TraceAddress): string {
  const entry = host.entryOf(source);
  if (entry.isCertain) return entry.name;
  const detector = familyOfNode(node, source.family)?.state?.localDetector;
  return detector?.kind === 'inInterface' ? detector.name.replace(/\+$/, '0') : 'cni0';
}
