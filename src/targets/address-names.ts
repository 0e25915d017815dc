/** Names for addresses: the Pods and nodes that have them. */
import { listAt, textAt } from '../lint/values.js';
import { familyOf } from '../net/address.js';
import { knownNodes, knownPods, podWords, type Directory } from './directory.js';

/** `Pod shop/web-0 on node-1`, `node node-1`; undefined for an address that no input contains. */
export type AddressNames = (address: string) => string | undefined;

/** Returns a function that names addresses. Builds its index on first use, linear in Pods and endpoints. */
export function addressNames(directory: Directory): AddressNames {
  let names: ReadonlyMap<string, string> | undefined;
  return (address) => (names ??= collect(directory)).get(address);
}

function collect(directory: Directory): Map<string, string> {
  const names = new Map<string, string>();
  const add = (address: string | undefined, words: string): void => {
    if (address !== undefined && address !== '' && !names.has(address)) names.set(address, words);
  };
  for (const { name, addresses } of knownNodes(directory))
    for (const address of addresses) add(address, `node ${name}`);
  for (const pod of knownPods(directory))
    for (const address of Object.values(pod.addresses)) add(address, onNode(podWords(pod), pod.nodeName));
  for (const { object, namespace } of directory.cluster?.endpointSlices ?? []) {
    if (object?.kind !== 'EndpointSlice') continue;
    for (const endpoint of listAt(object.value, 'endpoints')) {
      const pod = textAt(endpoint, 'targetRef', 'kind') === 'Pod' ? textAt(endpoint, 'targetRef', 'name') : '';
      const address = textAt(endpoint, 'addresses', 0);
      if (pod !== '' && familyOf(address) !== undefined)
        add(address, onNode(`Pod ${namespace}/${pod}`, textAt(endpoint, 'nodeName')));
    }
  }
  return names;
}

function onNode(words: string, node: string): string {
  return node === '' ? words : `${words} on ${node}`;
}
