import type { ClusterPod } from '../cluster/types.js';
import { podWords, type Directory } from '../targets/directory.js';
import { addressesOf, foundWords } from '../targets/find.js';
import type { Found } from '../targets/types.js';
import { holdersOf, hostPortHolders, nodePortHolders, portsOpenedBy, podsAt, type Holder } from '../targets/holders.js';
import type { ExplainedPod, HolderExplanation } from './types.js';
import { joinHostPort } from '../net/host-port.js';
import { count } from '../diagnostics/words.js';

/** Explains an address, a port, a Pod, a workload or a node, and which Services lead to it. */
export function explainHolders(directory: Directory, found: Found): HolderExplanation {
  const port = found.port === undefined ? undefined : Number(found.port);
  const holders =
    found.kind === 'nodePort'
      ? [...nodePortHolders(port ?? 0, directory), ...hostPortHolders(port ?? 0, directory)]
      : addressesOf(found).flatMap(({ text }) => holdersOf(text, Number.isNaN(port) ? undefined : port, directory));
  const pods = podsOf(found, directory);
  return {
    kind: 'whose',
    asked: askedWords(found),
    answers: answersOf(found, holders, pods),
    holders: [...new Map(holders.map((holder) => [holder.sentence, holder])).values()],
    pods: pods.map(asPod),
    next: traceable(found),
  };
}

function askedWords(found: Found): string {
  if (found.kind === 'alias') return found.via ?? found.service;
  if (found.kind === 'nodePort') return `:${found.port ?? ''}`;
  const words = foundWords(found);
  return found.port === undefined ? words : joinHostPort(words, found.port);
}

function traceable(found: Found): string {
  const isPlace = found.kind === 'address' || found.kind === 'nodePort';
  return isPlace && found.port !== undefined ? `kubechains trace --to ${askedWords(found)}` : '';
}

function podsOf(found: Found, directory: Directory): readonly ClusterPod[] {
  if (found.kind === 'pods') return found.pods;
  return found.kind === 'address' ? podsAt(found.address.text, directory).slice(0, 1) : [];
}

function asPod(pod: ClusterPod): ExplainedPod {
  return {
    pod: podWords(pod),
    addresses: Object.values(pod.addresses),
    node: pod.nodeName,
    state: pod.isPlanned ? 'planned' : pod.ready ? 'ready' : 'not ready',
  };
}

/** Notes for users who ask about a host port. */
function hostPortWords(holders: readonly Holder[]): string[] {
  return holders.every(({ kind }) => kind !== 'hostPort')
    ? []
    : [
        'a port of a node is for one Pod: a second replica must run on another node, and clients must know which',
        'there is no load balancing; for a NodePort or LoadBalancer Service, every node answers',
      ];
}

function answersOf(found: Found, holders: readonly Holder[], pods: readonly ClusterPod[]): string[] {
  if (found.kind === 'alias')
    return [
      `${found.via ?? found.service} is an alias for ${found.externalName} (Service ${found.service}, ExternalName)`,
      'clients look up that name and connect to its own address, without rules of kube-proxy',
    ];
  const sentences = holders.map(({ sentence }) => sentence);
  if (found.kind === 'pods') {
    const services = holders.filter(({ kind }) => kind !== 'pod' && kind !== 'hostPort');
    const without = services.length > 0 ? [] : ['no Service of the inputs sends to them'];
    const opened = pods.flatMap((pod) => portsOpenedBy(pod));
    return [
      `${found.words} has ${count(pods.length, 'Pod')}`,
      ...new Set([...services, ...opened].map(({ sentence }) => sentence)),
      ...without,
      ...hostPortWords(opened),
    ];
  }
  if (sentences.length > 0) return [...new Set(sentences), ...hostPortWords(holders)];
  if (found.kind === 'node') return [`the inputs contain nothing on node ${found.node.name}`];
  return [`nothing in the inputs has ${askedWords(found)}`];
}
