import { itemsOf, namespaceOf, objectOf, textOf } from '../manifests/values.js';
import type { NodeModel } from '../node/types.js';
import type { FamilyView } from './node.js';
import { ownerOf } from './rules/chain-owners.js';
import { hostPortsOf, type HostPort } from './rules/host-ports.js';
import { hostAddress } from './rules/rule-index.js';
import type { HostPortRow, Knowledge } from './types.js';
import { formatHostPort, hostOf } from './words/host-port.js';
import { plain } from './words/plain.js';

/** The host ports of a family, with their Pods from manifests, and the problem with each. */
export function hostPortRows(view: FamilyView, knowledge: Knowledge): HostPortRow[] {
  const found = hostPortsOf(view.index);
  if (found.length === 0) return [];
  const pods = podsByAddress(knowledge.node);
  return found.map((port) => rowOf(port, found, pods));
}

function rowOf(port: HostPort, all: readonly HostPort[], pods: ReadonlyMap<string, string>): HostPortRow {
  const taker = takerOf(port, all);
  const number =
    port.address === undefined ? port.port : formatHostPort(hostAddress(port.address) ?? port.address, port.port);
  const pod = pods.get(hostOf(port.to));
  const problems = [
    ...(isUnspecified(port.address)
      ? [
          `gets no packets: none has the destination ${plain(hostAddress(port.address ?? '') ?? '')}; a rule for every ` +
            'address of the node names none',
        ]
      : []),
    ...(taker === undefined
      ? []
      : [
          `gets no packets: rule ${taker.placed.number} of ${plain(taker.placed.chain.name)} comes first and sends that ` +
            `port to ${plain(taker.to)}`,
        ]),
    ...(pod !== undefined || pods.size === 0 || !port.isPods
      ? []
      : ['no Pod of the inputs has this address, so the rule may be left over']),
  ];
  return {
    port: `${port.protocol.toUpperCase()} ${number}`,
    to: plain(port.to),
    pod: pod ?? '',
    owner: ownerOf(port.entry),
    problem: problems.join('; '),
  };
}

/** `0.0.0.0/32`, as some plugins write every address. */
function isUnspecified(address = ''): boolean {
  return ['0.0.0.0', '::'].includes(hostAddress(address) ?? '');
}

/** An earlier host port that gets all packets for another one; undefined if there is none. */
function takerOf(port: HostPort, all: readonly HostPort[]): HostPort | undefined {
  const before = all.slice(0, all.indexOf(port));
  return before.find(
    (one) =>
      one.protocol === port.protocol &&
      one.port === port.port &&
      (one.address === undefined || one.address === port.address),
  );
}

/** The names of Pods (`default/web-0`) by address. */
export function podsByAddress(node: NodeModel): Map<string, string> {
  const pods = new Map<string, string>();
  for (const object of node.manifests?.objects ?? []) {
    if (object.kind !== 'Pod') continue;
    const { podIP, podIPs } = objectOf(object.value.status);
    const addresses = itemsOf(podIPs).map(({ ip }) => textOf(ip));
    for (const address of [textOf(podIP), ...addresses])
      if (address !== '') pods.set(address, plain(`${namespaceOf(object)}/${object.name}`));
  }
  return pods;
}
