/** Which of a Service's addresses a client uses. */
import { addressKindWords } from '../explain/explain-traffic.js';
import { addressOfNode } from '../node/ask.js';
import type { AddressKind, ServiceAddress } from '../node/found-service-port.js';
import type { NodeModel } from '../node/types.js';
import type { ServiceTarget } from '../node/service-target.js';
import type { ClientPlace } from './outside.js';
import { hostAndPort, isLoopbackAddress, readAddress, type TraceAddress } from '../walk/address.js';

/** One address and port of a Service. */
interface ChosenAddress {
  readonly address: TraceAddress;
  readonly port: number;
}

/** The addresses that outside clients use, preferred one first. */
const forOutside: readonly AddressKind[] = ['loadBalancerIP', 'externalIP', 'external', 'nodePort'];

/** The most other addresses that are listed. */
const mostOthers = 6;

/**
 * The cluster IP; for clients outside an address for them, if there is one. The choice, the other addresses, and where
 * it is unknown which clients use, are added to `assumed`. Undefined if the Service has no cluster IP.
 */
export function addressForClient(
  target: ServiceTarget,
  client: ClientPlace,
  node: NodeModel,
  assumed: string[],
): ChosenAddress | undefined {
  const all = target.addresses.map((one) => ({ ...one, place: placeOf(one, target, node) }));
  const outer = forOutside.flatMap((kind) => all.filter((one) => one.kind === kind));
  const reached = client === 'outside' ? outer.find(({ place }) => place !== undefined) : undefined;
  const taken = reached ?? all.find(({ kind }) => kind === 'clusterIP');
  if (taken?.place === undefined) return undefined;
  const others = [...new Set([...all, ...outer].filter((one) => one !== taken).map(wordsOf))];
  const also = others.length === 0 ? '' : `; also: ${listed(others)} (--to IP:PORT)`;
  const sent = `it is sent to the ${wordsOf(taken)}`;
  if (reached !== undefined)
    assumed.push(`a client outside the cluster connects to the Service's ${wordsOf(taken)}${atNode(taken)}${also}`);
  else if (client === 'outside' && outer.length > 0)
    assumed.push(
      `${sent}; clients outside the cluster use the Service's ${wordsOf(outer[0] ?? taken)} ` +
        '(--host takes the addresses of the node)',
    );
  else if (client === 'outside')
    assumed.push(
      `the Service has no address for clients outside the cluster: ${sent}, which reaches a ` +
        'node only where the network routes it there',
    );
  else if (outer.length > 0 && client !== 'inside') assumed.push(`${sent} ${doubts[client]}${also}`);
  else if (others.length > 0) assumed.push(`${sent}${also}`);
  return taken.place;
}

/** Why an address is that for clients inside. */
const doubts: Readonly<Record<'partly' | 'unknown', string>> = {
  partly: 'because some of --from is in the cluster',
  unknown: 'because nothing shows whether --from is in the cluster',
};

interface Placed extends ServiceAddress {
  readonly place: ChosenAddress | undefined;
}

/** For a node port, the address is that of the walked node. */
function placeOf(
  { kind, address: text, port }: ServiceAddress,
  { address: clusterIP }: ServiceTarget,
  node: NodeModel,
): ChosenAddress | undefined {
  const family = readAddress(clusterIP)?.family;
  if (family === undefined) return undefined;
  const own = kind === 'nodePort' ? addressOfNode(node, family) : undefined;
  const address = readAddress(own ?? text);
  return address?.family !== family || isLoopbackAddress(address) ? undefined : { address, port };
}

function wordsOf({ kind, address, port }: ServiceAddress): string {
  const read = kind === 'nodePort' ? undefined : readAddress(address);
  return `${addressKindWords(kind)} ${read === undefined ? port : hostAndPort(read, port)}`;
}

function atNode({ kind, place }: Placed): string {
  return kind === 'nodePort' && place !== undefined ? ` at the node's address ${place.address.text}` : '';
}

function listed(words: readonly string[]): string {
  const more = words.length - mostOthers;
  return more > 0 ? `${words.slice(0, mostOthers).join(', ')} and ${more} more` : words.join(', ');
}
